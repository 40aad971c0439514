"""Types of form fields that plugins bring, behind the guard of all plugin code."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from duijie.domain.forms.custom import CustomType
from duijie.domain.text import T
from duijie.hooks.faults import Failed
from duijie.hooks.manager import PluginManager
from duijie.hooks.texts import text_problems

V = TypeVar("V", str, T)
HOOK: Final = "duijie_field_types"
SECONDS: Final = 1.0
"""How long a check may take: somebody has just sent a form."""


def read(manager: PluginManager) -> dict[str, CustomType]:
    """The types by key. A key that is taken stays with whoever came first; a wrong one is left out and recorded."""
    found: dict[str, CustomType] = {}
    for plugin, kind in manager.ask_for(HOOK, CustomType):
        problems = _problems(kind, plugin, found)
        for problem in problems:
            manager.record(plugin, HOOK, f"field type {kind.key!r} left out: {problem}")
        if not problems:
            found[kind.key] = _guarded(manager, plugin, kind)
    return found


def _problems(kind: CustomType, plugin: str, found: dict[str, CustomType]) -> list[str]:
    problems = [*text_problems(kind)]
    if not kind.key.startswith((f"{plugin}.", f"{plugin.removesuffix('_advisors')}.")):
        problems.append(f"its key must begin with {plugin!r} and a dot")
    if kind.key in found:
        problems.append("the key is taken")
    problems += [f"{name} must be a function" for name, one in (("check", kind.check), ("normal", kind.normal or str))
                 if not callable(one)]
    return problems


def _guarded(manager: PluginManager, plugin: str, kind: CustomType) -> CustomType:
    """The same type; a function of it that fails counts as if it were not there, so that nobody is kept from filing."""

    def ask(function: Callable[[str], V | None], text: str, expected: type[V]) -> V | None:
        try:
            answer = manager.call(plugin, HOOK, function, text, seconds=SECONDS)
        except Failed:
            return None
        if answer is not None and not isinstance(answer, expected):
            manager.record(plugin, HOOK, f"field type {kind.key!r}: answered {type(answer).__name__}, not {expected.__name__}")
            return None
        return answer

    check, normal = kind.check, kind.normal

    def spelt(text: str) -> str:
        return (ask(normal, text, str) if normal else None) or text

    return replace(kind, check=lambda text: ask(check, text, T), normal=spelt if normal else None)
