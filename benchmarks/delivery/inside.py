"""What the processes of the battery run: the real ``duijie worker``, with its waits shortened.

Where a row says so, with a crash at a labelled point or a clock that is wrong. Nothing of this stands in the product.
"""

import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import time_machine
from benchmarks.delivery.channel import CHANNEL, NAME, Posted

from duijie import bootstrap, cli
from duijie.cli import opening
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.values import Notifier, Receipt
from duijie.schedule import jobs
from duijie.services import alarms, reminders
from duijie.services.reminders import NewReminder, Recipient, claims, delivery, reconciling
from duijie.services.work import Office
from duijie.settings import Settings
from enterprise_advisors import plugin as enterprise

LEASE: Final = timedelta(seconds=5)
WORDS: Final = T("提醒", en="Reminder")
POINTS: Final = ("after_claim", "before_send", "after_accept", "after_settle")


def worker(*, port: int = 0, crash: str = "", after: int = 1, ahead: float = 0.0, mail_timeout: float = 0.6) -> None:
    """``duijie worker``. ``port``: of the receiver (0: without that channel); ``ahead``: hours that its clock is wrong.

    ``crash`` is one of `POINTS`: kill -9 there, the ``after``-th time that it gets there.
    """
    shorten(mail_timeout)
    if crash:
        _crash_at(crash, after)
    vars(opening)["open_office"] = partial(open_with, port)
    if ahead:
        time_machine.travel(datetime.now(UTC) + timedelta(hours=ahead), tick=True).start()
    cli.main(["worker"], standalone_mode=False)


def shorten(mail_timeout: float = 0.6) -> None:
    """Hours become seconds: leases, pauses between tries, the wait for a log, the alarm."""
    vars(claims)["LEASE"] = vars(delivery)["LEASE"] = LEASE
    vars(delivery)["FIRST_PAUSE"] = timedelta(seconds=2)
    vars(reconciling).update(EVERY=timedelta(seconds=1), SETTLED=timedelta(seconds=2))
    vars(alarms)["EVERY"] = timedelta(seconds=5)
    configured = bootstrap._mail
    vars(bootstrap)["_mail"] = lambda settings: replace(configured(settings), timeout=mail_timeout)


def open_with(port: int, settings: Settings) -> Office:
    """An office with a group and, where there is a port, the battery's channel."""
    group: tuple[str, object] = ("enterprise_advisors", enterprise)
    return bootstrap.open_office(settings, [group, (NAME, Posted(port))] if port else [group])


def producer(*, channel: str, wanted: int, seconds: float = 0.0, together: int = 10) -> None:
    """Plan reminders 0 to ``wanted``, ``together`` to a transaction, spread over ``seconds``; safe to run again."""
    office = open_with(1, Settings.from_environment())
    for first in range(0, wanted, together):
        with office.write(SYSTEM) as work:
            for n in range(first, min(first + together, wanted)):
                plan(work, channel, n)
        time.sleep(seconds * together / wanted)


def plan(work: Any, channel: str, n: int, **changes: Any) -> None:
    """Plan reminder ``n`` for now."""
    to = Recipient("代表", 1) if channel == "inbox" else Recipient(
        "王大爷", None, f"p{n}@example.test" if channel == "mail" else "", "138" if channel == CHANNEL else "")
    new = NewReminder("battery", "case", n, "1", to, WORDS, WORDS, WORDS, work.now)
    reminders.plan(work, replace(new, **changes))


def planner(*, cases: int, begin: float) -> None:
    """Wait for the common moment, then plan the day and ``cases`` meetings as every process does."""
    office = open_with(0, Settings.from_environment())
    time.sleep(max(0.0, begin - time.time()))
    jobs.plan_day(office)
    for n in range(cases):
        with office.write(SYSTEM) as work:
            plan(work, "inbox", n, about_type="meeting", due_at=work.now + timedelta(days=1))


def _crash_at(point: str, after: int) -> None:
    left = [after]

    def die() -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    claim, turn, send = claims.claim, delivery._turn, delivery.send

    def claiming(*given: Any) -> Any:
        claimed = claim(*given)
        if claimed and point == "after_claim":
            die()
        return claimed

    def turning(office: Office, made: Any, coming: Any) -> Any:
        begun = turn(office, made, coming)
        if made and point == "after_settle":
            die()
        return begun

    def sending(office: Office, notifier: Notifier, message: Any) -> Receipt:
        if point == "before_send":
            die()
        receipt = send(office, notifier, message)
        if point == "after_accept":
            die()
        return receipt

    vars(delivery).update(claim=claiming, _turn=turning, send=sending)
