"""The test kit as other people's projects use it: found by pytest, light until it is asked for, documented by what runs."""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duijie.testing.kit import Kit
from duijie.testing.under_test import plugins
from duijie.tools import scaffold

DOCS = Path(__file__).parents[3] / "docs" / "plugins" / "testing.md"


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(p for p in sys.path if p)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "duijie", *options], cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_every_example_of_the_guide_passes(tmp_path: Path) -> None:
    """Each block is a test file of the plugin that the guide makes."""
    made = scaffold.make("council", tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", DOCS.read_text(), re.MULTILINE | re.DOTALL)
    for number, block in enumerate(blocks):
        (made / "tests" / f"test_guide_{number}.py").write_text(block)
    wanted = sum(block.count("\ndef test_") + block.startswith("def test_") for block in blocks)
    done = run_pytest(made, "-k", "guide", "--deselect", "tests/test_plugin.py")
    assert f"{wanted} passed" in done.stdout, done.stdout + done.stderr
    assert wanted >= 9


def test_it_costs_nothing_until_it_is_asked_for(tmp_path: Path) -> None:
    """A project that has nothing to do with duijie has none of it imported."""
    (tmp_path / "test_other.py").write_text(
        "import sys\n\n\ndef test_nothing_heavy_is_here(pytestconfig):\n"
        "    assert pytestconfig.pluginmanager.has_plugin('duijie')\n"
        "    heavy = ('flask', 'sqlalchemy', 'apscheduler', 'ortools', 'duijie.bootstrap')\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n"
    )
    done = run_pytest(tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_a_project_without_a_plugin_is_told_so(tmp_path: Path) -> None:
    for lines, said in (([], "there is no plugin to test"), (["council"], "name = module"),
                        (["council = nowhere.plugin"], "No module named 'nowhere'")):
        with pytest.raises(pytest.UsageError, match=said):
            plugins(None, lines, tmp_path)


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("small_group", ["small_group"]),
        ({"a": "small_group", "b": ModuleType("b")}, ["a", "b"]),
        (ModuleType("council.plugin"), ["council"]),
    ],
)
def test_plugins_can_be_named_in_several_ways(said: Any, names: list[str], tmp_path: Path) -> None:
    assert [one.name for one in plugins(said, [], tmp_path)] == names


@pytest.fixture
def duijie_plugin() -> str:
    return "hostile.good"


def test_tables_jobs_pages_and_observers_are_at_work(duijie: Kit) -> None:
    """A plugin that brings everything but a group; in pytest's process, then in its own."""
    assert (duijie.group, duijie.area) == ("plain", "urban")
    case = duijie.case()
    with duijie.work("coordinator") as work:
        seen = work.session.connection().exec_driver_sql("SELECT kind FROM x_good_seen").scalars().all()
    assert "case.filed" in seen
    assert duijie.client("coordinator").get("/x/good/staff").text == "for staff"
    assert duijie.client("auditor").get("/x/good/staff").status_code == 403
    duijie.clock.move(hours=1)
    assert f"hello from {os.getpid()}" in duijie.client(None).get("/x/good/hello").text
    duijie.apart()
    hello = duijie.client(None).get("/x/good/hello").text
    assert "hello from" in hello
    assert str(os.getpid()) not in hello
    assert case.assign().state == "assigned"
    assert duijie.faults == []


def test_the_clock_only_moves_forward(duijie: Kit) -> None:
    assert duijie.clock.now.isoformat() == "2026-03-02T09:00:00+08:00"
    with pytest.raises(ValueError, match="only moves forward"):
        duijie.clock.move(days=-1)
    duijie.clock.move(working_days=5)
    assert duijie.clock.now.isoformat() == "2026-03-09T09:00:00+08:00"
