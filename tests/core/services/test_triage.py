"""A coordinator at work: suggestions, accepting, changing, declining, merging, objections, closing."""

from datetime import date, timedelta

import pytest
from filed import file
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from duijie.domain.states import AssignmentRole, CaseState, ReplyKind
from duijie.services import alike, casework, find, rosters, suggesting, triage
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Event, Reminder


def coordinator(town: Town):  # type: ignore[no-untyped-def]
    return town.office.write(town.actor("coordinator"))


def department(work: Work, key: str) -> int:
    return next(e.department_id for e in rosters.entries_of(work, "enterprise") if e.department.key == key)


def accept(town: Town, case_id: int, lead: str = "economy", *co: str, due_on: date | None = None) -> None:
    ids = [town.department_id(key) for key in co]
    lead_id = town.department_id(lead)
    with coordinator(town) as work:
        triage.accept(work, find.case(work, case_id), lead_id, ids, due_on)


def kinds(work: Work, case_id: int) -> list[str]:
    return list(work.session.scalars(select(Event.kind).where(Event.case_id == case_id).order_by(Event.id)))


def told(work: Work, kind: str) -> set[str]:
    return set(work.session.scalars(select(Reminder.to_name).where(Reminder.kind == kind)))


def test_suggests_the_power_company_for_a_transformer_with_the_words_that_say_so(town: Town) -> None:
    case_id = file(town, "E2")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        offers = suggesting.offers(work, case)
        roster = {o.key for o in offers}
    assert {"economy", "power"} & {o.key for o in offers[:2]}
    assert all(o.reasons for o in offers)
    assert all(word in f"{case.title}\n{case.text}" for o in offers[:2] for word in o.words)
    assert len(roster) == len(offers), "each department is offered once"


def test_accepting_names_who_handles_it_until_when_and_tells_them(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id, "economy", "power")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert case.state is CaseState.ASSIGNED
        assert case.lead
        assert case.lead.department.key == "economy"
        assert [a.department.key for a in case.co] == ["power"]
        assert case.due_on == work.calendar.add(work.today, 7).day == case.expected_on
        assert case.co[0].due_on == work.calendar.add(work.today, 3).day
        assert told(work, "case.assigned") == {"rep_economy", "rep_power"}
        event = work.session.scalars(select(Event).where(Event.kind == "case.assigned")).one()
        assert event.public
        assert event.data["lead"]["zh"] == "区经信局"
        assert "供电" in event.data["co"]["zh"]


@pytest.mark.parametrize(
    ("lead", "days", "field"),
    [(None, 3, "lead"), (999_999, 3, "lead"), ("economy", -1, "due_on"), ("economy", 401, "due_on")],
)
def test_what_does_not_fit_is_refused_with_the_field(
    town: Town, lead: str | int | None, days: int, field: str
) -> None:
    case_id = file(town)
    lead_id = town.department_id(lead) if isinstance(lead, str) else lead
    with pytest.raises(Invalid) as error, coordinator(town) as work:
        triage.accept(work, find.case(work, case_id), lead_id, [], work.today + timedelta(days=days))
    assert error.value.problems[0].field == field
    with coordinator(town) as work:
        assert find.case(work, case_id).state is CaseState.RECEIVED


def test_only_the_area_s_coordinator_may(town: Town) -> None:
    case_id = file(town)
    with pytest.raises(NotFound), town.office.write(town.actor("other_coordinator")) as work:
        find.case(work, case_id)
    accept(town, case_id)
    with pytest.raises(Forbidden), town.office.write(town.actor("rep_economy")) as work:
        triage.decline(work, find.case(work, case_id), "不归我管")


def test_two_coordinators_at_once_meet_a_conflict_and_not_two_assignments(town: Town) -> None:
    case_id = file(town)
    with coordinator(town) as work:
        seen = find.case(work, case_id).version
    accept(town, case_id)
    with pytest.raises(Conflict), coordinator(town) as work:
        find.case(work, case_id, seen)
    with pytest.raises(Refused):
        accept(town, case_id, "hr")


