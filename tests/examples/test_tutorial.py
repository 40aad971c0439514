"""The tutorial, done word for word in an empty folder, and then used in the browser's stead."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from visitor import Visitor

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "plugins" / "tutorial.md"
BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
SCRIPTS = {
    "pip": "-m pip", "pytest": "-m pytest -p no:cacheprovider -p duijie.testing.plugin",  # named, lest other plugins load
    "duijie": "-c 'from duijie.cli import main; main()'",
}  # fmt: skip


@dataclass
class Reader:
    """Somebody at a shell, in an empty folder, with a Python that has duijie and no network."""

    home: Path
    here: Path = field(init=False)

    def __post_init__(self) -> None:
        self.here = self.home / "work"
        self.here.mkdir()
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.home / "venv"], check=True)
        site = next((self.home / "venv" / "lib").glob("python*/site-packages"))
        lent = [str(ROOT / "core"), str(ROOT / "plugins"), str(Path(pytest.__file__).parents[1])]
        (site / "lent.pth").write_text("\n".join(lent))
        for name, words in SCRIPTS.items():
            script = self.home / "venv" / "bin" / name
            free = 'if [ "$1" = serve ]; then set -- "$@" --port 0; fi\n' if name == "duijie" else ""  # 8000 may be taken here
            script.write_text(f'#!/bin/sh\n{free}exec "{site.parents[2]}/bin/python" {words} "$@"\n')
            script.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        hidden = ("PYTHONPATH", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if name not in hidden and not name.startswith("PYTEST_")}
        return kept | {
            "PATH": f"{self.home / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.home),
            "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONUNBUFFERED": "1", "COLUMNS": "200",
            "DUIJIE_PLUGIN_START_SECONDS": "60", "DUIJIE_ARGON2_TIME_COST": "1", "DUIJIE_ARGON2_MEMORY_KIB": "8",
        }  # fmt: skip

    def write(self, name: str, text: str) -> None:
        """Save a file under the name that the page gives it."""
        path = self.here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def type(self, lines: str) -> str:
        """Type the lines of a block; what they print."""
        where = self.home / "where"
        script = f"cd '{self.here}'\n{lines}\npwd > '{where}'\n"
        done = subprocess.run(["bash", "-ec", script], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{lines}\n{done.stdout}\n{done.stderr}"
        self.here = Path(where.read_text().strip())
        return done.stdout

    @contextmanager
    def serving(self, line: str) -> Iterator[str]:
        """The address of a server that a line starts."""
        server = subprocess.Popen(
            line.split(), cwd=self.here, env=self.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            executable=self.home / "venv" / "bin" / "duijie",
        )  # fmt: skip
        said: list[str] = []
        assert server.stdout is not None
        reading = threading.Thread(target=said.extend, args=(iter(server.stdout.readline, ""),), daemon=True)
        reading.start()
        try:
            yield _address(server, said)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
            reading.join(5)
            server.stdout.close()


@pytest.mark.slow
def test_the_tutorial(tmp_path: Path) -> None:
    reader, served, said = Reader(tmp_path), False, []
    for language, title, text in BLOCK.findall(TUTORIAL.read_text()):
        if title:
            reader.write(title, text)
        elif language == "sh" and text.strip() == "duijie serve":
            with reader.serving(text.strip()) as base:
                _use(base)
            served = True
        elif language == "sh":
            said.append(reader.type(text))
    assert served
    assert sum("没有发现问题" in words for words in said) == 2
    assert any("school_advisors" in words and "school" in words for words in said)
    assert list((reader.here.parent / "dist").glob("school_advisors-*.whl"))


def _use(base: str) -> None:
    """A parent files a case; it goes its way, and the call stands on the plugin's page."""
    parent = Visitor(base)
    assert "家校服务顾问团" in parent.get("/").words()
    filed = parent.send(
        "/file/school/district", requester="林晓燕", mobile="13800006009", school="海棠小学", topic="gate", consent="yes",
        text="放学时校门口斑马线上停满了车，请安排护学岗。",
    )  # fmt: skip
    assert re.search(r"JX-\S+", filed.words()), filed.words()
    coordinator = Visitor(base).sign_in("coordinator", "a long phrase for now")
    accepted = coordinator.send("/cases/1", "accept")
    assert "派出所" in accepted.words()
    officer = Visitor(base).sign_in("officer", "another long phrase")
    officer.send("/cases/1", "take-up")
    officer.send("/cases/1", "reply", reply_kind="solved", reply_text="已安排护学岗，每天放学时段在岗。")
    closed = coordinator.send("/cases/1", "close", close_reason="家长已确认")
    assert closed.status == 200, closed.words()
    end = time.monotonic() + 40
    while "放学时校门口" not in (page := coordinator.get("/x/school_advisors/calls")).words() and time.monotonic() < end:
        time.sleep(0.3)
    assert "家长回访" in page.words()
    assert "没有待回访的家长" in coordinator.send("/x/school_advisors/calls", "/calls/").words()
    assert officer.get("/x/school_advisors/calls").status == 403


def _address(server: "subprocess.Popen[str]", said: list[str]) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(r"http://[\d.]+:\d+", "".join(said)):
            return found.group()
        time.sleep(0.05)
    raise AssertionError("".join(said))
