"""What is wrong with a plugin's hooks before any of them is called: what pluggy lets through and we do not."""

import inspect
from collections.abc import Iterator
from difflib import get_close_matches
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final

from duijie.hooks import specs
from duijie.hooks.markers import FAMILY, PROJECT, Family

HOOKS: Final = {
    name: function for name, function in vars(specs).items() if getattr(function, FAMILY, None) is not None
}
"""Every hook's specification by name."""

_FOREIGN: Final = "_impl"


def family_of(hook: str) -> Family:
    """The family that a hook belongs to."""
    found: Family = getattr(HOOKS[hook], FAMILY)
    return found


def hook_problems(plugin: object) -> list[tuple[str, str]]:
    """(hook, what is wrong) of everything that is named like a hook or marked as one."""
    return [(name, problem) for name, value in _named(plugin) for problem in _problems(name, value)]


def _named(plugin: object) -> Iterator[tuple[str, Any]]:
    """What could be meant as a hook. Properties and stand-ins are not touched: that would run somebody's code."""
    for name in dir(plugin):
        if isinstance(plugin, ModuleType) or not isinstance(getattr(type(plugin), name, None), property):
            value = getattr(plugin, name)
            plain = type(value) in (FunctionType, MethodType)
            if (name.startswith(f"{PROJECT}_") and callable(value)) or (plain and _marks(value)):
                yield name, value


def _problems(name: str, function: Any) -> Iterator[str]:
    if name in ("hookimpl", "hookspec"):
        return
    specification = HOOKS.get(name)
    where = _place(function)
    if specification is None:
        near = get_close_matches(name, HOOKS, 1)
        yield f"there is no such hook{f'; did you mean {near[0]}?' if near else ''}{where}"
        return
    marks = _marks(function)
    if f"{PROJECT}{_FOREIGN}" not in marks:
        other = f" (it carries the marker of {marks[0].removesuffix(_FOREIGN)!r})" if marks else ""
        yield f"the @hookimpl marker of duijie.api is missing{other}{where}"
    yield from (f"{problem}{where}" for problem in _arguments(specification, function))


def _arguments(specification: Any, function: Any) -> Iterator[str]:
    known = inspect.signature(specification).parameters
    if inspect.iscoroutinefunction(function):
        yield "hooks are plain functions, not async ones"
    for argument in inspect.signature(function).parameters.values():
        if argument.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            yield f"argument *{argument.name} is not allowed; name the arguments you want"
        elif argument.name not in known:
            near = get_close_matches(argument.name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known) or 'none'}"
            yield f"unknown argument {argument.name!r}{hint}"
        elif argument.kind is inspect.Parameter.KEYWORD_ONLY:
            yield f"argument {argument.name!r} must not be keyword-only"
        elif argument.default is not inspect.Parameter.empty:
            yield f"argument {argument.name!r} must not have a default: it would always be used"


def _marks(function: Any) -> list[str]:
    """The pluggy markers that a function carries, whoever's they are."""
    names = getattr(function, "__dict__", None) or getattr(getattr(function, "__func__", None), "__dict__", {})
    return [name for name, value in names.items() if name.endswith(_FOREIGN) and isinstance(value, dict)]


def _place(function: Any) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f" ({code.co_filename}:{code.co_firstlineno})" if code else ""
