"""The jobs: each calls one service and stops. Any number of processes may run any of them at once."""

import logging
from collections.abc import Callable
from functools import partial
from threading import Event
from typing import Final

from duijie.domain.roles import SYSTEM
from duijie.services import (
    alarms,
    calendars,
    follow_up,
    heartbeat,
    housekeeping,
    knowledge,
    relearning,
    reminders,
    uploads,
)
from duijie.services.meetings import solving
from duijie.services.plugins import keeping, observing, running
from duijie.services.replies import fetching
from duijie.services.rules import actions
from duijie.services.series import drafting
from duijie.services.work import Office

BATCH: Final = 100
_log = logging.getLogger("duijie.schedule")
BREATH: Final = 0.15  # seconds between two batches; on SQLite whoever waits to write gets in then


def run_rules(office: Office, ending: Event) -> int:
    """Run the steps whose moment has come, batch after batch; answers how many. ``ending`` stops between two."""
    return _while_full(partial(follow_up.run_due, office, BATCH), ending)


def deliver(office: Office, channel: str, ending: Event) -> int:
    """Send what is due on one channel, batch after batch; answers how many were taken up."""
    return _while_full(partial(reminders.deliver, office, BATCH, [channel]), ending)


def look_up(office: Office) -> int:
    """Look up what became of messages of which nobody knows whether they arrived; answers how many were settled."""
    return reminders.reconcile(office)


def raise_alarms(office: Office) -> None:
    """Tell coordinators of messages that were given up."""
    with office.write(SYSTEM) as work:
        alarms.raise_alarms(work)


def gather(office: Office) -> int:
    """Write a batch of the daily lists whose hour has come; answers how many."""
    return reminders.gather_due(office, BATCH)


def tell(office: Office) -> int:
    """Tell plugins of what happened; answers how many events were told."""
    return observing.tell_due(office, BATCH)


def run_plugin_jobs(office: Office) -> int:
    """Run the jobs of plugins whose time has come; answers how many."""
    return running.run_due(office)


def run_actions(office: Office) -> int:
    """Run the plugins' actions that rules called; answers how many were taken up."""
    return actions.run_due(office)


def search(office: Office, ending: Event) -> int:
    """Search for the timetable that was asked for first; answers how many were worked on. ``ending`` hands it back."""
    return solving.run_due(office, ending)


def draft_meetings(office: Office) -> int:
    """Draft the meetings of series whose time has come; answers how many."""
    return drafting.run_due(office)


def fetch_replies(office: Office) -> int:
    """Fetch answers to invitations from the mailbox; answers how many mails were looked at."""
    return fetching.run_due(office)


def beat(office: Office) -> None:
    """Give a sign of life, and say where this process's clock is wrong."""
    with office.write(SYSTEM) as work:
        heartbeat.beat(work)
        off = heartbeat.compare_clocks(work)
    if off is not None:
        _log.warning("the clock of this process is off: %s", off.text.en)
    keeping.keep_times(office.database, office.plugins)


def tidy(office: Office) -> None:
    """Throw away what has ended."""
    with office.write(SYSTEM) as work:
        housekeeping.forget_sessions(work)
        uploads.forget_old_drafts(work)
        keeping.forget_old(work.session)


def plan_day(office: Office) -> None:
    """Take in a calendar that this release brings, and arm whatever should be armed and is not."""
    with office.write(SYSTEM) as work:
        calendars.seed(work)
    follow_up.sync_all(office)
    knowledge.ask_to_renew(office)


def refit(office: Office) -> int:
    """Let plugins learn the confirmed assignments anew; answers how many memories were made."""
    return relearning.refit(office)


def _while_full(batch: Callable[[], int], ending: Event) -> int:
    """A rush does not wait for the next tick: after a full batch comes another."""
    total = 0
    while True:
        some = batch()
        total += some
        if some < BATCH or ending.wait(BREATH):
            return total
