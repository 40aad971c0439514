"""Claimed, sent and settled: what was promised holds when channels fail, workers die and others race."""

import multiprocessing
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_group import START, SmallGroup, actor, assigned_case, at, small_office
from sqlalchemy import func, select
from town import small_settings

from duijie.api import Context, DeliveryOutcome, Message, Notifier, Receipt
from duijie.bootstrap import open_office
from duijie.domain.errors import Conflict, NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.catalogue import Owned
from duijie.services import reminders
from duijie.services.plugins import state as switches
from duijie.services.reminders import NewReminder, Recipient
from duijie.services.reminders.claims import MOST_RECOVERIES
from duijie.services.reminders.delivery import MOST_REFUSALS, pause, settle
from duijie.services.work import Office
from duijie.storage.models import Delivery, Event, Reminder

pytestmark = pytest.mark.both_databases

WORDS = T("提醒", en="Reminder")
ACCEPTED = Receipt(DeliveryOutcome.ACCEPTED, "250 ok")
REFUSED = Receipt(DeliveryOutcome.REFUSED, "451 later")
AMBIGUOUS = Receipt(DeliveryOutcome.AMBIGUOUS, "the line broke")


class Channel:
    """A channel whose next answers are given; it keeps what it was asked to send."""

    def __init__(self, *, keyed: bool = False) -> None:
        self.answers: list[Receipt | Exception] = []
        self.sent: list[Message] = []
        self.notifier = Notifier("pager", T("寻呼", en="Pager"), "phone", self.send, keyed=keyed)

    def send(self, message: Message, _context: Context | None = None) -> Receipt:
        self.sent.append(message)
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def pager() -> Channel:
    return Channel()


@pytest.fixture
def town(tmp_path: Path, database_url: str, pager: Channel) -> Iterator[Office]:
    with at(START), small_office(tmp_path, database_url, notifiers=[pager.notifier]) as office:
        yield office


def plan(office: Office, about_id: int = 1, **changes: object) -> None:
    new = NewReminder(
        "test", "case", about_id, "1", Recipient("王大爷", None, "", "138"), WORDS, WORDS, WORDS, START
    )
    with office.write(SYSTEM) as work:
        assert reminders.plan(work, replace(new, **changes)) == 1  # type: ignore[arg-type]


def the_one(office: Office) -> Reminder:
    with office.read(SYSTEM) as work:
        return work.session.scalars(select(Reminder)).one()


def outcomes(office: Office) -> list[str]:
    with office.read(SYSTEM) as work:
        return list(work.session.scalars(select(Delivery.outcome).order_by(Delivery.id)))


def test_an_accepted_message_is_sent_once_with_all_it_needs(town: Office, pager: Channel) -> None:
    plan(town, link="/cases/1", why=T("因为", en="because"))
    assert [reminders.deliver(town), reminders.deliver(town)] == [1, 0]
    (message,) = pager.sent
    assert (message.to_address, message.subject, message.why) == ("138", "提醒", "因为")
    assert message.link == "http://127.0.0.1:8000/cases/1"
    sent = the_one(town)
    assert (sent.state, sent.sent_at, sent.fence, sent.lease_until) == ("sent", START, 1, None)
    assert outcomes(town) == ["accepted"]


def test_nothing_is_sent_before_it_is_due(town: Office, pager: Channel) -> None:
    plan(town, due_at=START + timedelta(minutes=1))
    assert reminders.deliver(town) == 0
    with at(START + timedelta(minutes=1)):
        assert reminders.deliver(town) == 1


def test_a_refusal_waits_longer_each_time_and_ends_dead(town: Office, pager: Channel) -> None:
    plan(town)
    pager.answers = [REFUSED] * MOST_REFUSALS
    moment = START
    for tries in range(1, MOST_REFUSALS + 1):
        with at(moment):
            assert reminders.deliver(town) == 1
            assert reminders.deliver(town) == 0  # not again at once
        reminder = the_one(town)
        assert reminder.attempts == tries
        moment = reminder.next_at
    assert reminder.state == "dead"
    assert reminder.last_error == "451 later"
    assert outcomes(town) == ["refused"] * MOST_REFUSALS


def test_pauses_are_spread_and_bounded() -> None:
    for refusals in range(1, 12):
        pauses = [pause(refusals).total_seconds() for _ in range(50)]
        assert 1 <= min(pauses) < max(pauses) <= min(3600, 30 * 2 ** (refusals - 1))


@pytest.mark.parametrize("answer", [AMBIGUOUS, RuntimeError("boom"), "no receipt"])
def test_a_doubtful_message_waits_for_a_person(town: Office, pager: Channel, answer: Receipt) -> None:
    plan(town)
    pager.answers = [answer]
    reminders.deliver(town)
    assert the_one(town).state == "doubtful"
    with at(START + timedelta(days=3)):
        assert reminders.deliver(town) == 0
    assert len(pager.sent) == 1


