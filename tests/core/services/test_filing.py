"""From what somebody typed to a case with a number, a tracking code and an expected date."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from town import Town

from duijie.domain.errors import Invalid, NotFound, Refused
from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.forms.exchange import digest, form_from_json
from duijie.domain.roles import requester
from duijie.domain.states import CaseState
from duijie.services import filing, tracking, uploads
from duijie.services.work import Office
from duijie.storage.models import Case, Event, FormVersion, Reminder

pytestmark = pytest.mark.both_databases

VISITOR = requester("", "203.0.113.9")
CODE_STEM = "91330299MA2AB1234"


def answers(**more: Any) -> dict[str, Any]:
    code = CODE_STEM + credit_check_character(CODE_STEM)
    return {
        "company": "滨港精密机械有限公司", "credit_code": code, "contact": "王小明", "mobile": "13800001234",
        "email": "wang@example.test", "topic": "utilities", "speak_up": "no",
        "text": "用电增容排队三个月。旺季马上到了，希望尽快落实。", "capacity_now": "630",
        "capacity_wanted": "1250", "departments": ["economy"],
    } | more  # fmt: skip


def file(town: Town, draft: str = "", **more: Any) -> filing.Filed:
    given = {"consent": True} | more
    with town.office.write(VISITOR) as work:
        known = [key for key, _ in filing.departments_of(work, "enterprise")]
        raw = answers(departments=known[:1]) | given.pop("answers", {})
        return filing.file_case(work, "enterprise", "dagang", raw, draft=draft, **given)


def test_a_case_is_filed(town: Town) -> None:
    filed = file(town)
    with town.office.read(VISITOR) as work:
        case = work.session.get_one(Case, filed.case.id)
        assert re.fullmatch(rf"QF-{work.today.year}-0001", case.number)
        assert (case.state, case.topic, case.source) == (CaseState.RECEIVED, "utilities", "online")
        assert (case.requester, case.mobile, case.email) == (
            "滨港精密机械有限公司",
            "13800001234",
            "wang@example.test",
        )
        assert case.title == "用电增容排队三个月"
        assert case.requester_key == CODE_STEM + credit_check_character(CODE_STEM)
        assert case.expected_on == work.calendar.add(work.today, 7).day
        assert filing.expected(work, case).day == case.expected_on
        assert case.submission.answers["capacity_wanted"] == 1250
        event = work.session.scalars(select(Event).where(Event.kind == "case.filed")).one()
        assert (event.public, event.case_id, event.actor, event.actor_kind) == (
            True,
            case.id,
            case.requester,
            "requester",
        )
        assert event.address == "203.0.113.9"


def test_the_form_is_kept_under_its_digest(town: Town) -> None:
    file(town)
    file(town)
    with town.office.read(VISITOR) as work:
        kept = work.session.scalars(select(FormVersion)).one()
        parts = work.parts("enterprise")
        assert parts is not None
        assert form_from_json(kept.content) == parts.form
        assert kept.digest == digest(parts.form)


def test_numbers_run_on(town: Town) -> None:
    assert [file(town).case.number[-4:] for _ in range(3)] == ["0001", "0002", "0003"]


def test_the_code_is_random_and_only_its_digest_is_kept(town: Town) -> None:
    filed = file(town)
    assert re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}", filed.code)
    assert filed.code != file(town).code
    assert filed.case.tracking_hash == tracking.hash_of(filed.code)
    plain = filed.code.replace("-", "")
    with town.office.read(VISITOR) as work:
        everything = " ".join(
            str(vars(row)) for m in (Case, Event, Reminder) for row in work.session.scalars(select(m))
        )
        assert filed.code not in everything
        assert plain not in everything


def test_coordinators_and_the_requester_are_told(town: Town) -> None:
    filed = file(town)
    with town.office.read(VISITOR) as work:
        told = work.session.scalars(select(Reminder).order_by(Reminder.id)).all()
        inbox = [r for r in told if r.channel == "inbox"]
        assert [r.user_id for r in inbox] == [town.actor("coordinator").user_id]
        receipt = next(r for r in told if r.kind == "case.receipt")
        assert (receipt.channel, receipt.to_address) == ("mail", "wang@example.test")
        opened = tracking.by_link(work, receipt.link.removeprefix("/t/link/"))
        assert opened.id == filed.case.id
    file(town, answers={"email": ""})
    with town.office.read(VISITOR) as work:
        assert work.session.scalar(select(func.count()).where(Reminder.kind == "case.receipt")) == 1


def test_the_same_form_sent_twice_is_one_case(town: Town) -> None:
    first, again = file(town, "one form"), file(town, "one form")
    assert (again.case.id, again.code) == (first.case.id, first.code)
    with town.office.read(VISITOR) as work:
        assert work.session.scalar(select(func.count(Case.id))) == 1
        assert work.session.scalar(select(func.count()).where(Event.kind == "case.filed")) == 1


def test_an_old_form_does_not_show_its_code_again(town: Town) -> None:
    filed = file(town, "one form")
    with town.office.write(VISITOR) as work:
        case = work.session.get_one(Case, filed.case.id)
        case.received_at -= 2 * filing.SHOWN_AGAIN_FOR
    with pytest.raises(Refused, match=filed.case.number):
        file(town, "one form")


def test_an_insert_that_comes_second_gives_the_first_ones_receipt(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = file(town, "one form")
    looked: list[str] = []

    def too_early(work: Any, draft: str) -> filing.Filed | None:
        looked.append(draft)
        return real(work, draft) if len(looked) > 1 else None

    real = filing.filed_before
    monkeypatch.setattr(filing, "filed_before", too_early)
    again = file(town, "one form")
    assert (again.case.id, again.code) == (first.case.id, first.code)
    monkeypatch.undo()
    assert file(town).case.number.endswith("0002")  # the second one took no number


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"credit_code": CODE_STEM + "?"}, "credit_code"),
        ({"credit_code": "91330299MA2AB12340"}, "credit_code"),
        ({"mobile": "12345"}, "mobile"),
        ({"text": ""}, "text"),
        ({"topic": "no such thing"}, "topic"),
        ({"capacity_wanted": "-1"}, "capacity_wanted"),
        ({"departments": ["nobody"]}, "departments"),
    ],
)
def test_what_is_wrong_is_named(lite_town: Town, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        file(lite_town, answers=wrong)
    assert [p.field for p in refused.value.problems] == [field]


def test_only_what_is_asked_is_checked_and_kept(lite_town: Town) -> None:
    filed = file(
        lite_town, answers={"topic": "labor", "capacity_wanted": "nonsense", "status": "closed", "score": 5}
    )
    with lite_town.office.read(VISITOR) as work:
        kept = work.session.get_one(Case, filed.case.id).submission.answers
        assert set(kept) & {"capacity_now", "capacity_wanted", "status", "score"} == set()


def test_consent_is_needed(lite_town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        file(lite_town, consent=False)
    assert [p.field for p in refused.value.problems] == ["consent"]


def test_nobody_files_from_an_unknown_source(lite_town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        file(lite_town, source="from above")
    assert [p.field for p in refused.value.problems] == ["source"]


@pytest.mark.parametrize(("group", "area"), [("nobody", "dagang"), ("enterprise", "nowhere")])
def test_unknown_places(lite: Office, lite_town: Town, group: str, area: str) -> None:
    with lite.write(VISITOR) as work, pytest.raises(NotFound):
        filing.file_case(work, group, area, answers(), consent=True)


def test_a_group_serves_its_kinds_of_area_only(lite_town: Town) -> None:
    with lite_town.office.read(VISITOR) as work:
        parts = work.parts("enterprise")
        assert parts is not None
        everywhere = {
            a.key for a in filing.areas_of(work, replace(parts, group=replace(parts.group, area_kinds=())))
        }
        rural = {
            a.key
            for a in filing.areas_of(work, replace(parts, group=replace(parts.group, area_kinds=("rural",))))
        }
        assert (everywhere, rural) == ({"dagang", "xigang"}, {"xigang"})


def test_files_of_the_form_come_along_and_others_stay(lite_town: Town) -> None:
    with lite_town.office.write(VISITOR) as work:
        wanted = uploads.keep_draft(work, "mine", "a.txt", b"one")
        uploads.keep_draft(work, "mine", "b.txt", b"two")
        foreign = uploads.keep_draft(work, "theirs", "c.txt", b"three")
    filed = file(lite_town, "mine", files=[wanted.token, foreign.token])
    with lite_town.office.read(VISITOR) as work:
        assert [a.name for a in work.session.get_one(Case, filed.case.id).attachments] == ["a.txt"]
        assert len(uploads.of_draft(work, "theirs")) == 1
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        assert uploads.open_to_staff(work, wanted.token).case_id == filed.case.id
    with lite_town.office.read(lite_town.actor("other_coordinator")) as work, pytest.raises(NotFound):
        uploads.open_to_staff(work, wanted.token)


def test_without_a_name_it_is_anonymous_and_a_party_of_its_own(lite_town: Town) -> None:
    raw = {
        "reporter": "resident",
        "anonymous": "yes",
        "topic": "noise",
        "text": "楼下歌厅夜里十二点还在唱，睡不着。",
    }
    with lite_town.office.write(VISITOR) as work:
        one = filing.file_case(work, "community", "xigang", raw, consent=True).case
        two = filing.file_case(work, "community", "xigang", raw, consent=True).case
        assert (one.anonymous, one.requester) == (True, "匿名")
        assert one.requester_key != two.requester_key
        assert one.number.startswith("SQ-")
