"""One plugin from within: how it says it is, how long its hooks take, what its jobs did, where its tables stand."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from duijie.domain.text import T
from duijie.hooks.capabilities import Finding, Job
from duijie.hooks.faults import Failed, Paused
from duijie.services.plugins import tables
from duijie.services.work import Office, Work
from duijie.storage.models import PluginJob, PluginTime

HEALTH: Final = "duijie_health"
LEVELS: Final = {"ok": T("正常", en="Fine"), "warn": T("注意", en="Look at this"), "error": T("有问题", en="Wrong")}


@dataclass(frozen=True, slots=True)
class JobState:
    """A job, and what is written down of it (None before the scheduler first saw it)."""

    job: Job
    row: PluginJob | None

    @property
    def said(self) -> T | None:
        """What it answered the last time."""
        return T.from_json(self.row.last_said) if self.row and self.row.last_said else None


def health(office: Office, name: str) -> list[Finding]:
    """How the plugin says it is; asked outside any transaction, and only while it is switched on."""
    if HEALTH not in _hooks(office, name) or not office.switches.is_on(name):
        return []
    try:
        answer = office.plugins.tell(name, HEALTH)
    except Paused:
        return []  # it rests, and the page says so
    except Failed as failed:
        return [Finding("error", T("插件没有答复：{said}", en="The plugin did not answer: {said}").fill(said=str(failed)))]
    found = answer if isinstance(answer, list | tuple) else [answer]
    return [one for one in found if isinstance(one, Finding)]


def jobs(work: Work, name: str) -> list[JobState]:
    """The plugin's jobs in their order."""
    own = {key: owned.item for key, owned in work.office.catalogue.jobs.items() if owned.plugin == name}
    rows = {row.key: row for row in work.session.scalars(select(PluginJob).where(PluginJob.key.in_(own)))}
    return [JobState(job, rows.get(key)) for key, job in own.items()]


def times(work: Work, name: str) -> list[PluginTime]:
    """How long the plugin's hooks took, the one that took longest first."""
    wanted = select(PluginTime).where(PluginTime.plugin == name).order_by(PluginTime.seconds.desc())
    return list(work.session.scalars(wanted))


def revision(work: Work, name: str) -> tuple[tuple[str, ...], str | None]:
    """The plugin's tables, and the revision that they are at here; None: they were not made yet."""
    declared = work.office.catalogue.tables.get(name)
    return (declared.names, tables.current(work.office.database, name)) if declared else ((), None)


def _hooks(office: Office, name: str) -> list[str]:
    return office.plugins.hooks_of(name) if name in office.plugins.names() else []