@pytest.mark.parametrize(("arrived", "sends"), [(True, 1), (False, 2)])
def test_a_coordinator_settles_a_doubt(town: Office, pager: Channel, arrived: bool, sends: int) -> None:
    with town.write(SYSTEM) as work:
        case_id = assigned_case(work, START.date()).id
    plan(town, case_id)
    pager.answers = [AMBIGUOUS]
    reminders.deliver(town)
    with town.write(actor(town, "rep")) as work:
        assert list(reminders.doubtful(work)) == []
        with pytest.raises(NotFound):
            reminders.settle_doubtful(work, the_one(town).id, True)
    with town.write(actor(town, "coordinator")) as work:
        (doubt,) = reminders.doubtful(work)
        reminders.settle_doubtful(work, doubt.id, arrived)
        with pytest.raises(Conflict):
            reminders.settle_doubtful(work, doubt.id, arrived)
    reminders.deliver(town)
    assert the_one(town).state == "sent"
    assert len(pager.sent) == sends
    with town.read(SYSTEM) as work:
        event = work.session.scalars(select(Event).where(Event.kind == "reminder.settled")).one()
        assert event.actor == "coordinator同志"


def test_a_worker_that_dies_after_its_claim_loses_nothing(town: Office, pager: Channel) -> None:
    plan(town)
    (claimed,) = reminders.claim(town)
    assert reminders.deliver(town) == 0  # it is held
    with at(START + timedelta(seconds=61)):
        assert reminders.deliver(town) == 1
    assert (the_one(town).state, the_one(town).fence, claimed.fence) == ("sent", 2, 1)
    assert len(pager.sent) == 1


def die_while_sending(town: Office, pager: Channel) -> None:
    """What a killed process leaves behind: the message is out, nothing is settled."""

    def die(message: Message, _context: Context) -> Receipt:
        pager.send(message)
        raise KeyboardInterrupt("killed")

    own = {"pager": Owned("small", replace(pager.notifier, send=die))}
    dying = replace(town, catalogue=replace(town.catalogue, notifiers=dict(town.catalogue.notifiers) | own))
    with pytest.raises(KeyboardInterrupt):
        reminders.deliver(dying)
    assert the_one(town).state == "sending"


def test_a_worker_that_dies_while_sending_leaves_a_doubt(town: Office, pager: Channel) -> None:
    plan(town)
    die_while_sending(town, pager)
    with at(START + timedelta(minutes=2)):
        assert reminders.deliver(town) == 0
    assert (the_one(town).state, the_one(town).recoveries, len(pager.sent)) == ("doubtful", 1, 1)
    assert outcomes(town) == ["ambiguous"]


def test_a_channel_that_knows_the_key_is_simply_asked_again(tmp_path: Path, database_url: str) -> None:
    keyed = Channel(keyed=True)
    with at(START), small_office(tmp_path, database_url, notifiers=[keyed.notifier]) as town:
        plan(town)
        die_while_sending(town, keyed)
        with at(START + timedelta(minutes=2)):
            assert reminders.deliver(town) == 1
        assert the_one(town).state == "sent"
        assert len({message.key for message in keyed.sent}) == 1


def test_a_message_that_kills_every_worker_is_given_up(tmp_path: Path, database_url: str) -> None:
    keyed = Channel(keyed=True)
    with at(START), small_office(tmp_path, database_url, notifiers=[keyed.notifier]) as town:
        plan(town)
        for minutes in range(0, 3 * MOST_RECOVERIES, 3):
            with at(START + timedelta(minutes=minutes)):
                die_while_sending(town, keyed)
        with at(START + timedelta(hours=1)):
            assert reminders.deliver(town) == 0
        assert (the_one(town).state, the_one(town).recoveries) == ("dead", MOST_RECOVERIES)


def test_a_worker_that_wakes_after_its_lease_settles_nothing(town: Office, pager: Channel) -> None:
    plan(town)
    (slept,) = reminders.claim(town)
    with at(START + timedelta(seconds=61)):
        reminders.deliver(town)
        with town.write(SYSTEM) as work:
            assert settle(work, slept, pager.notifier, REFUSED) is False
    assert the_one(town).state == "sent"


