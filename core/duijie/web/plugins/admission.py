"""Who may see what a plugin brings: its switch, its areas, its permissions."""

from flask import g

from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.roles import Actor, Role
from duijie.services.work import Office
from duijie.web.work import office


def admit(plugin: str, permission: str | None) -> None:
    """Let the request at hand in. Raises NotFound where the plugin is off for this person, Forbidden without the right."""
    if not is_on_for(office(), plugin, g.get("actor")):
        raise NotFound
    if permission and not holds(office(), plugin, permission, g.get("actor")):
        raise Forbidden


def may_see(plugin: str, permission: str | None) -> bool:
    """Whether the person at hand sees an entry or a panel of the plugin."""
    actor = g.get("actor")
    if permission is not None and actor is None:
        return False
    return is_on_for(office(), plugin, actor) and (not permission or holds(office(), plugin, permission, actor))


def holds(here: Office, plugin: str, permission: str, actor: Actor | None) -> bool:
    """Whether ``actor`` holds a permission of the plugin's own."""
    return actor is not None and actor.has(*here.switches.holders(plugin, permission))


def is_on_for(here: Office, plugin: str, actor: Actor | None) -> bool:
    """Whether the plugin is on anywhere that concerns ``actor``: in one of their areas, if they are bound to areas."""
    if not here.plugins.gate(plugin, None):
        return False
    if actor is None or not actor.has(Role.COORDINATOR, Role.AREA_ADMIN) or actor.keeps_departments:
        return True
    keys = here.switches.keys_of(actor.areas | actor.administers)
    return any(here.plugins.gate(plugin, key) for key in keys)
