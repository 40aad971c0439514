"""Robots and webhooks at work: who is told what, at which pace, and that nothing is lost or told twice."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, department, small_office
from sqlalchemy import select
from vendors import KEY, SECRET, Vendors, vendors

from duijie.api import Pace
from duijie.domain.errors import Invalid, NotFound
from duijie.domain.notices import CHOSEN
from duijie.domain.roles import SYSTEM, Actor, Role
from duijie.domain.text import T
from duijie.services import outlets, people, reminders, trying
from duijie.services.outlets import Draft
from duijie.services.plugins import options
from duijie.services.reminders.pacing import free_at
from duijie.services.rules.people import representatives
from duijie.services.work import Office
from duijie.storage.models import Area, ChannelPace, Delivery, Event, Outlet, Reminder

WORDS = T("灯还没修", en="The lamp is still dark")
ADMIN = Actor(name="admin", roles=frozenset({Role.SYSTEM_ADMIN}))
ROBOTS = ["wecom", "dingtalk", "feishu"]


@pytest.fixture
def there() -> Iterator[Vendors]:
    with vendors() as state:
        yield state


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with at(START), small_office(tmp_path, database_url) as made:
        with made.write(SYSTEM) as work:
            options.change(work, "duijie-outside", {"intranet": "127.0.0.1"})
        yield made


def set_up(office: Office, there: Vendors, channel: str = "wecom", **changes: object) -> int:
    """An outlet of the power bureau, unless ``changes`` say otherwise."""
    with office.write(SYSTEM) as work:
        owner = f"department:{department(work, 'power')}"
        address = there.hook() if channel == "webhook" else getattr(there, channel)()
        kinds = ("case", "meeting") if channel == "webhook" else tuple(CHOSEN)
        draft = Draft(channel, "供电群", address, "" if channel == "wecom" else SECRET, owner, kinds)
        return outlets.add(work, replace(draft, **changes)).id  # type: ignore[arg-type]


def tell(office: Office, times: int = 1) -> None:
    """Tell the power bureau, which is two people, about a case so many times."""
    for n in range(times):
        with office.write(SYSTEM) as work:
            case = assigned_case(work, START.date(), f"S-{n + 1}")
            people.tell_department(work, case, department(work, "power"), f"case.news{n}", WORDS, WORDS)


def states(office: Office, channel: str) -> dict[str, int]:
    with office.read(SYSTEM) as work:
        found = work.session.scalars(select(Reminder.state).where(Reminder.channel == channel)).all()
        return {state: found.count(state) for state in sorted(set(found))}


def deliver(office: Office, *channels: str) -> int:
    total = 0
    while some := reminders.deliver(office, 50, list(channels)):
        total += some
    return total


@contextmanager
def later(**by: float) -> Iterator[datetime]:
    moment = START + timedelta(**by)
    with at(moment):
        yield moment


@pytest.mark.both_databases
def test_a_group_reads_once_what_its_people_are_told(office: Office, there: Vendors) -> None:
    set_up(office, there)
    set_up(office, there, name="全文", whole=True)
    with office.read(SYSTEM) as work:
        area = work.session.scalars(select(Area.id)).one()
    set_up(office, there, name="协调员群", owner=f"area:{area}")
    tell(office)
    assert deliver(office, "wecom") == 2
    link = "http://127.0.0.1:8000/cases/1"
    assert there.texts() == [f"灯还没修\n{link}", f"灯还没修\n灯还没修\n{link}"]
    with office.read(SYSTEM) as work:
        sent = work.session.scalars(select(Reminder).where(Reminder.channel == "wecom")).all()
        assert {(one.user_id, one.to_address, one.state) for one in sent} == {(None, "", "sent")}
    with office.write(SYSTEM) as work:
        people.tell_coordinators(work, assigned_case(work, START.date(), "S-9"), "case.news", WORDS, WORDS)
    assert deliver(office, "wecom") == 1


@pytest.mark.both_databases
def test_twenty_a_minute_and_the_rest_waits_its_turn(office: Office, there: Vendors) -> None:
    """From several workers at once: never more than the limit, nothing lost, no failed try counted."""
    set_up(office, there)
    tell(office, 50)

    def work() -> None:
        deliver(office, "wecom")

    moments = []
    for minute in range(4):
        with later(minutes=minute, seconds=minute):
            workers = [threading.Thread(target=work) for _ in range(3)]
            [worker.start() for worker in workers]
            [worker.join() for worker in workers]
            moments.append(len(there.got))
    assert moments == [20, 40, 50, 50]
    assert states(office, "wecom") == {"sent": 50}
    with office.read(SYSTEM) as work_:
        assert set(work_.session.scalars(select(Reminder.attempts))) == {0}
        assert set(work_.session.scalars(select(Delivery.outcome))) == {"accepted"}


def test_a_test_message_keeps_the_limit_and_says_when_it_goes(office: Office, there: Vendors) -> None:
    """WeCom takes twenty a minute: the twentieth is a test, the next test waits with a minute's patience, once."""
    outlet = set_up(office, there)
    tell(office, 19)
    deliver(office, "wecom")
    now = trying.try_out(office, ADMIN, outlet)
    assert (now.receipt and now.receipt.outcome, now.goes_at) == ("accepted", None)
    waits = [trying.try_out(office, ADMIN, outlet) for _ in range(2)]
    assert [(one.receipt, one.goes_at) for one in waits] == [(None, START + timedelta(minutes=1))] * 2
    deliver(office, "wecom")
    assert len(there.got) == 20
    with later(minutes=1):
        deliver(office, "wecom")
    assert len(there.got) == 21
    assert "已经接通" in there.texts()[-1]
    assert states(office, "wecom") == {"sent": 20}, "nineteen and the test that waited; one sent at once is no reminder"


