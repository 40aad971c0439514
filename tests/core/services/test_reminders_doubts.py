"""What becomes of messages that nobody is sure of, and of those that were given up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, small_office
from sqlalchemy import select

from duijie.api import Context, DeliveryOutcome, Message, Notifier, Receipt, T
from duijie.domain.roles import SYSTEM
from duijie.schedule import jobs
from duijie.services import reminders
from duijie.services.reminders import NewReminder, Recipient
from duijie.services.reminders.delivery import MOST_REFUSALS
from duijie.services.work import Office
from duijie.storage.models import Case, Delivery, Reminder

WORDS = T("提醒", en="Reminder")
MINUTE = timedelta(minutes=1)


class Relay:
    """A channel whose attempts and whose log are as a test says."""

    def __init__(self) -> None:
        self.outcome, self.log, self.sent = DeliveryOutcome.AMBIGUOUS, DeliveryOutcome.AMBIGUOUS, 0

    def send(self, _message: Message, _context: Context) -> Receipt:
        self.sent += 1
        return Receipt(self.outcome, "said")

    def look_up(self, message: Message, _context: Context) -> Receipt:
        assert message.sent_at == START
        return Receipt(self.log, "the log")

    @property
    def notifier(self) -> Notifier:
        return Notifier("pager", T("寻呼", en="Pager"), "phone", self.send, look_up=self.look_up)


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
def town(tmp_path: Path, database_url: str, relay: Relay) -> Iterator[Office]:
    with at(START), small_office(tmp_path, database_url, notifiers=[relay.notifier]) as office:
        with office.write(SYSTEM) as work:
            case = assigned_case(work, START.date())
            to = Recipient("王大爷", None, "", "138")
            reminders.plan(work, NewReminder("test", "case", case.id, "1", to, WORDS, WORDS, WORDS, START))
        yield office


def the_one(office: Office) -> Reminder:
    with office.read(SYSTEM) as work:
        return work.session.scalars(select(Reminder).where(Reminder.channel == "pager")).one()


@pytest.mark.parametrize(
    ("log", "state", "sends"),
    [
        (DeliveryOutcome.ACCEPTED, "sent", 1),
        (DeliveryOutcome.REFUSED, "sent", 2),
        (DeliveryOutcome.AMBIGUOUS, "doubtful", 1),
    ],
)
def test_a_channel_that_can_tell_is_asked_before_a_person(
    town: Office, relay: Relay, log: DeliveryOutcome, state: str, sends: int
) -> None:
    reminders.deliver(town, channels=["pager"])
    relay.log, relay.outcome = log, DeliveryOutcome.ACCEPTED
    assert jobs.look_up(town) == 0  # its log may not be written yet
    with at(START + MINUTE):
        assert jobs.look_up(town) == (state == "sent")
        reminders.deliver(town, channels=["pager"])
    assert (the_one(town).state, relay.sent) == (state, sends)


def given_up(town: Office, relay: Relay) -> None:
    relay.outcome, moment = DeliveryOutcome.REFUSED, START
    for _ in range(MOST_REFUSALS):
        with at(moment):
            reminders.deliver(town, channels=["pager"])
        moment = the_one(town).next_at
    assert the_one(town).state == "dead"


def test_what_is_given_up_is_told_to_the_coordinator_once(town: Office, relay: Relay) -> None:
    given_up(town, relay)
    with town.read(SYSTEM) as work:
        last = work.session.scalars(select(Delivery.at).order_by(Delivery.id.desc())).first()
    assert last is not None
    for minutes in (2, 4):
        with at(last + minutes * MINUTE):
            jobs.raise_alarms(town)
            reminders.deliver(town, channels=["inbox"])
    with town.read(who := actor(town, "coordinator")) as work:
        (told,) = [m for m in reminders.inbox(work, who.user_id or 0) if m.kind == "reminder.given_up"]
    assert told.subject.zh == "有 1 条提醒多次未送达"
    assert "王大爷" in told.body.zh


@pytest.mark.parametrize(("known", "state", "sends"), [(True, "sent", 8), (False, "sent", 9)])
def test_a_coordinator_decides_what_becomes_of_it(
    town: Office, relay: Relay, known: bool, state: str, sends: int
) -> None:
    given_up(town, relay)
    relay.outcome = DeliveryOutcome.ACCEPTED
    with town.write(actor(town, "coordinator")) as work:
        (dead,) = reminders.doubtful(work)
        reminders.settle_doubtful(work, dead.id, known)
    reminders.deliver(town, channels=["pager"])
    assert (the_one(town).state, relay.sent) == (state, sends)


def test_an_alarm_that_is_given_up_itself_stands_on_the_same_desk(town: Office, relay: Relay) -> None:
    given_up(town, relay)
    who = actor(town, "coordinator")
    with town.write(SYSTEM) as work:
        case = work.session.scalars(select(Case)).one()
        to = Recipient("协调员", None, "", "139")
        alarm = NewReminder("reminder.given_up", "area", case.area_id, "1", to, WORDS, WORDS, WORDS, START)
        assert reminders.plan(work, alarm) == 1
        work.session.scalars(select(Reminder).where(Reminder.about_type == "area")).one().state = "dead"
    with town.write(who) as work:
        alarm_id = next(r.id for r in reminders.doubtful(work) if r.about_type == "area")
        reminders.settle_doubtful(work, alarm_id, True)
    with town.read(who) as work:
        assert [r.about_type for r in reminders.doubtful(work)] == ["case"]


def test_a_channel_that_rests_after_failures_costs_no_tries(tmp_path: Path, database_url: str) -> None:
    def fail(_message: Message, _context: Context) -> Receipt:
        raise RuntimeError("broken")

    broken = Notifier("pager", T("寻呼", en="Pager"), "phone", fail, keyed=True)
    with at(START), small_office(tmp_path, database_url, notifiers=[broken]) as office:
        with office.write(SYSTEM) as work:
            case = assigned_case(work, START.date())
            for n in range(7):
                to = Recipient(f"王{n}", None, "", "138")
                reminders.plan(work, NewReminder("test", "case", case.id, str(n), to, WORDS, WORDS, WORDS, START))
        reminders.deliver(office, channels=["pager"])
        with office.read(SYSTEM) as work:
            rows = work.session.scalars(select(Reminder).where(Reminder.channel == "pager").order_by(Reminder.id)).all()
        assert [row.attempts for row in rows] == [1] * 5 + [0] * 2  # the sixth was not tried: the plugin rests
        assert {row.next_at for row in rows[5:]} == {START + MINUTE}
