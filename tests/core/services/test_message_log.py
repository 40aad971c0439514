"""The log: every try of every message, what may be sent again, and the notice that is printed."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document as WordFile
from small_group import START, actor, assigned_case, at, department, small_office
from sqlalchemy import select

from duijie.api import (
    Act,
    Anchor,
    Context,
    DeliveryOutcome,
    Message,
    Notifier,
    Receipt,
    Rule,
    Step,
    T,
    Who,
    WorkingDays,
)
from duijie.domain.errors import Conflict, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.services import follow_up, people, reminders, supervision
from duijie.services.reminders import log
from duijie.services.reminders.delivery import MOST_REFUSALS
from duijie.services.work import Office
from duijie.storage.models import Case, Reminder

LATE = Rule("late", T("逾期督办", en="Overdue"), Anchor.LEAD_DUE, (Step(WorkingDays(1), Act.ESCALATE, (Who.HEAD,)),))
ANSWERS: list[DeliveryOutcome] = []


def pager(message: Message, _context: Context) -> Receipt:
    return Receipt(ANSWERS.pop(0) if ANSWERS else DeliveryOutcome.ACCEPTED, f"to {message.to_name}")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    ANSWERS.clear()
    channel = Notifier("pager", T("寻呼", en="Pager"), "email", pager)
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path / 'd.db'}", [LATE], [channel]) as made:
        with made.write(SYSTEM) as work:
            follow_up.sync(work, assigned_case(work, START.date()))
        yield made


def test_what_was_given_up_is_sent_again_once_and_all_its_tries_stay(office: Office) -> None:
    with office.write(SYSTEM) as work:
        case = work.session.scalars(select(Case)).one()
        lamp = T("灯", en="Lamp")
        people.tell_department(work, case, department(work, "power"), "x", lamp, lamp)
        people.tell_coordinators(work, case, "x", lamp, lamp)
    ANSWERS.extend([DeliveryOutcome.REFUSED] * MOST_REFUSALS * 2)
    moment = START
    for _ in range(MOST_REFUSALS):
        with at(moment):
            reminders.deliver(office, channels=["pager"])
        moment += timedelta(hours=1)
    with at(moment), office.read(actor(office, "coordinator")) as work:
        found = log.read(work, "trouble", channel="pager").reminders
        assert [(one.state, len(one.deliveries)) for one in found] == [("dead", MOST_REFUSALS)] * 2
        assert log.read(work, "trouble", channel="mail").reminders == []
        assert len(log.read(work, "all", "rep同志", channel="pager").reminders) == 1
    one = found[0].id
    ANSWERS.clear()
    with at(moment):
        with office.write(actor(office, "rep")) as work, pytest.raises(NotFound):
            log.try_again(work, one)
        with office.write(actor(office, "coordinator")) as work:
            log.try_again(work, one)
        with office.write(actor(office, "coordinator")) as work, pytest.raises(Conflict):
            log.try_again(work, one)
        assert reminders.deliver(office, channels=["pager"]) == 1
    with office.write(actor(office, "coordinator")) as work:
        (sent,) = log.read(work, "sent", channel="pager").reminders
        assert [d.outcome for d in sent.deliveries] == ["refused"] * MOST_REFUSALS + ["accepted"]
        other = work.session.get_one(Reminder, found[1].id)
        other.useful_until = START
        work.session.flush()
        with pytest.raises(Refused):
            log.try_again(work, other.id)


def test_the_supervision_notice_names_the_department_the_rule_and_the_days(office: Office) -> None:
    with at(START + timedelta(days=2)):
        follow_up.run_due(office)
        with office.read(actor(office, "coordinator")) as work:
            case = work.session.scalars(select(Case)).one()
            assert (case.supervisions, supervision.offered(work, case)) == (1, True)
            made, _ = supervision.make(work, case.id, "zh")
            english, _ = supervision.make(work, case.id, "en")
            told = work.session.scalars(select(Reminder.notice).where(Reminder.kind.startswith("rule:late")))
            assert set(told) == {"supervision"}
        with office.read(actor(office, "rep")) as work, pytest.raises(Refused):
            supervision.notice(work, case.id, "zh")
    word = WordFile(io.BytesIO(made.content))
    text = "\n".join([p.text for p in word.paragraphs] + [c.text for row in word.tables[0].rows for c in row.cells])
    for words in ("督办通知单", "督〔2026〕S-1-1", "power局：", "2026年11月23日", "已逾期 2 个工作日", "逾期督办", "签发人"):
        assert words in text
    assert made.name == "督办通知单-S-1.docx"
    page = word.sections[0]
    assert (round(page.page_width.mm), round(page.top_margin.mm)) == (210, 37)
    assert "2 working days late" in "\n".join(p.text for p in WordFile(io.BytesIO(english.content)).paragraphs)


@pytest.mark.parametrize(("noted", "zh", "en"), [
    ("a worker stopped while sending", "发送途中系统曾中断", "the system stopped while sending it"),
    ("no connection: refused", "连不上对方的服务器（refused）", "the other server could not be reached (refused)"),
    ("550 no such user", "550 no such user", "550 no such user"),
])  # fmt: skip
def test_what_was_noted_of_a_try_reads_in_both_languages(noted: str, zh: str, en: str) -> None:
    told = log.told(noted)
    assert ((told.zh, told.en) if isinstance(told, T) else (told, told)) == (zh, en)