def test_too_much_said_to_a_test_holds_for_everything(office: Office, there: Vendors) -> None:
    outlet = set_up(office, there, "dingtalk")
    there.mode = "limit"
    said = trying.try_out(office, ADMIN, outlet).receipt
    assert said is not None
    assert said.wait > 0
    there.mode = "well"
    tell(office)
    before = len(there.got)
    deliver(office, "dingtalk")
    assert len(there.got) == before
    assert trying.try_out(office, ADMIN, outlet).goes_at == START + timedelta(seconds=said.wait)


def test_what_the_other_side_refuses_as_too_much_waits_as_long_as_it_wants(office: Office, there: Vendors) -> None:
    outlet = set_up(office, there, "dingtalk")
    other = set_up(office, there, "dingtalk", name="另一个群")
    tell(office, 2)
    there.mode = "limit"
    reminders.deliver(office, 1, ["dingtalk"])
    there.mode = "well"
    with later(minutes=9):
        deliver(office, "dingtalk")
        assert len(there.got) == 3  # the other group's two; this one's is shut for ten minutes
    with later(minutes=10):
        deliver(office, "dingtalk")
    assert states(office, "dingtalk") == {"sent": 4}
    with office.read(SYSTEM) as work:
        assert set(work.session.scalars(select(Reminder.attempts))) == {0}
        assert {row.bucket for row in work.session.scalars(select(ChannelPace))} == {f"dingtalk:{outlet}", f"dingtalk:{other}"}


def test_feishu_is_left_alone_at_the_full_and_half_hour(office: Office, there: Vendors) -> None:
    """START is nine o'clock sharp."""
    set_up(office, there, "feishu")
    tell(office, 3)
    deliver(office, "feishu")
    assert there.got == []
    with office.read(SYSTEM) as work:
        waiting = [work.local(one) for one in work.session.scalars(select(Reminder.next_at).where(Reminder.channel == "feishu"))]
    assert all((one.minute, one.second < 55) == (1, True) for one in waiting)
    with later(minutes=2):
        deliver(office, "feishu")
    assert len(there.got) == 3


def test_a_limit_by_the_numbers() -> None:
    paces = (Pace(2, 1.0), Pace(3, 60.0))
    assert free_at([], paces, 100.0) == (100.0, None)
    assert free_at([99.5], paces, 100.0) == (100.0, None)
    assert free_at([99.5, 99.9], paces, 100.0) == (100.5, paces[0])
    assert free_at([45.0, 99.5, 99.9], paces, 100.0) == (105.0, paces[1])
    assert free_at([30.0, 99.5, 99.9], paces, 101.0) == (101.0, None)


@pytest.mark.both_databases
def test_a_webhook_is_told_of_every_event_once_whatever_happens_on_the_way(office: Office, there: Vendors) -> None:
    set_up(office, there, "webhook")
    with office.write(SYSTEM) as work:
        mine = assigned_case(work, START.date(), "S-1")
        assigned_case(work, START.date(), "S-2", lead="housing")
        reminders.retire(work, "case", mine.id)  # plans may change; what happened has happened
    for mode in ("drop", "error", "limit"):
        there.mode = mode
        deliver(office, "webhook")
    there.mode = "well"
    for hours in range(1, 4):
        with later(hours=hours):
            deliver(office, "webhook")
    assert states(office, "webhook") == {"sent": 1}
    assert len(there.got) > 1
    (said,) = {body for _, _, body in there.got}
    assert len(there.keys) == 1
    told = there.events()[0]
    assert (told["event"], told["object"]["number"], told["object"]["state"]) == ("case.assigned", "S-1", "assigned")
    assert b"\xe7\x8e\x8b" not in said  # not a word of who it is about
    with office.read(SYSTEM) as work:
        subject = work.session.scalars(select(Reminder.subject).where(Reminder.channel == "webhook")).one()
    assert subject.zh.startswith("S-1 受理并交办")  # the log reads as people speak


