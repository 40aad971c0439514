"""The commands in this process, on an installation of their own."""

from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner, Result

from duijie.cli import main

Run = Callable[..., Result]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path, into which plugins are installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path) -> Run:
    """Run ``duijie …`` with its data in an empty folder; ``input`` answers what it asks."""
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "300")

    def command(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(main, words, input=answer, catch_exceptions=False)

    return command


@pytest.fixture
def installed(run: Run, tmp_path: Path, migrated_file: Path) -> Run:
    """Like `run`, with a database of this release."""
    (tmp_path / "data").mkdir()
    copyfile(migrated_file, tmp_path / "data" / "duijie.db")
    return run
