"""Looks at a whole installation and says how it is. Starts nothing, repairs nothing, and makes no file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sqlalchemy import make_url, select
from sqlalchemy.exc import SQLAlchemyError

from duijie.bootstrap import open_office
from duijie.domain.errors import DuijieError
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.capabilities import Finding
from duijie.hooks.faults import Failed
from duijie.services.plugins import inventory
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage.models import PluginFault, PluginTime
from duijie.tools.installation import EXAMINATIONS, error, key_is_here

HEALTH: Final = "duijie_health"


@dataclass(frozen=True, slots=True)
class Time:
    """How long a hook of a plugin took in all processes together, in seconds."""

    hook: str
    calls: int
    seconds: float
    slowest: float
    failures: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A plugin: how it stands, its last error (when, hook, words), its hooks' times, what it says of itself."""

    standing: inventory.Standing
    last: tuple[datetime, str, str] | None = None
    times: tuple[Time, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that the doctor saw. ``about`` holds the findings of each examination by its key, with its title."""

    plugins: list[Checked]
    about: dict[str, tuple[T, list[Finding]]] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether nothing is wrong; warnings do not count."""
        found = [f for _, findings in self.about.values() for f in findings]
        found += [f for plugin in self.plugins for f in plugin.findings]
        return all(finding.level != "error" for finding in found)


def examine(settings: Settings) -> Report:
    """Examine the installation that ``settings`` describe. Whatever is broken is a finding, not an exception."""
    with _opened(settings) as office:
        plugins = [_plugin(office, standing) for standing in inventory.standings(office)]
        about = {key: (title, list(_examined(office, settings, key))) for key, title, _ in EXAMINATIONS}
    return Report(plugins, about)


@contextmanager
def _opened(settings: Settings) -> Iterator[Office]:
    """The office: a stranger's plugin always in a process of its own, where it can be stopped."""
    url = make_url(settings.url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"connect_timeout": "5"} | dict(url.query))
    careful = replace(settings, plugin_processes=True, database_url=url.render_as_string(hide_password=False))
    if url.get_backend_name() == "sqlite" and not settings.data_dir.exists():
        careful = replace(careful, database_url="sqlite://")  # so that looking makes no folder
    if not key_is_here(settings):
        careful = replace(careful, secret_key="none was made yet")  # noqa: S106  # signs nothing
    office = open_office(careful)
    try:
        yield office
    finally:
        office.close()


def _examined(office: Office, settings: Settings, key: str) -> Iterator[Finding]:
    look = next(examine_ for name, _, examine_ in EXAMINATIONS if name == key)
    needs_database = key in ("plugin_tables", "calendar", "scheduler")
    if needs_database and not inventory.readable(office):
        return
    try:
        yield from look(office, settings)
    except SQLAlchemyError as problem:
        said = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
        yield error(f"数据库无法使用：{said}", f"the database cannot be used: {said}",
                    T("请检查 DUIJIE_DATABASE_URL；新装请运行 duijie init。",
                      en="Check DUIJIE_DATABASE_URL; for a new one run duijie init."))
    except (Failed, DuijieError, OSError) as problem:
        yield error(f"无法检查：{problem}", f"it cannot be examined: {problem}")


def _plugin(office: Office, standing: inventory.Standing) -> Checked:
    name = standing.plugin
    last, times = _kept(office, name)
    going = office.plugins.findings_of(name)
    findings = [*_of_standing(standing), *going, *(_health(office, name) if standing.state == "on" else ())]
    return Checked(standing, last or _of_process(standing), times, tuple(findings))


def _of_standing(standing: inventory.Standing) -> Iterator[Finding]:
    for fault in standing.faults:
        yield error(f"{fault.hook}：{fault.error}", f"{fault.hook}: {fault.error}")
    if standing.state == "resting":
        yield error(f"连续出错，已暂停：{standing.reason}", f"it kept failing and rests: {standing.reason}",
                    T(f"修复后运行 duijie plugins retry {standing.plugin}",
                      en=f"Once mended: duijie plugins retry {standing.plugin}"))


def _of_process(standing: inventory.Standing) -> tuple[datetime, str, str] | None:
    newest = max(standing.faults, key=lambda fault: fault.at, default=None)
    return (newest.at, newest.hook, newest.error) if newest else None


def _health(office: Office, name: str) -> Iterator[Finding]:
    """What the plugin says of itself; one that fails or takes longer than ten seconds has said enough."""
    if name not in office.plugins.implements(HEALTH):
        return
    try:
        for finding in office.plugins.tell(name, HEALTH) or ():
            yield finding if finding.level in ("ok", "warn", "error") else replace(finding, level="warn")
    except Failed as problem:
        yield error(f"自检失败：{problem}", f"its own examination failed: {problem}")


def _kept(office: Office, name: str) -> tuple[tuple[datetime, str, str] | None, tuple[Time, ...]]:
    """The newest failure and the times that were written down; nothing where there is no database."""
    if not inventory.readable(office):
        return None, ()
    newest = select(PluginFault).where(PluginFault.plugin == name).order_by(PluginFault.last_at.desc()).limit(1)
    slowest = select(PluginTime).where(PluginTime.plugin == name).order_by(PluginTime.seconds.desc())
    try:
        with office.read(SYSTEM) as work:
            fault = work.session.scalar(newest)
            times = tuple(Time(row.hook, row.calls, row.seconds, row.slowest, row.failures)
                          for row in work.session.scalars(slowest))
    except SQLAlchemyError:
        return None, ()
    return ((fault.last_at, fault.hook, fault.error) if fault else None), times