def test_the_address_and_the_secret_stand_in_no_log(office: Office, there: Vendors) -> None:
    outlet = set_up(office, there, "dingtalk", secret="SECwrongwrongwrong")
    tell(office)
    deliver(office, "dingtalk")
    receipt = trying.try_out(office, ADMIN, outlet).receipt
    assert receipt is not None
    assert (receipt.outcome, receipt.detail) == ("refused", "310000 sign not match")
    with office.read(SYSTEM) as work:
        rows = [*work.session.scalars(select(Reminder)), *work.session.scalars(select(Delivery)),
                *work.session.scalars(select(Event))]  # fmt: skip
        kept = repr([{c.key: getattr(row, c.key) for c in row.__table__.columns} for row in rows])
        assert "sign not match" in kept
        assert KEY not in kept
        assert "SECwrong" not in kept
        shown = outlets.draft_of(outlets.own(work, outlet))
        assert (shown.address, shown.secret) == (outlets.KEPT, outlets.KEPT)
    with office.write(ADMIN) as work:
        outlets.change(work, outlet, replace(shown, name="新名"))
        assert work.session.get_one(Outlet, outlet).address.endswith(KEY)


def test_switched_off_it_takes_back_what_waits_and_removed_it_forgets_its_key(office: Office, there: Vendors) -> None:
    outlet = set_up(office, there)
    tell(office)
    with office.write(SYSTEM) as work:
        outlets.set_state(work, outlet, "off")
    assert states(office, "wecom") == {"retired": 1}
    tell_again = office.write(SYSTEM)
    with tell_again as work:
        people.tell_department(work, assigned_case(work, START.date(), "S-8"), department(work, "power"), "x", WORDS, WORDS)
        outlets.set_state(work, outlet, "removed")
        assert (work.session.get_one(Outlet, outlet).address, outlets.owned(work)) == ("", [])
        with pytest.raises(NotFound):
            outlets.own(work, outlet)
    assert states(office, "wecom") == {"retired": 1}


def test_an_area_administrator_sets_up_their_own_areas_alone(office: Office, there: Vendors) -> None:
    bureau = set_up(office, there)
    local = actor(office, "administrator")
    local = replace(local, administers_all=False)
    with office.write(local) as work:
        assert outlets.owned(work) == []
        with pytest.raises(NotFound):
            outlets.own(work, bureau)
        assert [name.zh for _, name in outlets.owners(work)] == ["镇"]
        with pytest.raises(Invalid) as wrong:
            outlets.add(work, Draft("webhook", "", "javascript:alert(1)", "short", "all"))
    assert {problem.field for problem in wrong.value.problems} == {"name", "address", "secret", "owner", "kinds"}


def test_a_group_may_have_one_list_a_day_and_supervision_at_once(office: Office, there: Vendors) -> None:
    set_up(office, there, digest_at="10:00")
    tell(office, 3)
    assert states(office, "wecom") == {"gathered": 3}
    with office.write(SYSTEM) as work:
        (one,) = outlets.owned(work)
        outlets.change(work, one.id, replace(outlets.draft_of(one), digest_at="10:00"))
    with office.write(SYSTEM) as work:
        case = assigned_case(work, START.date(), "S-7")
        new = reminders.NewReminder("rule:late:1:1", "case", case.id, "1", reminders.of_user(
            representatives(work, "small", department(work, "power"))[0]), WORDS, WORDS, WORDS, work.now,
            notice=CHOSEN[2])  # fmt: skip
        reminders.plan(work, new)
    deliver(office, "wecom")
    assert len(there.got) == 1
    with later(hours=1):
        assert reminders.gather_due(office) == 1
        assert reminders.gather_due(office) == 0
        deliver(office, "wecom")
    assert states(office, "wecom") == {"contained": 3, "sent": 2}
    assert there.texts()[1].splitlines()[:3] == ["今日汇总：3 条提醒", "1. 灯还没修", "   http://127.0.0.1:8000/cases/1"]
    with office.read(SYSTEM) as work:
        (digest,) = work.session.scalars(select(Reminder).where(Reminder.kind == "digest.daily"))
        inside = work.session.scalars(select(Reminder.digest_id).where(Reminder.state == "contained"))
        assert set(inside) == {digest.id}
        assert digest.due_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
