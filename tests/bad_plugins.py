"""Writes plugins that misbehave into a folder, as modules or as installed distributions, and opens offices with them."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from town import small_settings

from duijie.bootstrap import open_office
from duijie.hooks.hosts import Source
from duijie.services.work import Office

HEAD = """
from duijie.api import *

@hookimpl
def duijie_plugin():
    return Plugin(1, T("试验", en="Trial"))
"""

GROUP = """
TOPIC = Topic("lamps", T("路灯", en="Lamps"))

@hookimpl
def duijie_groups():
    name = T("小组", en="Group")
    return [AdvisoryGroup("{group}", name, name, T("居民", en="resident"), "{prefix}", (TOPIC,),
                          MeetingTemplate(T("会", en="Meeting")))]

def form(*more, label=T("内容", en="What")):
    fields = (Field("topic", FieldType.CHOICE, T("类别", en="Topic"), True, choices=(Choice("lamps", T("路灯", en="Lamps")),)),
              Field("text", FieldType.LONG_TEXT, label, True), Field("name", FieldType.TEXT, T("姓名", en="Name"), True), *more)
    return Form("{group}", T("表单{group}", en="Form {group}"), (Section(T("诉求", en="Case"), fields),), "topic", "text", "name")

@hookimpl
def duijie_departments(group):
    return [Department("power", T("供电", en="Power"), "路灯", ("lamps",))] if group == "{group}" else []
"""


def group_of(name: str, forms: str = "[form()]") -> str:
    """The source of a plugin that brings the group ``name``; ``forms`` is what its form hook answers."""
    body = GROUP.replace("{group}", name).replace("{prefix}", name[:4].upper())
    return f"{HEAD}{body}\n@hookimpl\ndef duijie_intake_forms(group):\n    return {forms} if group == {name!r} else []\n"


class Yard:
    """A folder on the path, for plugins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'duijie.db'}"

    def write(self, name: str, source: str) -> None:
        """A module ``<name>_plugin``."""
        (self.folder / f"{name}_plugin.py").write_text(source)

    def install(self, name: str, source: str, package: str = "", value: str = "") -> None:
        """A distribution whose entry point ``name`` is that module."""
        self.write(name, source)
        info = self.folder / f"{package or name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package or name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[duijie]\n{name} = {value or f'{name}_plugin'}\n")

    @contextmanager
    def office(self, *apart: str, here: Iterable[tuple[str, Any]] = (), sources: Iterable[tuple[str, str]] = (),
               **settings: Any) -> Iterator[Office]:
        """An office with the plugins ``apart``, each in its own process, and those of ``here`` in this one.

        ``sources`` name further ones to be set apart, with their modules.
        """
        chosen = replace(small_settings(self.folder, self.url), **settings)
        modules = [*((name, f"{name}_plugin") for name in apart), *sources]
        opened = open_office(chosen, here, [Source(name, module, chosen) for name, module in modules])
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def installed(self, **settings: Any) -> Iterator[Office]:
        """An office with everything that is installed."""
        opened = open_office(replace(small_settings(self.folder, self.url), **settings))
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    """An empty folder on the path."""
    folder = tmp_path / "yard"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield Yard(folder)
    for name in set(sys.modules) - before:
        if name.endswith("_plugin"):
            del sys.modules[name]