def test_a_note_does_not_stand_in_a_colleague_s_way_but_an_assignment_does(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id)
    with coordinator(town) as work:
        seen = find.case(work, case_id).version
    with town.office.write(town.actor("rep_economy")) as work:
        casework.note(work, find.case(work, case_id), "已联系企业")
    with coordinator(town) as work:
        find.case(work, case_id, seen)
        triage.reassign(
            work,
            find.case(work, case_id),
            department(work, "economy"),
            [department(work, "power")],
            None,
            "加协办",
        )
    with pytest.raises(Conflict), coordinator(town) as work:
        find.case(work, case_id, seen)


def test_declining_tells_the_requester_why(town: Town) -> None:
    case_id = file(town, email="boss@example.test")
    with coordinator(town) as work:
        triage.decline(work, find.case(work, case_id), "  属于司法途径  ")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert (case.state, case.decline_reason) == (CaseState.DECLINED, "属于司法途径")
        if case.email:
            assert (
                "属于司法途径"
                in work.session.scalars(select(Reminder).where(Reminder.kind == "case.declined"))
                .one()
                .body.zh
            )
    with pytest.raises(Invalid), coordinator(town) as work:
        triage.decline(work, find.case(work, file(town)), "  ")


def test_similar_cases_are_offered_and_merged(town: Town) -> None:
    first = file(town, "E2")
    same = file(
        town, "E2", text="我们厂用电增容从630 kVA到1250 kVA排队三个月了，什么时候能装？", company="滨港甲厂"
    )
    other = file(town, "E6")
    with coordinator(town) as work:
        found = alike.similar(work, find.case(work, same))
        assert found[0].case.id == first
        assert other not in {a.case.id for a in found}
        triage.merge(work, find.case(work, same), find.case(work, first), "同一件事")
    with coordinator(town) as work:
        merged = find.case(work, same)
        assert (merged.state, merged.merged_into_id) == (CaseState.MERGED, first)
        assert "case.absorbed" in kinds(work, first)
    with pytest.raises(Refused), coordinator(town) as work:
        triage.merge(work, find.case(work, other), find.case(work, same), "再并")
    with pytest.raises(Invalid), coordinator(town) as work:
        triage.merge(work, find.case(work, other), find.case(work, other), "自己并自己")


def test_merging_repoints_what_was_merged_before(town: Town) -> None:
    a, b, c = (file(town, "E2") for _ in range(3))
    with coordinator(town) as work:
        triage.merge(work, find.case(work, a), find.case(work, b), "同一件事")
    with coordinator(town) as work:
        triage.merge(work, find.case(work, b), find.case(work, c), "同一件事")
    with coordinator(town) as work:
        assert work.session.get_one(Case, a).merged_into_id == c


def object_(town: Town, case_id: int, key: str = "economy") -> int:
    with town.office.write(town.actor(f"rep_{key}")) as work:
        case = find.case(work, case_id)
        casework.object_(work, case, department(work, key), "应由供电公司主办")
        return next(a.id for a in case.assignments if a.state == "objected")


def test_an_objection_upheld_needs_another_lead_and_starts_its_clock_anew(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id, "economy", "power")
    given = object_(town, case_id)
    with pytest.raises(Invalid), coordinator(town) as work:
        triage.uphold(work, find.case(work, case_id), work.session.get_one(Assignment, given), "成立", None)
    with coordinator(town) as work:
        case = find.case(work, case_id)
        triage.uphold(
            work, case, work.session.get_one(Assignment, given), "属供电职责", department(work, "power")
        )
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert case.lead
        assert case.lead.department.key == "power"
        assert not case.co
        assert case.state is CaseState.ASSIGNED
        assert {"case.objected", "case.objection_upheld", "case.assignment_changed"} <= set(
            kinds(work, case_id)
        )
    with pytest.raises(NotFound), town.office.read(town.actor("rep_economy")) as work:
        find.case(work, case_id)


