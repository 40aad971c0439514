"""plugins list, enable, disable, retry; starting with and without strangers' plugins."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from visits import lay_out, register, unregister

from duijie.settings import Settings
from duijie.storage.database import Database
from duijie.storage.models import PluginState

Run = Callable[..., Result]


def row(run: Run, name: str) -> dict[str, Any]:
    rows = json.loads(run("plugins", "list", "--json").stdout)
    return next(row for row in rows if row["plugin"] == name)


def test_a_plugin_is_listed_switched_off_and_on_and_can_be_gone(installed: Run, site: Path) -> None:
    lay_out(site)
    register(site)
    found = row(installed, "visits")
    assert (found["package"], found["version"], found["state"], found["faults"]) == ("duijie-visits", "1.2", "on", [])
    assert row(installed, "rural_advisors")["groups"] == ["rural"]
    assert installed("plugins", "disable", "visits").exit_code == 0
    assert row(installed, "visits")["state"] == "off"
    assert "停用" in installed("plugins", "list").stdout
    unregister(site)
    assert installed("plugins", "enable", "visits").exit_code == 0  # also when it is not installed any more
    assert row(installed, "visits")["state"] == "gone"


def test_one_that_cannot_be_loaded_is_left_out_and_named(run: Run, site: Path) -> None:
    (site / "broken.py").write_text("import nothing_of_that_name\n")
    register(site, "broken", "broken")
    found = row(run, "broken")
    assert found["state"] == "left out"
    assert "nothing_of_that_name" in found["faults"][0]
    assert not (site.parent / "data" / "duijie.db").exists(), "listing makes no database"


def test_a_name_that_nobody_knows_is_told_in_both_languages(installed: Run) -> None:
    for command in ("enable", "disable", "retry"):
        refused = installed("plugins", command, "nobody")
        assert refused.exit_code == 1
        assert "没有名为“nobody”的插件" in refused.stderr
        assert "There is no plugin 'nobody'" in refused.stderr


def test_a_resting_plugin_is_tried_again(installed: Run, site: Path, tmp_path: Path) -> None:
    lay_out(site)
    register(site)
    database = Database(Settings(data_dir=tmp_path / "data").url)
    with database.write() as session:
        until = datetime.now(UTC) + timedelta(minutes=5)
        session.add(PluginState(plugin="visits", paused_until=until, pause_reason="broken on purpose"))
    found = row(installed, "visits")
    assert (found["state"], found["reason"]) == ("resting", "broken on purpose")
    assert installed("plugins", "retry", "visits").exit_code == 0
    assert row(installed, "visits")["state"] == "on"
    database.close()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_strict_refuses_to_start_and_names_every_fault(installed: Run, site: Path, command: str) -> None:
    (site / "broken.py").write_text("raise SystemExit(3)\n")
    register(site, "broken", "broken")
    refused = installed(command, "--strict")
    assert refused.exit_code == 1
    assert "没有启动" in refused.stderr
    assert "broken: load" in refused.stderr


def test_safe_mode_starts_without_strangers(installed: Run, site: Path, tmp_path: Path) -> None:
    (site / "broken.py").write_text("raise SystemExit(3)\n")
    register(site, "broken", "broken")
    worker = subprocess.Popen(
        [sys.executable, "-c", "from duijie.cli import main; main()", "worker", "--safe-mode", "--strict"],
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join([str(site), *sys.path])},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    first = worker.stdout.readline()
    worker.send_signal(signal.SIGTERM)
    rest, _ = worker.communicate(timeout=30)
    assert "worker" in first, rest
    assert worker.returncode == 0
