"""What pytest loads: the fixture `duijie` and its options. Nothing else of duijie is imported before it is asked for.

pytest finds this by its entry point in every run of every project in the environment, so it stays as light as it is.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from duijie.testing.kit import Kit


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of pytest's configuration file."""
    parser.addini("duijie_plugins", type="linelist", default=[],
                  help="Plugins under test, one a line: name = module. Without it: the entry points of pyproject.toml.")
    parser.addini("duijie_start", default="2026-03-02T09:00",
                  help="Local moment at which each test begins: a Monday morning unless said otherwise.")


@pytest.fixture
def duijie_plugin() -> Any:
    """The plugins under test; override it to say which: a module's name, a module, or ``{name: module}``.

    None: those of ``duijie_plugins``, or of the entry points in the pyproject.toml of the root folder.
    """
    return None


@pytest.fixture(scope="session")
def duijie_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with this release's tables and the calendar, for copying: much quicker than migrating for every test."""
    from duijie.testing.town import migrated  # lazily, like everything here

    return migrated(tmp_path_factory.mktemp("duijie") / "duijie.db")


@pytest.fixture
def duijie(
    request: pytest.FixtureRequest, tmp_path: Path, duijie_plugin: Any, duijie_tables: Path
) -> Iterator["Kit"]:
    """An office with only the plugins under test, people of every role, and a clock: see docs/plugins/testing.md."""
    from duijie.testing import kit, under_test  # lazily, like everything here

    plugins = under_test.plugins(duijie_plugin, request.config.getini("duijie_plugins"), request.config.rootpath)
    with kit.opened(plugins, tmp_path / "duijie", duijie_tables, request.config.getini("duijie_start")) as made:
        yield made
