"""A plugin's tables on both databases: made, kept where a migration fails, exported, dropped, and only its own."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import kept
import pytest
from sqlalchemy import inspect, text
from town import small_settings
from visits import FAILING, lay_out

from duijie.bootstrap import open_office
from duijie.domain.errors import NotFound
from duijie.domain.roles import SYSTEM
from duijie.hooks.hosts import Source
from duijie.services.plugins import departure, removal, tables, upgrading
from duijie.services.work import Office
from duijie.storage import schema
from duijie.storage.models import PluginFault

pytestmark = pytest.mark.both_databases


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path / "site")
    return lay_out(tmp_path / "site")


@pytest.fixture
def with_visits(tmp_path: Path, database_url: str, package: Path) -> Iterator[Office]:
    """An office with the plugin in a process of its own, whose tables are not made yet."""
    settings = small_settings(tmp_path, database_url)
    office = open_office(settings, [], [Source("visits", "visits.plugin", settings)])
    kept.migrate(office.database)
    yield office
    office.close()


def own(office: Office) -> list[str]:
    return [name for name in inspect(office.database.engine).get_table_names() if name.startswith("x_")]


def test_made_exported_and_dropped(with_visits: Office, tmp_path: Path) -> None:
    office = with_visits
    assert upgrading.upgrade_all(office) == [upgrading.Upgraded("visits", None, "v1")]
    assert upgrading.newest(office, "visits") == "v1"
    with office.database.write() as session:
        session.execute(text("INSERT INTO x_visits_visit (id, note) VALUES (1, '一')"))
        session.execute(text("CREATE TABLE x_visits_home_log (id INTEGER)"))
        session.execute(text("CREATE TABLE x_visits_home_version (version_num VARCHAR(32))"))
    left = removal.purge(office, "visits", tmp_path / "visits.zip")
    assert left.tables == {"x_visits_version": 1, "x_visits_visit": 1}
    assert own(office) == ["x_visits_home_log", "x_visits_home_version"], "those are of the plugin visits_home"
    with zipfile.ZipFile(tmp_path / "visits.zip") as archive:
        (row,) = archive.read("tables/x_visits_visit.jsonl").splitlines()
    assert json.loads(row) == {"id": 1, "note": "一", "at": None, "picture": None}
    with office.read(SYSTEM) as work:
        assert schema.is_current(office.database)
        assert not removal.remains(work.session, "visits").tables
    with pytest.raises(NotFound):
        removal.purge(office, "nobody", tmp_path / "nobody.zip")


def test_nothing_is_dropped_when_the_file_does_not_hold_it_all(
    with_visits: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrading.upgrade_all(with_visits)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(departure, "_lines", full)  # a disk that is full cannot be had more cheaply
    with pytest.raises(OSError, match="No space"):
        removal.purge(with_visits, "visits", tmp_path / "visits.zip")
    assert own(with_visits) == ["x_visits_version", "x_visits_visit"]
    assert not list(tmp_path.glob("visits.zip*"))


def test_a_migration_that_fails_costs_only_its_own_plugin(
    tmp_path: Path, database_url: str, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = package.parent / "other"
    other.mkdir()
    for file in [*package.rglob("*.py")]:
        copy = other / file.relative_to(package)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(file.read_text().replace("visits", "other").replace("走访", "其他"))
    (package / "migrations" / "0002_fails.py").write_text(FAILING)
    settings = small_settings(tmp_path, database_url)
    office = open_office(settings, [], [Source(name, f"{name}.plugin", settings) for name in ("visits", "other")])
    kept.migrate(office.database)
    done = {one.plugin: one for one in upgrading.upgrade_all(office)}
    assert (done["other"].after, done["other"].problem) == ("v1", "")
    assert done["visits"].after is None
    assert "nowhere" in done["visits"].problem
    assert own(office) == ["x_other_version", "x_other_visit"], "rolled back as a whole"
    assert tables.current(office.database, "visits") is None
    with office.read(SYSTEM) as work:
        (fault,) = work.session.query(PluginFault).all()
        assert (fault.plugin, fault.hook) == ("visits", "duijie_tables")
    office.close()