def test_what_is_taken_back_between_claim_and_send_is_not_sent(
    town: Office, pager: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(town)
    claim = reminders.delivery.claim  # type: ignore[attr-defined]

    def claim_then_retire(*given: object) -> list[Reminder]:
        taken: list[Reminder] = claim(*given)
        with town.write(SYSTEM) as work:
            assert reminders.retire(work, "case", 1) == 1
        return taken

    monkeypatch.setattr(reminders.delivery, "claim", claim_then_retire)  # type: ignore[attr-defined]
    reminders.deliver(town)
    assert (the_one(town).state, pager.sent) == ("retired", [])


def test_a_channel_that_is_switched_off_in_mid_batch_settles_what_it_sent(town: Office, pager: Channel) -> None:
    plan(town)
    plan(town, 2)

    class SwitchedOff(list[Receipt | Exception]):
        def pop(self, _index: object = -1) -> Receipt:  # type: ignore[override]
            with town.write(SYSTEM) as work:
                switches.switch(work, "small", False)
            return ACCEPTED

    pager.answers = SwitchedOff([ACCEPTED])
    assert reminders.deliver(town, channels=["pager"]) == 2
    reminders.deliver(town)
    with town.read(SYSTEM) as work:
        assert sorted(work.session.scalars(select(Reminder.state))) == ["parked", "sent"]
    assert len(pager.sent) == 1


def test_what_is_taken_back_while_it_is_sent_is_not_tried_again(town: Office, pager: Channel) -> None:
    plan(town)

    class Retiring(list[Receipt | Exception]):
        def pop(self, _index: object = -1) -> Receipt:  # type: ignore[override]
            with town.write(SYSTEM) as work:
                reminders.retire(work, "case", 1)
            return REFUSED

    pager.answers = Retiring([REFUSED])
    reminders.deliver(town)
    pager.answers = []
    with at(START + timedelta(hours=1)):
        assert reminders.deliver(town) == 0
    assert (the_one(town).state, len(pager.sent)) == ("expired", 1)


def test_what_comes_too_late_expires_and_says_so(town: Office, pager: Channel) -> None:
    plan(town, useful_until=START + timedelta(hours=2))
    with at(START + timedelta(hours=6)):
        assert reminders.deliver(town) == 0
    assert the_one(town).state == "expired"
    assert "in time" in the_one(town).last_error


def test_late_but_useful_is_sent(town: Office, pager: Channel) -> None:
    plan(town, useful_until=START + timedelta(hours=8))
    with at(START + timedelta(hours=6)):
        assert reminders.deliver(town) == 1


def test_without_its_channel_a_message_is_parked_and_comes_back(
    town: Office, pager: Channel, tmp_path: Path, database_url: str
) -> None:
    plan(town)
    without = open_office(small_settings(tmp_path, database_url), [("small", SmallGroup())])
    assert reminders.deliver(without) == 0
    assert the_one(town).state == "parked"
    without.database.close()
    assert reminders.deliver(town) == 1
    assert the_one(town).state == "sent"


def test_a_stranger_cannot_take_the_key_of_a_built_in_channel(tmp_path: Path, database_url: str) -> None:
    thief = replace(Channel().notifier, key="inbox")
    town = open_office(small_settings(tmp_path, database_url), [("small", SmallGroup(notifiers=[thief]))])
    assert town.notifiers["inbox"] is not thief
    assert [f.error for f in town.plugins.faults] == ["notifier 'inbox' belongs to duijie-inbox"]
    town.database.close()


def test_a_slow_channel_costs_the_others_nothing(town: Office, pager: Channel) -> None:
    plan(town)
    assert reminders.deliver(town, channels=["inbox", "mail"]) == 0
    assert reminders.deliver(town, channels=["pager"]) == 1


MANY = 200


def plan_many(office: Office) -> None:
    with office.write(SYSTEM) as work:
        rep = accounts_id(office)
        for number in range(MANY):
            reminders.plan(
                work,
                NewReminder(
                    "race", "case", number, "1", Recipient("代表", rep), WORDS, WORDS, WORDS, work.now
                ),
            )


def accounts_id(office: Office) -> int:
    return actor(office, "rep").user_id or 0


def all_delivered_once(office: Office) -> None:
    with office.read(SYSTEM) as work:
        attempts = Counter(work.session.scalars(select(Delivery.reminder_id)))
        assert len(attempts) == MANY
        assert set(attempts.values()) == {1}
        assert work.session.scalar(select(func.count(Reminder.id)).where(Reminder.state == "sent")) == MANY


def race(deliver: Callable[[], object], threads: int = 2) -> None:
    errors: list[BaseException] = []

    def run() -> None:
        try:
            deliver()
        except BaseException as error:
            errors.append(error)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []


def deliver_all(office: Office) -> None:
    while reminders.deliver(office, 7):
        pass


def test_two_threads_share_200_reminders_without_a_double(tmp_path: Path, database_url: str) -> None:
    with small_office(tmp_path, database_url) as town:
        plan_many(town)
        race(lambda: deliver_all(town))
        all_delivered_once(town)


def work_in_a_process(folder: str, url: str) -> None:
    office = open_office(small_settings(Path(folder), url), [("small", SmallGroup())])
    deliver_all(office)
    office.database.close()


def test_two_processes_share_200_reminders_without_a_double(tmp_path: Path, database_url: str) -> None:
    with small_office(tmp_path, database_url) as town:
        plan_many(town)
        spawn = multiprocessing.get_context("spawn")
        workers = [
            spawn.Process(target=work_in_a_process, args=(str(tmp_path), database_url)) for _ in range(2)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0, 0]
        all_delivered_once(town)


def test_two_planners_at_once_make_one_row(tmp_path: Path, database_url: str) -> None:
    with small_office(tmp_path, database_url) as town:
        new = NewReminder(
            "r",
            "case",
            1,
            "1",
            Recipient("x", None, "x@example.test"),
            WORDS,
            WORDS,
            WORDS,
            datetime.now(UTC),
        )
        made: list[int] = []

        def plan_it() -> None:
            with town.write(SYSTEM) as work:
                made.append(reminders.plan(work, new))

        race(plan_it, threads=6)
        assert sorted(made) == [0, 0, 0, 0, 0, 1]
