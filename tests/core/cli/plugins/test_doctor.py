"""plugins doctor: says how everything is, whatever is broken, and makes nothing."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from click.testing import Result
from visits import PLUGIN, lay_out, register

from duijie.settings import Settings
from duijie.storage.database import Database
from duijie.storage.models import PluginTime
from duijie.tools.installation import has_reset_fault

Run = Callable[..., Result]


def report(run: Run, well: bool) -> dict[str, Any]:
    result = run("plugins", "doctor", "--json")
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["well"] is well, found
    assert result.exit_code == (0 if well else 1)
    return found


def levels(found: dict[str, Any], about: str) -> list[str]:
    return [finding["level"] for finding in found["installation"][about]]


def test_a_whole_installation(installed: Run, site: Path, tmp_path: Path) -> None:
    lay_out(site)
    register(site)
    found = report(installed, well=False)
    assert levels(found, "plugin_tables") == ["error"], "its tables were not made yet"
    assert installed("init").exit_code == 0
    database = Database(Settings(data_dir=tmp_path / "data").url)
    with database.write() as session:
        session.add(PluginTime(plugin="visits", hook="duijie_on_event", calls=4, seconds=0.5, slowest=0.25, failures=1))
    database.close()
    found = report(installed, well=True)
    (visits,) = [plugin for plugin in found["plugins"] if plugin["plugin"] == "visits"]
    assert (visits["version"], visits["api"], visits["state"]) == ("1.2", 1, "on")
    assert "duijie_health" in visits["hooks"]
    assert visits["times"] == [{"hook": "duijie_on_event", "calls": 4, "seconds": 0.5, "slowest": 0.25, "failures": 1}]
    assert [finding["text"]["en"] for finding in visits["findings"]] == ["Nobody visits yet."]
    assert levels(found, "database") == ["ok", "ok"]
    assert levels(found, "plugin_tables") == ["ok"]
    assert levels(found, "scheduler") == ["warn"]
    text = installed("plugins", "doctor").stdout
    assert "visits 1.2 · API 1" in text
    assert "还没有人走访。" in text
    assert "没有错误 / no errors" in text


def test_nothing_is_there_yet_and_nothing_is_made(run: Run, tmp_path: Path) -> None:
    found = report(run, well=False)
    assert levels(found, "database") == ["error"]
    assert found["installation"]["database"][0]["advice"]["en"] == "Run duijie init."
    assert not (tmp_path / "data").exists()


def test_a_database_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_DATABASE_URL", "postgresql://nobody:secret-word@127.0.0.1:9/nothing")
    result = run("plugins", "doctor")
    assert result.exit_code == 1
    assert "数据库无法使用" in result.stdout
    assert "secret-word" not in result.output


def test_plugins_that_hang_fail_or_cannot_be_loaded(installed: Run, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_PLUGIN_PROCESSES", "0")  # the doctor does not rely on it
    package = lay_out(site)
    silent = PLUGIN.replace("    return [Finding", "    raise RuntimeError('no answer')\n    return [Finding")
    (package / "plugin.py").write_text(silent)
    register(site)
    (site / "hanging.py").write_text("while True:\n    pass\n")
    register(site, "hanging", "hanging")
    began = time.monotonic()
    found = report(installed, well=False)
    assert time.monotonic() - began < 60
    by_name = {plugin["plugin"]: plugin for plugin in found["plugins"]}
    assert by_name["hanging"]["state"] == "left out"
    assert "did not load within 5 s" in by_name["hanging"]["findings"][0]["text"]["en"]
    assert "RuntimeError" in by_name["visits"]["findings"][0]["text"]["en"]
    assert by_name["hanging"]["last_error"]["hook"] == "load"


def test_mail_is_greeted_within_five_seconds(installed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("DUIJIE_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("DUIJIE_SMTP_PORT", str(port))
    installed("init")
    assert levels(report(installed, well=True), "mail") == ["ok"]
    server.stop()

    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system takes the line up; nobody says a word
        monkeypatch.setenv("DUIJIE_SMTP_PORT", str(silent.getsockname()[1]))
        found = report(installed, well=False)
    assert levels(found, "mail") == ["error"]
    assert "does not answer" in found["installation"]["mail"][0]["text"]["en"]


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ("3.40.1", True), ("3.44.5", True), ("3.44.6", False), ("3.45.0", True), ("3.50.6", True), ("3.50.7", False),
        ("3.51.0", True), ("3.51.2", True), ("3.51.3", False), ("3.52.0", False),
    ],
)
def test_which_sqlite_can_spoil_a_file(version: str, faulty: bool) -> None:
    assert has_reset_fault(tuple(map(int, version.split(".")))) is faulty


def test_what_a_plugin_uses_that_is_going_away(installed: Run, site: Path) -> None:
    hooks = (
        "from duijie.api import Document, Plugin, T, hookimpl\n\n@hookimpl\ndef duijie_plugin() -> Plugin:\n"
        "    return Plugin(1, T('旧', en='Old'))\n\n@hookimpl\ndef duijie_documents() -> list[Document]:\n    return []\n"
    )
    (site / "old.py").write_text(hooks)
    register(site, "old", "old")
    found = json.loads(installed("plugins", "doctor", "--json").stdout)
    (old,) = [plugin for plugin in found["plugins"] if plugin["plugin"] == "old"]
    (finding,) = old["findings"]
    assert finding["level"] == "warn", "it works, so it is no error"
    assert finding["text"]["en"].startswith(f"{site / 'old.py'}:7 uses duijie_documents()")
