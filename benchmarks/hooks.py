"""What the guard around plugins costs: guarded calls against plain pluggy, and calls that go to another process.

    python benchmarks/hooks.py            a table
    python benchmarks/hooks.py --json     the figures

Twenty plugins that answer at once are asked a few thousand times, in turns with pluggy, so that a machine whose
speed drifts slows both. Figures are medians in microseconds.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType
from typing import Any, Final

import pluggy
from rich.console import Console
from rich.table import Table

from duijie.api import CaseFacts, Suggestion, T, hookimpl
from duijie.hooks import loading, specs
from duijie.hooks.hosted import host_of
from duijie.hooks.hosts import Source
from duijie.hooks.manager import PluginManager
from duijie.hooks.markers import PROJECT

PLUGINS: Final = 20
ROUNDS: Final = 2000
ROUNDS_APART: Final = 500
HOOK: Final = "duijie_suggest_departments"
CASE: Final = CaseFacts(1, "enterprise", "dagang", "power", "用电增容", "用电增容申请排队三个月，注塑车间旺季跳闸。" * 8)
ANSWER: Final = [Suggestion("power", 0.9, (T("提到用电", en="It is about power"),), ("用电",))]
APART: Final = """
from duijie.api import Suggestion, T, hookimpl

@hookimpl
def duijie_suggest_departments(case):
    return [Suggestion("power", 0.9, (T("提到用电", en="It is about power"),), ("用电",))]
"""


def plugin() -> ModuleType:
    """A plugin that answers at once."""

    @hookimpl
    def answer(case: CaseFacts) -> list[Suggestion]:  # noqa: ARG001  # the argument is part of what is measured
        return ANSWER

    module = ModuleType("quick")
    setattr(module, HOOK, answer)
    return module


def plain() -> Callable[[], Any]:
    """Twenty plugins in pluggy alone."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    for number in range(PLUGINS):
        manager.register(plugin(), f"p{number}")
    hook = getattr(manager.hook, HOOK)
    return lambda: hook(case=CASE, candidates=[], context=None)


def guarded() -> Callable[[], Any]:
    """The same behind duijie's guard: order, switch, rest, time, shape of the answer, each plugin alone."""
    manager = PluginManager()
    for number in range(PLUGINS):
        manager.register(plugin(), f"p{number}")
    return lambda: manager.ask(HOOK, case=CASE, candidates=[])


def measure() -> dict[str, float]:
    """All figures, in microseconds."""
    one, other = plain(), guarded()
    times: dict[str, list[float]] = {"plain": [], "guarded": []}
    for _ in range(ROUNDS):
        for name, call in (("plain", one), ("guarded", other)):
            began = perf_counter()
            call()
            times[name].append(perf_counter() - began)
    found = {name: median(taken) * 1e6 for name, taken in times.items()}
    found["guard_per_plugin_and_call"] = (found["guarded"] - found["plain"]) / PLUGINS
    return found | apart()


def apart() -> dict[str, float]:
    """One plugin in a process of its own: there and back."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "quick_plugin.py").write_text(APART)
        sys.path.insert(0, folder)
        manager = PluginManager()
        began = perf_counter()
        loading.start(manager, [Source("quick", "quick_plugin", None)])
        started = perf_counter() - began
        taken = []
        for _ in range(ROUNDS_APART):
            began = perf_counter()
            assert manager.ask(HOOK, case=CASE, candidates=[])
            taken.append(perf_counter() - began)
        if host := host_of(manager.plugin("quick")):
            host.kill()
        sys.path.remove(folder)
    return {"own_process_per_call": median(taken) * 1e6, "own_process_start": started * 1e6}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    found = measure()
    if arguments.json:
        print(json.dumps({name: round(value, 2) for name, value in found.items()}))
        return
    table = Table("figure", "µs (median)")
    for name, value in found.items():
        table.add_row(name, f"{value:,.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
