"""What is going away of the plugin API: it still works, and each use is told with the plugin's file and line."""

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from duijie.domain.text import T
from duijie.hooks.capabilities import Finding


class DuijieDeprecationWarning(FutureWarning):
    """A plugin uses something that a later release of duijie no longer has."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use: of ``what``, in the place of which one now writes ``instead``; the release ``gone_in`` drops it."""

    what: str
    instead: str
    gone_in: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line} uses {self.what}, which is gone in duijie {self.gone_in}; write {self.instead}"

    def finding(self) -> Finding:
        """For the administrator, who can only pass it on."""
        zh = f"{self.file} 第 {self.line} 行使用了 {self.what}，duijie {self.gone_in} 起不再支持；应改为 {self.instead}"
        return Finding("warn", T(zh, en=str(self)), T("请告知插件的作者。", en="Please tell the plugin's author."))


@dataclass(frozen=True, slots=True)
class Going:
    """A name that is going away: where its successor stands (``module:name``), and the release that drops it."""

    successor: str
    gone_in: str


ARGUMENTS: Final[Mapping[str, tuple[str, str, str]]] = {"duijie_documents": ("group", "", "1.0")}
"""Hooks that gained an argument: its name, the one value for which an implementation without it is asked, until when."""

_NOTED: Final[ContextVar[tuple[list[Use], ...]]] = ContextVar("duijie_deprecated", default=())
_OWN: Final = str(Path(__file__).parent)


def deprecated(what: str, instead: str, gone_in: str, at: tuple[str, int] | None = None) -> Use:
    """Tell that the plugin at ``at`` (file, line; by default whoever called into duijie) uses ``what``.

    Warns with `DuijieDeprecationWarning` at that very line, and notes it for whoever is loading the plugin.
    """
    file, line = at or _caller()
    use = Use(what, instead, gone_in, file, line)
    for noted in _NOTED.get():
        noted.append(use)
    warnings.warn_explicit(str(use), DuijieDeprecationWarning, file, line)
    return use


@contextmanager
def noting() -> Iterator[list[Use]]:
    """Collect every use that is told within the block."""
    found: list[Use] = []
    token = _NOTED.set((*_NOTED.get(), found))
    try:
        yield found
    finally:
        _NOTED.reset(token)


def names_going(module: str, names: Mapping[str, Going]) -> Callable[[str], Any]:
    """A ``__getattr__`` for ``module``: the names in ``names`` are still found, and their use is told."""

    def find(name: str) -> Any:
        going = names.get(name)
        if going is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        where, _, successor = going.successor.partition(":")
        deprecated(f"{module}.{name}", f"{module}.{successor}", going.gone_in)
        return getattr(import_module(where), successor)

    return find


def old_arguments(plugin: object) -> None:
    """Tell of each hook that ``plugin`` implements as it was before it gained an argument."""
    for hook, (argument, _, gone_in) in ARGUMENTS.items():
        function = getattr(plugin, hook, None)
        if callable(function) and argument not in inspect.signature(function).parameters:
            code = getattr(inspect.unwrap(function), "__code__", None)
            at = (code.co_filename, code.co_firstlineno) if code else ("?", 0)
            deprecated(f"{hook}()", f"{hook}({argument})", gone_in, at)


def is_left_alone(hook: str, names: tuple[str, ...], arguments: Mapping[str, Any]) -> bool:
    """Whether an implementation with only these argument ``names`` is too old for a question with ``arguments``."""
    if hook not in ARGUMENTS:
        return False
    argument, only, _ = ARGUMENTS[hook]
    return argument not in names and arguments.get(argument, only) != only


def _caller() -> tuple[str, int]:
    """The file and line that called into duijie: the first frame that is neither ours nor the import system's."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        file = frame.f_code.co_filename
        if not file.startswith((_OWN, "<frozen importlib")) and not file.endswith("duijie/api.py"):
            break
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
