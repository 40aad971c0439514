"""Which plugins a test is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duijie.domain.errors import Refused
from duijie.tools.places import PYPROJECT, points, read


@dataclass(frozen=True, slots=True)
class UnderTest:
    """One plugin: its name, and its module or an object with its hooks."""

    name: str
    plugin: ModuleType | object

    @property
    def module(self) -> str | None:
        """The name of its module; None for an object."""
        return self.plugin.__name__ if isinstance(self.plugin, ModuleType) else None


def plugins(said: Any, lines: Iterable[str], root: Path) -> list[UnderTest]:
    """The plugins under test: as the fixture says, else the configuration, else the pyproject.toml of ``root``.

    Fails the test, in words, when there is none or one cannot be imported.
    """
    named = _named(said) or dict(_line(line) for line in lines) or _of_project(root)
    if not named:
        raise pytest.UsageError("duijie: there is no plugin to test. Name it in the fixture duijie_plugin, in the option "
                                "duijie_plugins, or as an entry point of the group duijie in pyproject.toml.")
    return [UnderTest(name, _loaded(name, plugin)) for name, plugin in named.items()]


def _named(said: Any) -> dict[str, Any]:
    if said is None:
        return {}
    if isinstance(said, Mapping):
        return {str(name): plugin for name, plugin in said.items()}
    module = said if isinstance(said, str) else getattr(said, "__name__", type(said).__name__.lower())
    return {str(module).removesuffix(".plugin").rpartition(".")[2]: said}


def _line(line: str) -> tuple[str, str]:
    name, equals, module = (part.strip() for part in line.partition("="))
    if not equals or not module:
        raise pytest.UsageError(f"duijie_plugins: write name = module, not {line!r}")
    return name, module


def _of_project(root: Path) -> dict[str, str]:
    file = root / PYPROJECT
    try:
        return points(read(file)) if file.is_file() else {}
    except Refused as error:
        raise pytest.UsageError(error.message.en) from None


def _loaded(name: str, plugin: Any) -> ModuleType | object:
    if not isinstance(plugin, str):
        found: ModuleType | object = plugin
        return found
    try:
        return import_module(plugin)
    except ModuleNotFoundError as error:
        raise pytest.UsageError(f"duijie: the plugin {name!r} leads to {plugin}, and {error}. Is the folder on the path "
                                "(pytest's option pythonpath), or the package installed?") from error