def test_an_objection_overruled_leaves_the_department_and_cannot_be_repeated(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id)
    given = object_(town, case_id)
    with coordinator(town) as work:
        triage.overrule(work, find.case(work, case_id), work.session.get_one(Assignment, given), "职责在贵局")
    with pytest.raises(Refused), coordinator(town) as work:
        triage.overrule(work, find.case(work, case_id), work.session.get_one(Assignment, given), "再来一次")
    with pytest.raises(Refused, match="只能提出一次"):
        object_(town, case_id)


def test_a_new_lead_while_in_progress_begins_anew_and_old_promises_fall(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id)
    with town.office.write(town.actor("rep_economy")) as work:
        case = find.case(work, case_id)
        casework.take_up(work, case, department(work, "economy"))
        casework.commit(work, case, department(work, "economy"), "协调增容", 7, "陈工")
    with coordinator(town) as work:
        triage.reassign(work, find.case(work, case_id), department(work, "power"), [], None, "改由供电主办")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert case.state is CaseState.ASSIGNED
        assert [c.state for c in case.commitments] == ["withdrawn"]
        assert case.lead
        assert case.lead.department.key == "power"


def test_moving_the_deadline_out_is_an_extension_in_the_history(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id)
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert case.due_on
        later = case.due_on + timedelta(days=10)
        triage.reassign(work, case, department(work, "economy"), [], later, "需现场勘察")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert case.lead
        assert case.lead.due_on == case.due_on == later
        assert "case.extended" in kinds(work, case_id)
    with pytest.raises(Invalid, match="没有任何改动"), coordinator(town) as work:
        triage.reassign(work, find.case(work, case_id), department(work, "economy"), [], later, "没事")


def test_a_co_handling_department_may_become_the_lead_and_keeps_its_promise(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id, "economy", "power")
    with town.office.write(town.actor("rep_power")) as work:
        casework.commit(work, find.case(work, case_id), department(work, "power"), "排期施工", 5, "")
    with coordinator(town) as work:
        triage.reassign(
            work,
            find.case(work, case_id),
            department(work, "power"),
            [department(work, "economy")],
            None,
            "互换",
        )
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert case.lead
        assert case.lead.department.key == "power"
        assert [a.role for a in case.co] == [AssignmentRole.CO]
        assert [c.state for c in case.commitments] == ["open"]


def test_closing_and_reopening_by_hand(town: Town) -> None:
    case_id = file(town)
    accept(town, case_id)
    with pytest.raises(Refused), coordinator(town) as work:
        triage.close(work, find.case(work, case_id), "太早")
    with town.office.write(town.actor("rep_economy")) as work:
        casework.reply(
            work, find.case(work, case_id), department(work, "economy"), ReplyKind.SOLVED, "已装表", "phone"
        )
    with coordinator(town) as work:
        triage.close(work, find.case(work, case_id), "电话回访满意")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert (case.state, case.closed_at) == (CaseState.CLOSED, case.stay_since)
        triage.reopen(work, case, "又跳闸了")
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert (case.state, case.reopened, case.closed_at) == (CaseState.IN_PROGRESS, 1, None)
        assert case.lead
        assert (case.lead.state, case.lead.done_at) == ("accepted", None)


def test_marks_are_in_the_history_once(town: Town) -> None:
    case_id = file(town)
    for _ in range(2):
        with coordinator(town) as work:
            triage.mark(work, find.case(work, case_id), joint_talk=True, priority=1)
    with coordinator(town) as work:
        case = find.case(work, case_id)
        assert (case.joint_talk, case.priority) == (True, 1)
        assert kinds(work, case_id).count("case.marked") == 1
    with pytest.raises(Invalid), coordinator(town) as work:
        triage.mark(work, find.case(work, case_id), joint_talk=True, priority=9)
