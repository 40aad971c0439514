"""Fixtures for every test: an office on a fresh database, and a small town in it."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import kept
import pytest
import shared
from hypothesis import HealthCheck, settings
from town import Town, build_town, small_settings

from duijie.bootstrap import open_office
from duijie.services.work import Office

pytest_plugins = ["slow", "postgres", "browser", "bad_plugins"]


def pytest_configure(config: pytest.Config) -> None:
    """A busy machine is no failure; ``--hypothesis-profile=long``: many more and longer random histories than every day."""
    chosen = config.getoption("--hypothesis-profile", None)
    settings.register_profile("long", max_examples=150, stateful_step_count=40, deadline=None)
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    if not chosen and not os.environ.get("CI"):  # on CI hypothesis is as patient by itself
        settings.load_profile("patient")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI nothing is skipped: a test that wants to be is a failure that says why."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, but on CI nothing may be: {reason}"
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses `database_kind`, `database_url`, `office` or `town` runs on SQLite; on PostgreSQL as well where
    it is marked ``both_databases``, because the database decides there, and everywhere on CI."""
    if "database_kind" in metafunc.fixturenames:
        both = os.environ.get("CI") or metafunc.definition.get_closest_marker("both_databases")
        other = [pytest.param("postgresql", marks=pytest.mark.postgresql)] if both else []
        metafunc.parametrize("database_kind", ["sqlite", *other], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def _shared() -> None:
    """Most of what an office or an application does at first is the same for all of them."""
    shared.share()


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """sqlite or postgresql."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of one's own with this release's tables."""
    if database_kind == "sqlite":
        (tmp_path / "duijie.db").write_bytes(kept.sqlite_tables())
        return f"sqlite:///{tmp_path / 'duijie.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any tables."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'duijie.db'}"
    return str(request.getfixturevalue("postgresql_empty"))


@pytest.fixture
def office(database_kind: str, request: pytest.FixtureRequest) -> Office:
    """An office with the three groups of this repository and this release's tables, but nobody in it."""
    return request.getfixturevalue("lite" if database_kind == "sqlite" else "postgresql_office")


@pytest.fixture
def lite(tmp_path: Path, migrated_file: Path) -> Iterator[Office]:
    """Like `office`, on SQLite only: for tests in which the database plays no part."""
    shutil.copyfile(migrated_file, tmp_path / "duijie.db")
    opened = open_office(small_settings(tmp_path, f"sqlite:///{tmp_path / 'duijie.db'}"))
    yield opened
    opened.database.close()


@pytest.fixture
def town(office: Office) -> Town:
    """A small town in `office`: areas, rosters, people of every role."""
    return build_town(office)


@pytest.fixture
def lite_town(lite: Office) -> Town:
    """A small town in `lite`."""
    return build_town(lite)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This release's tables in an SQLite file, for copying: much quicker than migrating for every test."""
    path = tmp_path_factory.mktemp("migrated") / "duijie.db"
    path.write_bytes(kept.sqlite_tables())
    return path
