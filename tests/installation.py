"""A real installation in a folder: its commands in processes of their own, its server, its people."""

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

DUIJIE = [sys.executable, "-c", "from duijie.cli import main; main()"]
OFFICE = (
    "import sys; from duijie.bootstrap import open_office; from duijie.settings import Settings\n"
    "office = open_office(Settings.from_environment())\n"
)


@dataclass
class Installation:
    """One installation. ``packages`` are folders with installed plugins, first on the path."""

    folder: Path
    packages: list[Path] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see."""
        here = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
        path = os.pathsep.join([*map(str, self.packages), *here, str(Path(__file__).parent)])
        own = {
            "DUIJIE_DATA_DIR": str(self.folder / "data"), "DUIJIE_ARGON2_TIME_COST": "1", "DUIJIE_ARGON2_MEMORY_KIB": "8",
            "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "COLUMNS": "200", "DUIJIE_PLUGIN_START_SECONDS": "60",
        }  # fmt: skip
        return {**os.environ, **own, **self.variables}

    def run(self, *words: str) -> str:
        """What ``duijie …`` prints."""
        return self._done([*DUIJIE, *words])

    def python(self, code: str, *words: str) -> str:
        """What a program prints that begins with an ``office``; ``words`` are its arguments."""
        return self._done([sys.executable, "-c", OFFICE + code, *words])

    @contextmanager
    def serving(self) -> Iterator[str]:
        """``duijie serve`` on a free port; its address."""
        server = subprocess.Popen(
            [*DUIJIE, "serve", "--port", "0"], env=self.environment, cwd=self.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        said: list[str] = []
        reading = threading.Thread(target=_read, args=(server, said), daemon=True)
        reading.start()
        try:
            yield _address(server, said)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            finally:
                server.kill()
                server.wait()
                reading.join(5)
        assert server.returncode == 0, said
        assert "Traceback" not in "".join(said)

    def _done(self, command: list[str]) -> str:
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _read(server: "subprocess.Popen[str]", said: list[str]) -> None:
    assert server.stdout is not None
    with server.stdout:
        said.extend(iter(server.stdout.readline, ""))


def _address(server: "subprocess.Popen[str]", said: list[str]) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        if found := re.search(r"http://[\d.]+:\d+", "".join(said)):
            return found.group()
        time.sleep(0.05)
    raise AssertionError("".join(said))


def build_wheel(source: Path, folder: Path) -> Path:
    """The wheel of the distribution in ``source``, built by its own build backend."""
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def install(wheel: Path, target: Path) -> None:
    """Install a wheel into a folder of its own, without asking anybody else."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True, capture_output=True)
