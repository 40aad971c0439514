"""plugins new: what it makes passes its own tests, the lint, ruff and mypy; what it cannot make it leaves alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from duijie.cli import main
from duijie.domain.errors import Refused
from duijie.tools import scaffold

CORE = Path(scaffold.__file__).parents[2]


def new(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["plugins", "new", *words, "--dir", str(folder)])


def must(folder: Path, *command: str) -> str:
    path = os.pathsep.join(p for p in sys.path if p)
    done = subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": path, "MYPYPATH": str(CORE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_what_it_makes_passes_everything_at_once(tmp_path: Path) -> None:
    made = new(tmp_path, "seniors_advisors", "--title", "养老服务顾问团", "--title-en", "Eldercare advisers")
    assert made.exit_code == 0, made.output
    plugin = tmp_path / "seniors_advisors"
    assert "8 passed" in must(plugin, "pytest", "-q", "-p", "no:cacheprovider", "-p", "duijie")
    must(plugin, "ruff", "check", "--no-cache", ".")
    must(plugin, "mypy", "--cache-dir", str(CORE.parent / ".mypy_cache"))  # what it knows of the libraries is half a minute
    checked = CliRunner().invoke(main, ["plugins", "check", str(plugin)])
    assert checked.stdout == "没有发现问题 / no problems\n"
    written = "".join(path.read_text() for path in plugin.rglob("*") if path.suffix in (".py", ".md", ".toml"))
    assert "@@" not in written
    assert "养老服务顾问团" in (plugin / "seniors_advisors" / "roster.py").read_text()


@pytest.mark.parametrize("name", ["council", "job_fair", "x2_advisors"])
def test_any_good_name_makes_a_sound_plugin(tmp_path: Path, name: str) -> None:
    assert new(tmp_path, name).exit_code == 0
    assert CliRunner().invoke(main, ["plugins", "check", str(tmp_path / name)]).stdout == "没有发现问题 / no problems\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Bad-Name"], "不能作插件名称"),
        (["duijie_mine"], "不能作插件名称"),
        (["class"], "不能作插件名称"),
        (["json"], "不能作插件名称"),
        (["rural_advisors"], "已安装的插件包 duijie"),
        (["alembic"], "已有名为“alembic”的 Python 模块"),
        (["council", "--title", 'a"b'], "不能用"),
        (["council", "--title-en", "顾问团"], "汉字"),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_is_written(tmp_path: Path, words: list[str], said: str) -> None:
    refused = new(tmp_path, *words)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "council").mkdir()
    (tmp_path / "council" / "mine.txt").write_text("mine")
    with pytest.raises(Refused):
        scaffold.make("council", tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["council", "mine.txt"]


def test_half_a_plugin_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(text: str, values: dict[str, str]) -> str:
        if "duijie_groups" in text:
            raise OSError("the disk is full")
        return text

    monkeypatch.setattr(scaffold, "_filled", breaks)
    with pytest.raises(OSError, match="full"):
        scaffold.make("council", tmp_path)
    assert list(tmp_path.iterdir()) == []
