"""Alike cases, grouped and answered once: each keeps its record, each requester is told, or none of it happens."""

import pytest
from filed import file
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Forbidden, Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.states import CaseState, ReplyKind
from duijie.services import alike, casework, common_questions, find, triage
from duijie.services.common_questions import Given
from duijie.storage.models import Case, CommonQuestion, CommonQuestionCase, Event, Reminder, Reply

SAME = "我们厂用电增容从630 kVA到1250 kVA排队三个月了，什么时候能装？"
ANSWER = "主变扩建本月完工，之后按排队先后安装。"


def grouped(town: Town, *ids: int, by: str = "coordinator") -> int:
    with town.office.write(town.actor(by)) as work:
        return common_questions.open_(work, "用电增容排队", ids).id


def answer(town: Town, question_id: int, lead: str = "power", by: str = "coordinator") -> Given:
    with town.office.write(town.actor(by)) as work:
        question = common_questions.one(work, question_id)
        return common_questions.answer(work, question, town.department_id(lead), ReplyKind.PLANNED, ANSWER)


def state(town: Town, case_id: int) -> CaseState:
    with town.office.read(SYSTEM) as work:
        return work.session.get_one(Case, case_id).state


def test_one_answer_reaches_every_case_and_every_requester(town: Town) -> None:
    waiting = file(town, "E2", email="a@example.test")
    given = file(town, "E2", text=SAME, email="b@example.test")
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, given), town.department_id("power"))
    done = answer(town, grouped(town, waiting, given))
    assert {case.id for case in done.answered} == {waiting, given}
    assert done.left_out == ()
    with town.office.read(SYSTEM) as work:
        for case_id in (waiting, given):
            case = work.session.get_one(Case, case_id)
            assert case.state is CaseState.ANSWERED
            assert [reply.text for reply in case.replies] == [ANSWER]
            kinds = set(work.session.scalars(select(Event.kind).where(Event.case_id == case_id)))
            assert {"case.assigned", "case.grouped", "case.replied"} <= kinds
        told = set(work.session.scalars(select(Reminder.to_address).where(Reminder.body.isnot(None))))
        assert {"a@example.test", "b@example.test"} <= told
        assert work.session.scalars(select(CommonQuestion)).one().state == "answered"


def test_what_its_state_or_its_lead_does_not_allow_is_named_and_left_out(lite_town: Town) -> None:
    good, others, gone = (file(lite_town, "E2", text=f"{SAME}{n}") for n in range(3))
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, others), lite_town.department_id("economy"))
    question = grouped(lite_town, good, others, gone)
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        triage.decline(work, find.case(work, gone), "不属于本区")
    done = answer(lite_town, question)
    assert [case.id for case in done.answered] == [good]
    reasons = {case.id: reason.zh for case, reason in done.left_out}
    assert "区经信局主办" in reasons[others]
    assert "不予受理" in reasons[gone]
    assert (state(lite_town, others), state(lite_town, gone)) == (CaseState.ASSIGNED, CaseState.DECLINED)
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalars(select(Reply.case_id)).all() == [good]


def test_when_none_can_be_answered_nothing_is_changed(lite_town: Town) -> None:
    case_id = file(lite_town)
    question = grouped(lite_town, case_id)
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), lite_town.department_id("economy"))
    with pytest.raises(Refused, match="没有诉求可以答复"):
        answer(lite_town, question)
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalars(select(CommonQuestion)).one().state == "open"
        assert work.session.scalars(select(Reply)).all() == []


def test_all_of_it_or_nothing(lite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = file(lite_town, "E2"), file(lite_town, "E2", text=SAME)
    question = grouped(lite_town, first, second)
    reply, times = casework.reply, []

    def breaks(*args: object, **more: object) -> Reply:
        times.append(1)
        if len(times) == 2:
            raise RuntimeError("the power went out")
        return reply(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(casework, "reply", breaks)
    with pytest.raises(RuntimeError):
        answer(lite_town, question)
    assert {state(lite_town, first), state(lite_town, second)} == {CaseState.RECEIVED}


def test_only_the_coordinators_of_all_its_cases_answer(lite_town: Town) -> None:
    here, there = file(lite_town, "E2"), file(lite_town, "E2", area="xigang", text=SAME)
    with pytest.raises(NotFound):
        grouped(lite_town, here, there)
    question = grouped(lite_town, here)
    with pytest.raises(NotFound):
        answer(lite_town, question, by="other_coordinator")
    with lite_town.office.write(SYSTEM) as work:
        common_questions.add(work, common_questions.one(work, question), [there])
    with pytest.raises(Forbidden):
        answer(lite_town, question)
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        seen = common_questions.visible(work, common_questions.one(work, question))
        assert [place.case_id for place in seen] == [here]
    assert {state(lite_town, here), state(lite_town, there)} == {CaseState.RECEIVED}


def test_a_case_stands_in_one_question_and_may_leave_it(lite_town: Town) -> None:
    case_id, other = file(lite_town, "E2"), file(lite_town, "E2", text=SAME)
    question = grouped(lite_town, case_id)
    with pytest.raises(Refused, match="另一个共性问题"):
        grouped(lite_town, other, case_id)
    with pytest.raises(Invalid):
        grouped(lite_town)
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        common_questions.take_out(work, common_questions.one(work, question), case_id)
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalars(select(CommonQuestionCase)).all() == []
    grouped(lite_town, other, case_id)


def test_alike_cases_are_found_in_ones_own_areas_only_and_new_ones_at_once(lite_town: Town) -> None:
    case_id = file(lite_town, "E2")
    file(lite_town, "E2", area="xigang", text=SAME)
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        assert alike.similar(work, find.case(work, case_id)) == []
    second = file(lite_town, "E2", text=SAME)
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        (found,) = alike.similar(work, find.case(work, case_id))
        assert found.case.id == second
        assert found.common
        assert alike.counts(work, [find.case(work, case_id)]) == {case_id: 1}
