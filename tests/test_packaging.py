"""What somebody gets who installs the wheel: all of duijie, nothing else, and it runs from there."""

import json
import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLUGINS = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/plugin.py"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this tree by the build backend that pyproject.toml names."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def content(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    return set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_every_file_of_the_packages(content: set[str]) -> None:
    """Templates, style sheets, migrations and plugins as well as modules."""
    roots = [ROOT / "core" / "duijie", *(ROOT / "plugins" / name for name in PLUGINS)]
    there = {
        path.relative_to(root.parent).as_posix()
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert there <= content, sorted(there - content)
    assert any(name.startswith("duijie/web/templates/") for name in content)
    assert any(name.startswith("duijie/storage/migrations/versions/") for name in content)


def test_the_wheel_holds_nothing_else(content: set[str]) -> None:
    """No tests, no folders named core or plugins, nothing of a data folder."""
    own = {"duijie", *PLUGINS}
    assert {name.split("/")[0] for name in content if ".dist-info/" not in name} == own


def test_every_package_says_that_it_is_typed(content: set[str]) -> None:
    """Type checkers read the annotations of somebody else's package only where py.typed lies."""
    assert not [name for name in ("duijie", *PLUGINS) if f"{name}/py.typed" not in content]


def test_every_plugin_is_registered(wheel: Path) -> None:
    """A plugin is found by its entry point, so each folder must have one."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/entry_points.txt"))
        points = archive.read(name).decode()
        metadata = Parser().parsestr(archive.read(name.replace("entry_points.txt", "METADATA")).decode())
    for plugin in PLUGINS:
        assert f"{plugin} = {plugin}.plugin" in points
    assert "duijie = duijie.cli:main" in points
    assert metadata["Requires-Python"] == ">=3.11"


@pytest.mark.slow
def test_it_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    """Installed into an environment of its own, away from this tree, it starts and finds its groups."""
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", python.parents[1]], check=True)
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet"]
    subprocess.run([*pip, "--disable-pip-version-check", wheel], check=True)
    site = next((python.parents[1] / "lib").glob("python*/site-packages"))
    _lend_requirements(site)
    command = str(python.with_name("duijie"))

    origin, paths = json.loads(_run(tmp_path, str(python), "-c", WHERE))
    assert Path(origin).is_relative_to(site)
    assert not [path for path in paths if path.startswith(str(ROOT / "core"))]
    assert "demo" in _run(tmp_path, command, "--help")
    _run(tmp_path, command, "init")
    listed = _run(tmp_path, command, "plugins", "list", "--json")
    assert not [plugin for plugin in PLUGINS if plugin not in listed]


WHERE = "import duijie, json, sys; print(json.dumps([duijie.__file__, sys.path]))"


def _lend_requirements(site: Path) -> None:
    """Show ``site`` what the tests' environment holds, but for duijie and the links to this tree."""
    for path in Path(pytest.__file__).parents[1].iterdir():
        own = path.name.lower().startswith(("duijie", "_duijie", "__pycache__")) or path.suffix == ".pth"
        if not own and not (site / path.name).exists():
            (site / path.name).symlink_to(path)


def _run(folder: Path, *command: str) -> str:
    """What a command prints that was started in ``folder``, with its data there."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["DUIJIE_DATA_DIR"] = str(folder / "data")
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
