"""A department at work: taking up, objecting in time, handing back, replying, promising, keeping a promise."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from filed import file
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Forbidden, Invalid, NotFound, Refused
from duijie.domain.states import AssignmentRole, CaseState, ReplyKind
from duijie.services import casework, find, triage
from duijie.services.work import Work
from duijie.storage.models import Case, Department, Event, Meeting, Reminder

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in Shanghai


def given(town: Town, *co: str, sample: str = "E2", **changes: object) -> int:
    """A case assigned to the economy bureau, with ``co``."""
    case_id = file(town, sample, **changes)
    ids = [town.department_id(key) for key in co]
    lead = town.department_id("economy")
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), lead, ids)
    return case_id


def rep(town: Town, key: str = "economy"):  # type: ignore[no-untyped-def]
    return town.office.write(town.actor(f"rep_{key}"))


def state(town: Town, case_id: int) -> CaseState:
    with town.office.read(town.actor("coordinator")) as work:
        return find.case(work, case_id).state


def events(work: Work, kind: str) -> list[Event]:
    return list(work.session.scalars(select(Event).where(Event.kind == kind)))


def meeting(work: Work, area_id: int) -> Meeting:
    made = Meeting(number="DJ-1", group_key="enterprise", area_id=area_id, title="对接会", place="园区", starts_at=work.now,
                   slot_minutes=12, slots=10, uid="m1", created_at=work.now)  # fmt: skip
    work.session.add(made)
    work.session.flush()
    return made


def test_the_lead_takes_it_up_once_and_a_helper_s_start_leaves_the_state(town: Town) -> None:
    case_id, economy, power = given(town, "power"), town.department_id("economy"), town.department_id("power")
    with rep(town, "power") as work:
        casework.take_up(work, find.case(work, case_id), power)
    assert state(town, case_id) is CaseState.ASSIGNED
    with rep(town) as work:
        casework.take_up(work, find.case(work, case_id), economy)
    assert state(town, case_id) is CaseState.IN_PROGRESS
    with pytest.raises(Refused), rep(town) as work:
        casework.take_up(work, find.case(work, case_id), economy)
    with town.office.read(town.actor("coordinator")) as work:
        assert find.case(work, case_id).first_contact_at is not None


def test_nobody_speaks_for_another_department(town: Town) -> None:
    case_id, economy = given(town, "power"), town.department_id("economy")
    with pytest.raises(Forbidden), rep(town, "power") as work:
        casework.reply(work, find.case(work, case_id), economy, ReplyKind.SOLVED, "已解决", "phone")
    with pytest.raises(Forbidden), town.office.write(town.actor("coordinator")) as work:
        casework.take_up(work, find.case(work, case_id), economy)
    with pytest.raises(NotFound), rep(town, "tax") as work:
        find.case(work, case_id)


def test_an_objection_is_possible_for_one_working_day(town: Town) -> None:
    economy = town.department_id("economy")
    with time_machine.travel(MONDAY, tick=False):
        in_time, late = given(town), given(town)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False), rep(town) as work:
        casework.object_(work, find.case(work, in_time), economy, "不归我管")
        assert {
            r.to_name for r in work.session.scalars(select(Reminder).where(Reminder.kind == "case.objected"))
        } == {"coordinator"}
    with (
        time_machine.travel(MONDAY + timedelta(days=2), tick=False),
        pytest.raises(Refused, match="11月24日"),
        rep(town) as work,
    ):
        casework.object_(work, find.case(work, late), economy, "不归我管")


def test_handing_back_frees_every_department_and_its_promises(town: Town) -> None:
    case_id, economy = given(town, "power"), town.department_id("economy")
    with pytest.raises(Invalid), rep(town) as work:
        casework.hand_back(work, find.case(work, case_id), economy, " ")
    with rep(town) as work:
        casework.commit(work, find.case(work, case_id), economy, "一周内答复", 5, "陈工")
        casework.hand_back(work, find.case(work, case_id), economy, "应由供电公司主办")
    with town.office.read(town.actor("coordinator")) as work:
        case = find.case(work, case_id)
        assert (case.state, case.due_on, case.lead, case.co) == (CaseState.RECEIVED, None, None, [])
        assert [c.state for c in case.commitments] == ["withdrawn"]
    with pytest.raises(NotFound), town.office.read(town.actor("rep_economy")) as work:
        find.case(work, case_id)


def test_a_helper_hands_back_only_itself(town: Town) -> None:
    case_id, power = given(town, "power"), town.department_id("power")
    with rep(town, "power") as work:
        casework.hand_back(work, find.case(work, case_id), power, "无需协办")
    with town.office.read(town.actor("coordinator")) as work:
        case = find.case(work, case_id)
        assert case.state is CaseState.ASSIGNED
        assert case.co == []


def test_the_lead_s_reply_answers_the_case_and_tells_everybody_who_asked(town: Town) -> None:
    case_id = given(town, email="boss@example.test")
    same = file(town, "E2", email="second@example.test")
    with town.office.write(town.actor("coordinator")) as work:
        triage.merge(work, find.case(work, same), find.case(work, case_id), "同一问题")
    economy = town.department_id("economy")
    with rep(town) as work:
        casework.reply(
            work, find.case(work, case_id), economy, ReplyKind.EXPLAINED, "供电公司 12 月 8 日前装表", "phone"
        )
    with town.office.read(town.actor("coordinator")) as work:
        case = find.case(work, case_id)
        assert case.state is CaseState.ANSWERED
        assert case.answered_at == case.stay_since
        assert [(r.kind, r.way) for r in case.replies] == [(ReplyKind.EXPLAINED, "phone")]
        mails = list(
            work.session.scalars(
                select(Reminder).where(Reminder.kind == "case.answered", Reminder.channel == "mail")
            )
        )
        assert {m.to_address for m in mails} == {"boss@example.test", "second@example.test"}
        assert all("供电公司 12 月 8 日前装表" in m.body.zh and m.link.startswith("/t/link/") for m in mails)
        assert events(work, "case.replied")[0].public


def test_a_helper_s_reply_is_heard_but_the_lead_still_owes_the_answer(town: Town) -> None:
    case_id, power = given(town, "power"), town.department_id("power")
    with rep(town, "power") as work:
        casework.reply(work, find.case(work, case_id), power, ReplyKind.PLANNED, "已列入施工计划", "online")
    assert state(town, case_id) is CaseState.ASSIGNED


@pytest.mark.parametrize(
    ("text", "way", "field"),
    [("  ", "phone", "text"), ("好", "pigeon", "way"), ("长" * 4001, "phone", "text")],
)
def test_a_reply_that_says_nothing_is_refused(town: Town, text: str, way: str, field: str) -> None:
    case_id, economy = given(town), town.department_id("economy")
    with pytest.raises(Invalid) as error, rep(town) as work:
        casework.reply(work, find.case(work, case_id), economy, ReplyKind.SOLVED, text, way)
    assert error.value.problems[0].field == field
    assert state(town, case_id) is CaseState.ASSIGNED


def test_a_promise_counts_working_days_and_keeping_it_may_answer(town: Town) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case_id, economy = given(town), town.department_id("economy")
        with rep(town) as work:
            promise = casework.commit(work, find.case(work, case_id), economy, "完成增容", 7, "陈工")
            assert promise.due_on.isoformat() == "2026-12-02"
            assert find.case(work, case_id).due_on is not None
        assert state(town, case_id) is CaseState.IN_PROGRESS
        with rep(town) as work:
            case = find.case(work, case_id)
            casework.keep_commitment(work, case, case.commitments[0], "已通电", ReplyKind.SOLVED)
        assert state(town, case_id) is CaseState.ANSWERED
        with rep(town) as work:
            case = find.case(work, case_id)
            with pytest.raises(Refused):
                casework.keep_commitment(work, case, case.commitments[0], "再来", None)


@pytest.mark.parametrize("days", [0, -3, 251])
def test_a_promise_needs_one_to_250_working_days(town: Town, days: int) -> None:
    case_id, economy = given(town), town.department_id("economy")
    with pytest.raises(Invalid) as error, rep(town) as work:
        casework.commit(work, find.case(work, case_id), economy, "完成增容", days, "")
    assert error.value.problems[0].field == "working_days"


def test_a_promise_into_an_unpublished_year_says_so(town: Town) -> None:
    with time_machine.travel(MONDAY, tick=False), rep(town) as work:
        warning = casework.due_after(work, 40).warning
    assert warning is not None
    assert "2027" in warning.zh


def test_at_a_meeting_a_department_gets_its_part_and_the_promise_becomes_the_deadline(town: Town) -> None:
    case_id, economy = given(town), town.department_id("economy")
    with rep(town) as work:
        held = meeting(work, town.area_id)
        case = find.case(work, case_id)
        promise = casework.commit(work, case, economy, "完成增容", 15, "陈工", meeting_id=held.id)
        assert case.due_on == case.expected_on == promise.due_on
        meeting_id = held.id
    with town.office.write(town.actor("rep_tax")) as work:
        case = work.session.get_one(Case, case_id)
        casework.reply(
            work, case, town.department_id("tax"), ReplyKind.EXPLAINED, "税务无障碍", "meeting", meeting_id
        )
    with town.office.read(town.actor("rep_tax")) as work:
        case = find.case(work, case_id)
        assert [(a.department.key, a.role) for a in case.co] == [("tax", AssignmentRole.CO)]
        assert case.state is CaseState.IN_PROGRESS


def test_at_a_meeting_a_case_nobody_had_accepted_is_answered_by_whoever_sits_there(town: Town) -> None:
    case_id, hr = file(town, "E1"), town.department_id("hr")
    with pytest.raises(Forbidden), rep(town, "hr") as work:
        casework.reply(
            work, work.session.get_one(Case, case_id), hr, ReplyKind.EXPLAINED, "可按项目参保", "meeting"
        )
    with rep(town, "hr") as work:
        held = meeting(work, town.area_id)
        case = work.session.get_one(Case, case_id)
        casework.reply(work, case, hr, ReplyKind.EXPLAINED, "可按项目参保", "meeting", held.id)
        assert case.state is CaseState.ANSWERED
        assert case.lead
        assert case.lead.department_id == hr
        assert case.due_on == case.expected_on


def test_asking_for_help_reaches_the_coordinator(town: Town) -> None:
    case_id, economy = given(town), town.department_id("economy")
    with rep(town) as work:
        power = work.session.get_one(Department, town.department_id("power"))
        with pytest.raises(Invalid):
            casework.ask_for_co(work, find.case(work, case_id), economy, [], "核实容量")
        casework.ask_for_co(work, find.case(work, case_id), economy, [power], "核实容量")
        told = work.session.scalars(
            select(Reminder).where(Reminder.kind == "case.co_requested", Reminder.channel == "inbox")
        ).one()
        assert "供电" in told.body.zh


def test_notes_are_public_only_when_they_say_so(town: Town) -> None:
    case_id = given(town)
    with rep(town) as work:
        casework.note(work, find.case(work, case_id), "内部\x00意见")
        casework.note(work, find.case(work, case_id), "已派员上门", public=True)
        assert [(a.text, a.public) for a in find.case(work, case_id).additions] == [
            ("内部意见", False),
            ("已派员上门", True),
        ]
        assert [e.public for e in events(work, "case.noted")] == [False, True]


def test_a_closed_case_takes_no_reply(town: Town) -> None:
    case_id, economy = given(town), town.department_id("economy")
    with rep(town) as work:
        casework.reply(work, find.case(work, case_id), economy, ReplyKind.SOLVED, "已解决", "phone")
    with town.office.write(town.actor("coordinator")) as work:
        triage.close(work, find.case(work, case_id), "满意")
    with pytest.raises(Refused), rep(town) as work:
        casework.reply(work, find.case(work, case_id), economy, ReplyKind.SOLVED, "再答一次", "phone")
