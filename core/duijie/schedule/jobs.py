"""The jobs: each calls one service and stops. Any number of processes may run any of them at once."""

from threading import Event

from duijie.domain.roles import SYSTEM
from duijie.services import (
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

BATCH = 50


def run_rules(office: Office) -> int:
    """Run a batch of the steps whose moment has come; answers how many."""
    return follow_up.run_due(office, BATCH)


def deliver(office: Office, channel: str) -> int:
    """Send a batch of what is due on one channel; answers how many were taken up."""
    return reminders.deliver(office, BATCH, [channel])


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
    """Give a sign of life."""
    with office.write(SYSTEM) as work:
        heartbeat.beat(work)
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
