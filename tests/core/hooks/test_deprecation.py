"""What is going away of the API still works; whoever uses it is named, with file, line and the release that drops it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from town import small_settings

from duijie import api
from duijie.bootstrap import open_office
from duijie.hooks.deprecation import DuijieDeprecationWarning, Going, deprecated, noting
from duijie.hooks.hosts import Source
from duijie.services.work import Office
from duijie.tools import checking
from duijie.tools.places import Place

OLD = """\
from duijie.api import Document, Plugin, T, hookimpl


@hookimpl
def duijie_plugin() -> Plugin:
    return Plugin(1, T("旧插件", en="Old"))


@hookimpl
def duijie_documents() -> list[Document]:
    return [Document("note", T("便条", en="Note"), "note.txt", "text/plain", lambda data, language: b"old")]
"""


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "old_plugin.py").write_text(OLD)
    monkeypatch.syspath_prepend(tmp_path)
    yield str(tmp_path / "old_plugin.py")
    sys.modules.pop("old_plugin", None)


def _checked(office: Office, old: str) -> None:
    """It is asked for the whole installation only, and told what to change."""
    assert not office.plugins.faults
    documents = office.catalogue.documents
    assert [one.item.key for one in documents[""] if one.plugin == "old"] == ["note"]
    assert not [one for group, some in documents.items() if group for one in some if one.plugin == "old"]
    ((plugin, finding),) = office.plugins.findings
    assert (plugin, finding.level) == ("old", "warn")
    assert finding.text.en == (
        f"{old}:9 uses duijie_documents(), which is gone in duijie 1.0; write duijie_documents(group)"
    )
    assert f"{old} 第 9 行" in finding.text.zh


def test_documents_without_a_group_are_asked_once_in_this_process(old: str, tmp_path: Path) -> None:
    import old_plugin  # type: ignore[import-not-found]

    with pytest.warns(DuijieDeprecationWarning) as told:
        office = open_office(small_settings(tmp_path, f"sqlite:///{tmp_path / 'a.db'}"), [("old", old_plugin)])
    assert (told[0].filename, told[0].lineno) == (old, 9)
    _checked(office, old)
    office.close()


def test_the_lint_tells_of_it(old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_PLUGIN_START_SECONDS", "60")
    found = checking.check_places([Place("old", "old_plugin", tmp_path, tmp_path)])
    assert [one.text for one in found] == [f"{old}:9 uses duijie_documents(), which is gone in duijie 1.0; write "
                                           "duijie_documents(group)"]  # fmt: skip


def test_documents_without_a_group_are_asked_once_in_a_process_of_their_own(old: str, tmp_path: Path) -> None:
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path / 'a.db'}")
    office = open_office(settings, [], [Source("old", "old_plugin", settings, within=60)])
    try:
        _checked(office, old)
        document = office.catalogue.documents[""][-1].item
        found = next(one.item for one in office.catalogue.documents[""] if one.plugin == "old")
        assert office.plugins.call("old", "duijie_documents", found.render, {}, "zh", seconds=20) == b"old", document
    finally:
        office.close()


def test_a_name_that_is_going_is_found_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(api.GOING, "Enquiry", Going("duijie.api:CaseFacts", "2.0"))
    plugin = tmp_path / "stranger.py"
    plugin.write_text("import os\nfrom duijie.api import T, Enquiry\n")
    names: dict[str, Any] = {}
    with noting() as uses, pytest.warns(DuijieDeprecationWarning, match="gone in duijie 2.0") as told:
        exec(compile(plugin.read_text(), str(plugin), "exec"), names)
    assert names["Enquiry"] is api.CaseFacts
    assert (told[0].filename, told[0].lineno) == (str(plugin), 2)
    assert [(use.file, use.line, use.instead) for use in uses] == [(str(plugin), 2, "duijie.api.CaseFacts")]
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = api.Nothing


def test_it_warns_at_the_line_that_called() -> None:
    with pytest.warns(DuijieDeprecationWarning) as told:
        deprecated("old()", "new()", "2.0")
    assert told[0].filename == __file__


def test_the_api_is_light_to_import() -> None:
    """A plugin without pages and tables starts without Flask and SQLAlchemy."""
    look = "import sys, duijie.api; print(sorted({'flask', 'sqlalchemy', 'jinja2', 'alembic', 'ortools'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout == "[]\n"
