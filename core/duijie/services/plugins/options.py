"""A plugin's settings and permissions, as the administrator sets them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.forms.validate import validate
from duijie.domain.forms.values import Form, Section
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.hooks.capabilities import Plugin
from duijie.services.work import Work
from duijie.storage.models import PluginPermission, PluginSetting

KEPT: Final = "••••••••"
"""What a page shows in the place of a secret that is set; sent back unchanged it stays as it is."""


def form_of(plugin: Plugin) -> Form:
    """The plugin's options as a form, so that they are drawn and checked like any other fields."""
    fields = tuple(option.field for option in plugin.options)
    return Form("settings", plugin.name, (Section(T("设置", en="Settings"), fields),), "", "", "")


def shown(work: Work, name: str) -> dict[str, Any]:
    """Every option's value for the page; a secret as `KEPT` where it is set."""
    plugin = _known(work, name)
    values = work.office.switches.settings_of(name)
    for option in plugin.options:
        if option.secret:
            values[option.field.key] = KEPT if values[option.field.key] else None
    return {key: value for key, value in values.items() if value is not None}


def change(work: Work, name: str, answers: Mapping[str, Any]) -> None:
    """Set the plugin's options. ``answers`` are raw (`from_html`). Raises Forbidden, NotFound, Invalid."""
    _check(work)
    plugin = _known(work, name)
    validated = validate(form_of(plugin), _with_kept(work, plugin, name, answers))
    if validated.problems:
        raise Invalid(*validated.problems)
    changed = []
    for option in plugin.options:
        key, value = option.field.key, validated.answers.get(option.field.key)
        row = work.session.get(PluginSetting, (name, key))
        if (row.value if row else option.default) == value:
            continue
        work.session.merge(PluginSetting(plugin=name, key=key, value=value, secret=option.secret))
        changed.append(option.field.label)
    if changed:
        work.session.flush()
        work.office.switches.read(work.session)
        names = T("、".join(t.zh for t in changed), en=", ".join(t.en for t in changed))
        work.record("plugin.changed", "plugin", None, plugin=plugin.name, what=names)


def grant(work: Work, name: str, key: str, roles: Sequence[Role]) -> None:
    """Say which roles hold a permission of the plugin. Raises Forbidden, NotFound."""
    _check(work)
    right = work.office.catalogue.permission(name, key)
    if right is None:
        raise NotFound
    wanted = sorted(role.value for role in set(roles))
    if frozenset(roles) == frozenset(right.roles):
        work.session.execute(delete(PluginPermission).where(PluginPermission.plugin == name, PluginPermission.key == key))
    else:
        work.session.merge(PluginPermission(plugin=name, key=key, roles=wanted))
    work.session.flush()
    work.office.switches.read(work.session)
    work.record("plugin.changed", "plugin", None, plugin=_known(work, name).name, what=right.name)


def _with_kept(work: Work, plugin: Plugin, name: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the secret itself wherever the page sent back what stands for it."""
    now = work.office.switches.settings_of(name)
    kept = {o.field.key: now[o.field.key] for o in plugin.options if o.secret and answers.get(o.field.key) == KEPT}
    return dict(answers) | kept


def _known(work: Work, name: str) -> Plugin:
    plugin = work.office.catalogue.plugins.get(name)
    if plugin is None:
        raise NotFound
    return plugin


def _check(work: Work) -> None:
    if not (work.actor.kind == "system" or work.actor.has(Role.SYSTEM_ADMIN)):
        raise Forbidden
