"""Planned in the record's transaction, once per person and channel, and taken back with it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from small_group import START, actor, at, small_office
from sqlalchemy import select

from duijie.domain.errors import NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import reminders
from duijie.services.reminders import NewReminder, Recipient
from duijie.services.work import Office
from duijie.storage.models import Reminder

pytestmark = pytest.mark.both_databases

WORDS = T("提醒", en="Reminder")
REP = Recipient("代表", None, "rep@example.test")


@pytest.fixture
def town(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with at(START), small_office(tmp_path, database_url) as office:
        yield office


def about(
    meeting_id: int = 1, *, to: Recipient = REP, revision: str = "1", kind: str = "meeting.day_before"
) -> NewReminder:
    return NewReminder(kind, "meeting", meeting_id, revision, to, WORDS, WORDS, WORDS, START)


def rows(office: Office) -> list[tuple[str, str, str]]:
    with office.read(SYSTEM) as work:
        return [
            (r.channel, r.revision, r.state)
            for r in work.session.scalars(select(Reminder).order_by(Reminder.id))
        ]


def test_one_row_for_each_channel_that_reaches_the_person(town: Office) -> None:
    me = actor(town, "rep")
    with town.write(SYSTEM) as work:
        assert reminders.plan(work, about(to=Recipient("代表", me.user_id, "rep@example.test"))) == 2
        assert reminders.plan(work, about(to=Recipient("无邮箱", actor(town, "head").user_id))) == 1
        assert reminders.plan(work, about(to=Recipient("诉求人", None, "a@example.test"))) == 1
        assert reminders.plan(work, about(to=Recipient("没有联系方式", None, "", "13800000000"))) == 0
    assert [channel for channel, _, _ in rows(town)] == ["inbox", "mail", "inbox", "mail"]


def test_planning_the_same_again_plans_nothing(town: Office) -> None:
    with town.write(SYSTEM) as work:
        assert [reminders.plan(work, about()) for _ in range(3)] == [1, 0, 0]
    with town.write(SYSTEM) as work:
        assert reminders.plan(work, about()) == 0
        assert reminders.plan(work, about(kind="meeting.hour_before")) == 1
        assert reminders.plan(work, about(meeting_id=2)) == 1
        assert reminders.plan(work, about(to=Recipient("别人", None, "b@example.test"))) == 1


def test_a_reminder_dies_with_the_transaction_of_its_record(town: Office) -> None:
    def fail_after_planning() -> None:
        with town.write(SYSTEM) as work:
            reminders.plan(work, about())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_planning()
    assert rows(town) == []


def test_a_moved_meeting_takes_the_old_revision_back(town: Office) -> None:
    with town.write(SYSTEM) as work:
        reminders.plan(work, about(revision="1"))
        reminders.plan(work, about(revision="1", meeting_id=2))
        assert reminders.retire(work, "meeting", 1) == 1
        reminders.plan(work, about(revision="2"))
    assert reminders.deliver(town) == 2
    assert rows(town) == [("mail", "1", "retired"), ("mail", "1", "sent"), ("mail", "2", "sent")]


def test_retiring_can_be_narrowed(town: Office) -> None:
    with town.write(SYSTEM) as work:
        for kind in ("meeting.day_before", "meeting.hour_before"):
            for revision in ("1", "2"):
                reminders.plan(work, about(kind=kind, revision=revision))
        assert reminders.retire(work, "meeting", 1, ["meeting.hour_before"], keep="2") == 1
        assert reminders.retire(work, "meeting", 1, keep="2") == 1
        assert reminders.retire(work, "meeting", 1) == 2


def test_the_inbox_holds_what_has_arrived_and_only_ones_own(town: Office) -> None:
    rep, head = actor(town, "rep"), actor(town, "head")
    with town.write(SYSTEM) as work:
        reminders.plan(work, about(to=Recipient("代表", rep.user_id)))
        reminders.plan(
            work, replace(about(2, to=Recipient("代表", rep.user_id)), due_at=START + timedelta(hours=1))
        )
    reminders.deliver(town)
    with town.write(rep) as work:
        assert rep.user_id is not None
        (message,) = reminders.inbox(work, rep.user_id)
        assert (message.about_id, reminders.unread(work, rep.user_id)) == (1, 1)
    with town.write(head) as work:
        assert list(reminders.inbox(work, rep.user_id)) == []
        assert reminders.unread(work, rep.user_id) == 0
        with pytest.raises(NotFound):
            reminders.mark_read(work, message.id)
    with town.write(rep) as work:
        assert reminders.mark_read(work, message.id) == 1
        assert reminders.mark_read(work) == 0
        assert reminders.unread(work, rep.user_id) == 0
        assert [m.read_at for m in reminders.inbox(work, rep.user_id)] == [START]
        assert list(reminders.inbox(work, rep.user_id, unread_only=True)) == []
