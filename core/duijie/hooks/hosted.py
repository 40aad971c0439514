"""A plugin whose code runs in a process of its own, as the manager sees it: a module of the same hooks."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from duijie.hooks.hosts import Host, Ready
from duijie.hooks.lint import HOOKS, family_of
from duijie.hooks.markers import Family, hookimpl
from duijie.hooks.wire import MOST_ANSWER


def stand_in(host: Host, ready: Ready) -> ModuleType:
    """A module with one function for each hook that the plugin implements; each asks the plugin's process."""
    module = ModuleType(host.source.module, f"stands for {host.source.module} in its own process")
    module.__dict__["duijie_host"] = host
    for hook, names in ready.hooks.items():
        if hook in HOOKS:
            setattr(module, hook, hookimpl(_asking(host, hook, names)))
    return module


def host_of(plugin: object) -> Host | None:
    """The process of a plugin that has one."""
    found = getattr(plugin, "__dict__", {}).get("duijie_host")
    return found if isinstance(found, Host) else None


def _asking(host: Host, hook: str, names: tuple[str, ...]) -> Callable[..., Any]:
    family = family_of(hook)
    group = family in (Family.DECLARE, Family.PROVIDE)

    def ask(**arguments: object) -> Any:
        where = (hook, str(arguments.get("group", "")) if group else "")
        return host.call("hook", where, arguments, family.seconds, MOST_ANSWER)

    known = inspect.signature(HOOKS[hook]).parameters
    chosen = [p.replace(annotation=inspect.Parameter.empty) for n, p in known.items() if n in names]
    ask.__name__ = hook
    ask.__dict__["__signature__"] = inspect.Signature(chosen)
    return ask
