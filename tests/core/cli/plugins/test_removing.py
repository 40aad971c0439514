"""plugins remove: off for good with its data, or exported and gone; core's own rows never."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from sqlalchemy import inspect, select, text
from visits import lay_out, register, unregister

from duijie.settings import Settings
from duijie.storage.database import Database
from duijie.storage.models import Event, PluginSetting, PluginState

Run = Callable[..., Result]


def opened(tmp_path: Path) -> Database:
    return Database(Settings(data_dir=tmp_path / "data").url)


def own_tables(database: Database) -> list[str]:
    return [name for name in inspect(database.engine).get_table_names() if name.startswith("x_visits_")]


def fill(database: Database) -> None:
    """What an installation has of the plugin after a while."""
    with database.write() as session:
        insert = text("INSERT INTO x_visits_visit VALUES (:id, :note, '2026-03-02 09:00:00', :picture)")
        for number in range(1200):
            session.execute(insert, {"id": number, "note": f"走访 {number}\n第二行", "picture": b"\x00\xff"})
        session.add(PluginSetting(plugin="visits", key="word", value="您好"))
        session.add(PluginSetting(plugin="visits", key="key", value="very secret", secret=True))


def test_remove_keeps_the_data_and_says_what_is_left(installed: Run, site: Path, tmp_path: Path) -> None:
    lay_out(site)
    register(site)
    assert "v1" in installed("migrate").stdout
    database = opened(tmp_path)
    fill(database)
    removed = installed("plugins", "remove", "visits")
    assert removed.exit_code == 0, removed.output
    assert "x_visits_visit: 1200" in removed.stdout
    assert "pip uninstall duijie-visits" in removed.stdout
    assert own_tables(database) == ["x_visits_version", "x_visits_visit"]
    with database.read() as session:
        assert session.get_one(PluginState, "visits").active is False
    database.close()


def test_purge_exports_everything_then_drops_it(installed: Run, site: Path, tmp_path: Path) -> None:
    lay_out(site)
    register(site)
    installed("migrate")
    database, file = opened(tmp_path), tmp_path / "visits.zip"
    fill(database)
    unregister(site)  # it works all the same when the package is gone

    asked = installed("plugins", "remove", "visits", "--purge", "--export", str(file), answer="n\n")
    assert asked.exit_code == 1
    assert own_tables(database), "whoever says no has lost nothing"
    assert not file.exists()

    done = installed("plugins", "remove", "visits", "--purge", "--export", str(file), "--yes")
    assert done.exit_code == 0, done.output
    assert own_tables(database) == []
    with database.read() as session:
        assert not session.scalars(select(PluginSetting).where(PluginSetting.plugin == "visits")).all()
        assert session.get(PluginState, "visits") is None
        assert session.scalars(select(Event.kind).order_by(Event.id.desc())).first() == "plugin.removed"
    database.close()

    with zipfile.ZipFile(file) as archive:
        about = json.loads(archive.read("plugin.json"))
        rows = [json.loads(line) for line in archive.read("tables/x_visits_visit.jsonl").splitlines()]
        settings = [json.loads(line) for line in archive.read("duijie/plugin_setting.jsonl").splitlines()]
        assert "tables/x_visits_version.jsonl" in archive.namelist()
    assert about["rows"]["tables/x_visits_visit.jsonl"] == len(rows) == 1200
    assert rows[7]["note"] == "走访 7\n第二行"
    assert rows[7]["picture"] == {"base64": "AP8="}
    assert {s["key"]: s["value"] for s in settings} == {"word": "您好", "key": None}
    assert "very secret" not in file.read_bytes().decode("latin-1")


def test_a_purged_plugin_that_is_still_installed_stays_off(installed: Run, site: Path, tmp_path: Path) -> None:
    lay_out(site)
    register(site)
    installed("migrate")
    installed("plugins", "remove", "visits", "--purge", "--export", str(tmp_path / "v.zip"), "--yes")
    rows = json.loads(installed("plugins", "list", "--json").stdout)
    assert next(row["state"] for row in rows if row["plugin"] == "visits") == "off"


def test_what_cannot_be_done_is_refused_before_anything_is(installed: Run, site: Path, tmp_path: Path) -> None:
    lay_out(site)
    register(site)
    installed("migrate")
    there = tmp_path / "there.zip"
    there.write_text("mine")
    for words, said in (
        (["visits", "--purge"], "导出"),
        (["visits", "--export", "x.zip"], "--purge"),
        (["visits", "--purge", "--export", str(there), "--yes"], "已经存在"),
        (["visits", "--purge", "--export", str(tmp_path / "no" / "folder.zip"), "--yes"], "文件或目录不可用"),
        (["nobody"], "nobody"),
        (["nobody", "--purge", "--export", str(tmp_path / "n.zip"), "--yes"], "nobody"),
        (["duijie-inbox"], "不能移除"),
    ):
        refused = installed("plugins", "remove", *words)
        assert refused.exit_code == 1, words
        assert said in refused.stderr, words
    assert there.read_text() == "mine"
    database = opened(tmp_path)
    assert own_tables(database) == ["x_visits_version", "x_visits_visit"]
    database.close()
