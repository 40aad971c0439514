"""What administrators see first: whether everything runs, in numbers. Never a case's content."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from duijie.hooks.faults import Fault
from duijie.services import administration, areas, calendars, heartbeat, reminders
from duijie.services.plugins import keeping
from duijie.services.work import Work
from duijie.storage.models import PluginFault, Reminder


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of the first page.

    ``last_beat``: when a scheduler last gave a sign of life, ``running`` whether that is recent enough.
    ``clocks`` are those that are wrong. ``doubtful`` counts the messages of the whole installation that a person has
    to look after.
    """

    running: bool
    last_beat: datetime | None
    clocks: tuple[heartbeat.WrongClock, ...]
    plugins: int
    faults: int
    published: tuple[int, ...]
    unpublished: tuple[int, ...]
    doubtful: int
    areas: int
    accounts: int


def overview(work: Work) -> Overview:
    """How the installation stands now; areas and accounts are those that the actor looks after."""
    published = calendars.published_years(work)
    doubtful = select(func.count(Reminder.id)).where(Reminder.state.in_(reminders.OPEN))
    year = work.today.year
    return Overview(
        running=heartbeat.is_running(work),
        last_beat=heartbeat.last_beat(work),
        clocks=tuple(heartbeat.wrong_clocks(work)),
        plugins=len(work.office.plugins.names()),
        faults=_kept_faults(work),
        published=tuple(y for y in published if y >= year),
        unpublished=tuple(y for y in (year, year + 1) if y not in published),
        doubtful=work.session.scalar(doubtful) or 0,
        areas=sum(area.active for area in areas.administered(work)),
        accounts=administration.count(work),
    )


def keep_fault(work: Work, plugin: str, hook: str, error: str, trace: str) -> None:
    """Write down what failed, for the administrator's page."""
    keeping.keep(work.session, Fault(plugin, hook, error, trace, work.now))


def kept_faults(work: Work, limit: int = 100) -> list[PluginFault]:
    """The failures of plugins that were written down, the newest first."""
    newest = select(PluginFault).order_by(PluginFault.last_at.desc(), PluginFault.id.desc())
    return list(work.session.scalars(newest.limit(limit)))


def _kept_faults(work: Work) -> int:
    return work.session.scalar(select(func.count(PluginFault.id))) or 0
