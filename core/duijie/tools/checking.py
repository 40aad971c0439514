"""The lint: loads a plugin in a process of its own, beside the bundled ones, and says all that is wrong with it.

Needs no server and no database; migrations run on a file that is thrown away.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from duijie.bootstrap import built_in, describe
from duijie.domain.forms.validate import validate
from duijie.domain.forms.values import FieldType
from duijie.hooks import catalogue, loading
from duijie.hooks.catalogue import Catalogue
from duijie.hooks.faults import Failed, Fault
from duijie.hooks.hosted import host_of
from duijie.hooks.hosts import Source
from duijie.hooks.manager import PluginManager
from duijie.hooks.values import SampleCase
from duijie.settings import Settings
from duijie.tools import files
from duijie.tools.places import Place, places

_PLACE: Final = re.compile(r" \((?P<place>[^()]+\.py:\d+)\)$")
_FRAME: Final = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_COMPARE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong: whose, at which hook ("" for a file), ``file:line`` where known, and what."""

    plugin: str
    hook: str
    place: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.plugin, self.hook, self.text) if part)


def check(path: Path) -> list[Found]:
    """Everything that is wrong with the plugins at ``path``. Raises Refused where there is none."""
    return check_places(places(path))


def check_places(found: list[Place]) -> list[Found]:
    """Everything that is wrong with these plugins."""
    names = [Found(p.name, "", "", problem) for p in found if (problem := _name_problem(p))]
    seen = [Found(p.name, "", place, text) for p in found for place, text in files.problems(p)]
    with TemporaryDirectory(prefix="duijie-check-") as folder, _on_path(found):
        patience = Settings.from_environment().plugin_start_seconds
        settings = Settings(data_dir=Path(folder), secret_key="check", plugins="bundled",  # noqa: S106  # signs nothing
                            plugin_start_seconds=patience)
        return [*names, *seen, *_loaded(found, settings)]


def _name_problem(place: Place) -> str | None:
    ours = loading.packages().get(place.name, ("", ""))[0].lower() == "duijie"
    return None if ours else loading.name_problem(place.name)


def _loaded(found: list[Place], settings: Settings) -> list[Found]:
    manager = PluginManager()
    built_in(manager, settings)
    loading.load(manager, settings, which="bundled")
    for place in found:
        manager.leave_out(place.name)  # the bundled one of this name stands back for the one to be checked
    manager.put_in_order(manager.names())
    loading.start(manager, [Source(p.name, p.module, settings, settings.plugin_start_seconds) for p in found])
    try:
        known = catalogue.read(manager, describe)
        _compare_tables(manager, known)
        _try_samples(manager, known)
    finally:
        manager.close()
    by_name = {place.name: place for place in found}
    faults = [fault for fault in manager.faults if fault.plugin in by_name]
    going = [Found(name, "", "", finding.text.en) for name, finding in manager.findings if name in by_name]
    return [*(_worded(fault, by_name[fault.plugin]) for fault in faults), *going]


def _compare_tables(manager: PluginManager, known: Catalogue) -> None:
    """Let each plugin's own process make its tables and compare them with its models."""
    for name in known.tables:
        host = host_of(manager.plugin(name))
        if host is None:
            continue
        try:
            different = host.call("compare", (), (), _COMPARE)
        except Failed as error:
            manager.record(name, "duijie_tables", str(error), getattr(error, "trace", ""))
            continue
        for line in different:
            manager.record(name, "duijie_tables", str(line))


def _try_samples(manager: PluginManager, known: Catalogue) -> None:
    """The demo files the samples; answers that the form refuses would stop it."""
    for parts in known.groups:
        keys = [department.key for department in parts.departments]
        for plugin, sample in manager.ask_for("duijie_sample_cases", SampleCase, group=parts.group.key):
            asked = (field.key for field in parts.form.fields() if field.type is FieldType.AREA)
            areas = [str(sample.answers[key]) for key in asked if key in sample.answers]  # which there are, nobody knows here
            said = validate(parts.form, sample.answers, departments=keys, areas=areas, custom=known.field_types)
            for problem in said.problems:
                manager.record(plugin, "duijie_sample_cases",
                               f"sample {sample.key!r}: the form refuses {problem.field!r}: {problem.message.en}")


def _worded(fault: Fault, place: Place) -> Found:
    at = _PLACE.search(fault.error)
    where = at["place"] if at else _frame(fault.trace, place) or _hook_line(fault.hook, place)
    return Found(fault.plugin, fault.hook, where, _PLACE.sub("", fault.error))


def _frame(trace: str, place: Place) -> str:
    """The innermost line of the plugin's own code in a stack."""
    own = [m for m in _FRAME.finditer(trace) if Path(m["file"]).is_relative_to(place.package)]
    return f"{own[-1]['file']}:{own[-1]['line']}" if own else ""


def _hook_line(hook: str, place: Place) -> str:
    """Where the plugin implements ``hook``; its module where that is not seen."""
    if not place.file.is_file():
        return ""
    lines = place.file.read_text(encoding="utf-8", errors="replace").splitlines()
    found = next((n for n, line in enumerate(lines, start=1) if re.match(rf"\s*def {re.escape(hook)}\b", line)), None)
    return f"{place.file}:{found}" if found else str(place.file)


@contextmanager
def _on_path(found: list[Place]) -> Iterator[None]:
    """Let the plugins' processes find their modules: they are started with this process's path."""
    before = list(sys.path)
    roots = dict.fromkeys(str(place.root) for place in found)
    sys.path[:0] = list(roots)
    try:
        yield
    finally:
        sys.path[:] = before
