"""The tracking code, what its holder sees, and what they may do: add, rate, reopen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from filed import file
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Invalid, NotFound, Refused
from duijie.domain.roles import requester
from duijie.domain.states import CaseState, MeetingState, ReplyKind
from duijie.services import casework, filing, find, hearing, public_case, tracking, triage, uploads
from duijie.services.work import Work
from duijie.storage.models import (
    Appointment,
    AppointmentDesk,
    Case,
    Desk,
    Event,
    Invitation,
    Meeting,
    Reminder,
    Timetable,
)

HOLDER = requester("", "203.0.113.9")


@contextmanager
def held(town: Town, case_id: int) -> Iterator[tuple[Work, Case]]:
    with town.office.write(HOLDER) as work:
        yield work, work.session.get_one(Case, case_id)


def accept(town: Town, case_id: int, lead: str = "economy") -> None:
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), town.department_id(lead), [], None)


def answered(town: Town, text: str = "已安排增容，下周施工。") -> int:
    case_id = file(town)
    accept(town, case_id)
    reply(town, case_id, text)
    return case_id


def reply(town: Town, case_id: int, text: str) -> None:
    department = town.department_id("economy")
    with town.office.write(town.actor("rep_economy")) as work:
        casework.reply(work, find.case(work, case_id), department, ReplyKind.EXPLAINED, text, "phone")


def seen(town: Town, case_id: int, language: str = "zh") -> public_case.PublicCase:
    with held(town, case_id) as (work, case):
        return public_case.view(work, case, language)


@pytest.mark.parametrize(
    "typed",
    ["0123-4567-89AB-CDEF-GHJK", "0123456789abcdefghjk", " o123 4567-89AB cdef ghjk",
     "OI23–4567–89ab–CDEF–GHJK", "０１２３４５６７８９ABCDEFGHJK", "0l23.4567.89AB.CDEF.GHJK"],
)  # fmt: skip
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert tracking.normal(typed) == "0123-4567-89AB-CDEF-GHJK"
    assert tracking.hash_of(typed) == tracking.hash_of("0123-4567-89AB-CDEF-GHJK")


def test_codes_carry_a_hundred_bits() -> None:
    codes = {tracking.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code.replace("-", "")) * 5 == 100 for code in codes)
    assert {c for code in codes for c in code} == set(tracking.ALPHABET) | {"-"}


def test_a_code_opens_its_case_and_no_other(town: Town) -> None:
    with town.office.write(HOLDER) as work:
        from filed import ANSWERS

        filed = [
            filing.file_case(work, "enterprise", "dagang", ANSWERS[k], consent=True) for k in ("E1", "E2")
        ]
        assert [tracking.by_code(work, f.code.lower()).id for f in filed] == [f.case.id for f in filed]
        for wrong in (
            "",
            filed[0].code[:-1],
            filed[0].code + "0",
            filed[0].case.number,
            filed[0].case.tracking_hash,
        ):
            with pytest.raises(NotFound):
                tracking.by_code(work, wrong)


def test_a_new_slip_voids_the_old_code_and_the_old_links(town: Town) -> None:
    with town.office.write(HOLDER) as work:
        from filed import ANSWERS

        filed = filing.file_case(work, "enterprise", "dagang", ANSWERS["E2"], consent=True)
        link = tracking.link_of(work.office, filed.case).removeprefix("/t/link/")
        assert tracking.by_link(work, link).id == filed.case.id
    with town.office.write(town.actor("other_coordinator")) as work, pytest.raises(NotFound):
        tracking.renew_slip(work, filed.case.id)
    with town.office.write(town.actor("coordinator")) as work:
        _, code = tracking.renew_slip(work, filed.case.id)
    with town.office.read(HOLDER) as work:
        assert tracking.by_code(work, code).id == filed.case.id
        with pytest.raises(NotFound):
            tracking.by_code(work, filed.code)
        for void in (
            link,
            "nonsense",
            work.office.sign("track", "nonsense"),
            work.office.sign("door", [filed.case.id, ""]),
        ):
            with pytest.raises(NotFound):
                tracking.by_link(work, void)
        assert work.session.scalars(select(Event.kind).where(Event.kind == "case.slip_renewed")).all()


def test_the_progress_line_says_whose_move_it_is(town: Town) -> None:
    case_id = file(town)
    view = seen(town, case_id)
    assert [s.status for s in view.stages] == ["done", "now", "next", "next", "next"]
    assert view.until == view.case.expected_on
    accept(town, case_id)
    view = seen(town, case_id)
    assert [s.status for s in view.stages] == ["done", "done", "now", "next", "next"]
    assert "经信局" in view.turn.zh
    reply(town, case_id, "已安排。")
    view = seen(town, case_id)
    assert [s.status for s in view.stages] == ["done", "done", "done", "done", "now"]
    assert view.may_rate
    with held(town, case_id) as (work, case):
        assert view.until == work.calendar.add(work.today, 5).day == hearing.rate_until(work, case)


def test_no_officer_is_named_and_nothing_internal_is_told(town: Town) -> None:
    case_id = answered(town)
    with town.office.write(town.actor("rep_economy")) as work:
        casework.note(work, find.case(work, case_id), "内部：先拖一拖")
        casework.note(work, find.case(work, case_id), "已到现场看过", public=True)
    view = seen(town, case_id)
    told = " ".join(f"{t.who.zh} {t.says.zh}" for t in view.history)
    assert "内部" not in told
    assert "已到现场看过" in told
    assert "rep_economy" not in told
    assert "coordinator" not in told
    assert [t.who.zh for t in view.history] == ["您", "工作人员", "", "工作人员"]
    assert [r.text for r in view.replies] == ["已安排增容，下周施工。"]


def test_personal_data_is_masked(town: Town) -> None:
    case_id = file(town, contact="王小明", mobile="13812345678", email="wang@example.test")
    lines = dict(line for _, section in seen(town, case_id).answers for line in section)
    assert lines["联系人"] == "王**"
    assert lines["手机"] == "138****5678"
    assert lines["电子邮箱"] == "w***@example.test"
    english = dict(line for _, section in seen(town, case_id, "en").answers for line in section)
    assert english["Mobile number"] == "138****5678"


def test_adding_something_reaches_whoever_has_the_case(town: Town) -> None:
    case_id = file(town)
    with held(town, case_id) as (work, case):
        file_token = uploads.keep_draft(work, "draft", "a.txt", b"words").token
        hearing.add(work, case, "变压器铭牌照片", "draft", [file_token])
    accept(town, case_id)
    with held(town, case_id) as (work, case):
        hearing.add(work, case, "<script>alert(1)</script>")
    with held(town, case_id) as (work, case):
        assert [a.name for a in case.attachments] == ["a.txt"]
        assert [(a.public, a.by_requester) for a in case.additions] == [(True, True)] * 2
        told = work.session.scalars(
            select(Reminder.to_name).where(Reminder.kind == "case.added_to", Reminder.channel == "inbox")
        )
        assert told.all() == ["coordinator", "rep_economy"]
        with pytest.raises(Invalid):
            hearing.add(work, case, "   ")
        assert uploads.of_case(work, case, file_token).name == "a.txt"


def test_a_good_rating_closes_and_comes_once(town: Town) -> None:
    case_id = answered(town)
    with held(town, case_id) as (work, case):
        hearing.rate(work, case, 5, "很满意")
    with held(town, case_id) as (work, case):
        assert (case.state, case.ratings[0].stars) == (CaseState.CLOSED, 5)
        with pytest.raises(Refused):
            hearing.rate(work, case, 1)
        with pytest.raises(Refused):
            hearing.add(work, case, "还有一句")


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_one_to_five(lite_town: Town, stars: int) -> None:
    case_id = answered(lite_town)
    with held(lite_town, case_id) as (work, case), pytest.raises(Invalid):
        hearing.rate(work, case, stars)


def test_three_stars_close_too(lite_town: Town) -> None:
    case_id = answered(lite_town)
    with held(lite_town, case_id) as (work, case):
        hearing.rate(work, case, 3)
        assert case.state is CaseState.CLOSED


def test_a_bad_rating_sets_the_groups_rule_off(town: Town) -> None:
    case_id = answered(town)
    with held(town, case_id) as (work, case):
        hearing.rate(work, case, 2, "没有真正解决")
    with held(town, case_id) as (work, case):
        assert (case.state, case.reopened) == (CaseState.IN_PROGRESS, 1)
        assert case.due_on == work.calendar.add(work.today, 7).day
        reopened = work.session.scalars(select(Event).where(Event.kind == "case.reopened")).one()
        assert reopened.actor_kind == "system"
    reply(town, case_id, "这次真的装好了。")
    with held(town, case_id) as (work, case):
        hearing.rate(work, case, 4)  # a new answer, a new rating
        assert [r.stars for r in case.ratings] == [2, 4]


def test_without_a_rule_a_bad_rating_still_reopens(lite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = answered(lite_town)
    monkeypatch.setattr(hearing, "_bad_rules", lambda work, case: [])
    with held(lite_town, case_id) as (work, case):
        hearing.rate(work, case, 1, "没有回音")
        assert case.state is CaseState.IN_PROGRESS


def test_reopening_within_the_window(town: Town) -> None:
    case_id = answered(town)
    with held(town, case_id) as (work, case):
        hearing.rate(work, case, 5)
    with held(town, case_id) as (work, case):
        until = hearing.reopen_until(work, case)
        assert until == work.calendar.add(work.today, 20).day
        with pytest.raises(Invalid):
            hearing.reopen(work, case, "  ")
        hearing.reopen(work, case, "又停电了")
        assert (case.state, case.reopened, case.lead.state) == (CaseState.IN_PROGRESS, 1, "accepted")  # type: ignore[union-attr]


def test_not_after_the_window_and_not_before_an_answer(lite_town: Town) -> None:
    open_one, case_id = file(lite_town), answered(lite_town)
    with held(lite_town, open_one) as (work, case), pytest.raises(Refused):
        hearing.reopen(work, case, "快一点")
    with held(lite_town, case_id) as (work, case):
        hearing.rate(work, case, 5)
        case.stay_since = work.now - timedelta(days=60)
        work.session.flush()
        assert not hearing.may_reopen(work, case)
        with pytest.raises(Refused):
            hearing.reopen(work, case, "又停电了")


def test_a_declined_case_can_be_appealed(town: Town) -> None:
    case_id = file(town)
    with town.office.write(town.actor("coordinator")) as work:
        triage.decline(work, find.case(work, case_id), "不属于本街道")
    view = seen(town, case_id)
    assert [s.label.zh for s in view.stages] == ["提交", "不予受理"]
    with held(town, case_id) as (work, case):
        hearing.reopen(work, case, "厂房就在本街道")
        assert case.state is CaseState.RECEIVED
        told = work.session.scalars(
            select(Reminder.to_name).where(Reminder.kind == "case.appealed", Reminder.channel == "inbox")
        )
        assert told.all() == ["coordinator"]


def test_a_merged_case_shows_the_other_ones_state_and_nothing_of_its_requester(town: Town) -> None:
    main = file(town, "E1", contact="张大山", mobile="13999998888")
    mine = file(town, "E2")
    with held(town, main) as (work, case):
        hearing.add(work, case, "我的电话是 13999998888，家住 3 号楼")
    with town.office.write(town.actor("coordinator")) as work:
        triage.merge(work, find.case(work, mine), find.case(work, main), "同一台变压器")
    accept(town, main)
    reply(town, main, "已统一安排，请打 13999998888 联系张大山。")
    view = seen(town, mine)
    assert view.merged
    assert view.handled.id == main
    assert [s.status for s in view.stages][3] == "done"
    assert not view.may_rate
    assert not view.may_reopen
    shown = str([(t.who.zh, t.says.zh) for t in view.history]) + str(view.answers)
    assert "3 号楼" not in shown
    assert "13999998888" not in shown
    assert "注塑" not in shown


def test_an_appointment_is_told_once_the_timetable_is_published(town: Town) -> None:
    case_id = file(town)
    with held(town, case_id) as (work, case):
        meeting = Meeting(
            number="DJ-1", group_key="enterprise", area_id=case.area_id, title="第 18 次对接会",
            place="大港会议室",
            starts_at=work.now + timedelta(days=4), slot_minutes=12, slots=10, uid="uid-1",
            created_at=work.now, state=MeetingState.INVITING,
        )  # fmt: skip
        desk = Desk(meeting=meeting, department_id=town.department_id("economy"), label="3 号席")
        invitation = Invitation(meeting=meeting, party_key=case.requester_key, name=case.requester, away=[])
        table = Timetable(meeting=meeting, number=1, status="optimal", created_at=work.now)
        appointment = Appointment(
            timetable=table, key="a", invitation=invitation, case_id=case.id, slot=2, length=2
        )
        work.session.add_all([meeting, desk, invitation, table, appointment])
        work.session.flush()
        work.session.add(AppointmentDesk(appointment_id=appointment.id, desk_id=desk.id))
        work.session.flush()
        assert public_case.view(work, case, "zh").seats == ()
        meeting.published_id, meeting.state = table.id, MeetingState.SCHEDULED
        work.session.flush()
        work.session.expire_all()
        (seat,) = public_case.view(work, case, "zh").seats
        assert seat.start == meeting.starts_at + timedelta(minutes=24)
        assert seat.end - seat.start == timedelta(minutes=24)
        assert seat.desks[0][0] == "3 号席"
