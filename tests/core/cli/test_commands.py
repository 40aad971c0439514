"""The commands as somebody types them: server and worker in processes of their own, the rest in this one."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

DUIJIE = [sys.executable, "-c", "from duijie.cli import main; main()"]


Run = Callable[..., Result]


def environment(folder: Path, **more: str) -> dict[str, str]:
    cheap = {"DUIJIE_ARGON2_TIME_COST": "1", "DUIJIE_ARGON2_MEMORY_KIB": "8"}
    return {**os.environ, "DUIJIE_DATA_DIR": str(folder / "data"), **cheap, **more}


def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DUIJIE, *arguments], env=environment(folder), cwd=folder, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(address: str, process: "subprocess.Popen[str]") -> str:
    for _ in range(300):
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{address} did not answer")


def test_from_nothing_to_a_running_server_that_ends_when_asked(tmp_path: Path) -> None:
    assert alone(tmp_path, "serve").returncode == 1, "a server on no database must say so"
    first = alone(tmp_path, "init", "--district", "滨港街道")
    assert first.returncode == 0, first.stderr
    assert alone(tmp_path, "init").returncode == 0, "twice is once"
    added = alone(tmp_path, "user", "add", "chief", "--name", "王主任", "--role", "coordinator", "--area", "district")
    assert added.returncode == 0, added.stderr
    assert re.search(r"chief\s+\w{4}-\w{4}-\w{4}", added.stdout)
    port = free_port()
    server = subprocess.Popen(
        [*DUIJIE, "serve", "--port", str(port)], env=environment(tmp_path), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert "对接" in wait_for(f"http://127.0.0.1:{port}/", server)
    finally:
        server.send_signal(signal.SIGTERM)
    output, _ = server.communicate(timeout=20)
    assert server.returncode == 0, output
    assert "Traceback" not in output


@pytest.mark.slow
def test_a_worker_ends_when_asked(tmp_path: Path) -> None:
    assert alone(tmp_path, "init").returncode == 0
    worker = subprocess.Popen(
        [*DUIJIE, "worker"], env=environment(tmp_path, PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    assert "worker" in worker.stdout.readline()
    time.sleep(1)
    worker.send_signal(signal.SIGTERM)
    output, _ = worker.communicate(timeout=20)
    assert worker.returncode == 0, output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["user", "add", "x", "--name", "某", "--role", "coordinator"], "area"),
        (["user", "add", "x", "--name", "某", "--role", "representative", "--department", "nowhere"], "nowhere"),
        (["user", "add", "x", "--name", "某", "--role", "auditor", "--password", "short"], "10"),
    ],
)
def test_mistakes_are_told_in_words(run: Run, arguments: list[str], said: str) -> None:
    assert run("init").exit_code == 0
    found = run(*arguments)
    assert found.exit_code == 1
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_SMTP_PORT", "mail")
    found = run("settings")
    assert found.exit_code == 1
    assert "DUIJIE_SMTP_PORT" in found.stderr


def test_settings_are_listed_without_their_secrets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_SMTP_PASSWORD", "a-secret")
    found = run("settings")
    assert "DUIJIE_SMTP_HOST" in found.stdout
    assert "a-secret" not in found.stdout


def test_plugins_are_listed_with_their_groups(run: Run) -> None:
    rows = json.loads(run("plugins", "list", "--json").stdout)
    groups = {row["plugin"]: row["groups"] for row in rows}
    assert groups["enterprise_advisors"] == ["enterprise"]
    assert {"community_advisors", "rural_advisors", "duijie-mail", "duijie-inbox"} <= set(groups)
    assert all(row["faults"] == [] for row in rows)


def test_what_was_learned_is_made_anew_for_one_group_or_for_all(run: Run) -> None:
    assert run("init").exit_code == 0
    made = json.loads(run("routing", "rebuild", "--json").stdout)
    assert made == {key: {"duijie-routing": 0} for key in made}
    assert set(json.loads(run("routing", "rebuild", "--group", "rural", "--json").stdout)) == {"rural"}
    wrong = run("routing", "rebuild", "--group", "nowhere")
    assert (wrong.exit_code, "rural" in wrong.stderr) == (1, True)


def test_a_count_of_working_days_is_printed_with_its_calculation(run: Run, tmp_path: Path) -> None:
    for start, days, due in [("2026-02-11", "3", "2026-02-14"), ("2026-09-28", "7", "2026-10-13")]:
        done = run("calendar", "add", start, days, "--json")
        assert done.exit_code == 0, done.output
        said = json.loads(done.stdout)
        assert (said["deadline"], said["days"][-1]["number"], said["warning"]) == (due, int(days), None)
    assert "调休上班：春节" in run("calendar", "add", "2026-02-11", "3").stdout, "why a Saturday counts"
    assert run("calendar", "add", "2026-02-14", "-3").stdout.split()[-1] == "2026-02-11"
    wrong = run("calendar", "add", "9999-12-30", "three")
    assert wrong.exit_code == 1
    assert re.search(r"9999-12-30.*请写成 2026-02-11.*three.*不是工作日数.*whole number", wrong.stderr, re.DOTALL)
    said = json.loads(run("calendar", "add", "2026-11-27", "25", "--json").stdout)
    assert (said["deadline"], said["assumed_years"]) == ("2027-01-04", [2027])
    assert run("init").exit_code == 0
    days_csv = tmp_path / "days.csv"
    days_csv.write_text("day,kind,name\n2026-11-30,closure,停电\n")
    for options, due in ((["--dry-run"], "2026-11-30"), ([], "2026-12-01")):
        assert run("calendar", "import", str(days_csv), *options).exit_code == 0
        assert run("calendar", "add", "2026-11-27", "1").stdout.split()[-1] == due
