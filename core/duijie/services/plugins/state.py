"""Switching plugins on and off, everywhere or in an area, putting them in order, letting one try again."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.text import T
from duijie.services import areas
from duijie.services.work import Work
from duijie.storage.models import PluginArea, PluginState
from duijie.storage.upsert import ensure

ON, OFF = T("启用", en="on"), T("停用", en="off")


def switch(work: Work, name: str, active: bool) -> None:
    """Switch a plugin on or off everywhere; what was said of single areas stays. Raises Forbidden, NotFound."""
    _check_all(work)
    state = _state(work, name)
    if state.active != active:
        state.active = active
        _switched(work, name, ON if active else OFF)


def switch_in(work: Work, name: str, area_id: int, active: bool | None) -> None:
    """Switch a plugin on or off in an area and all that lie in it; None: as in the area above.

    An area administrator switches in their own areas. Raises Forbidden, NotFound.
    """
    known(work, name)
    if not areas.may_rename(work, area_id):
        raise Forbidden
    area = areas.own(work, area_id)
    if active is None:
        work.session.execute(delete(PluginArea).where(PluginArea.plugin == name, PluginArea.area_id == area_id))
    else:
        work.session.merge(PluginArea(plugin=name, area_id=area_id, active=active))
    word = T("随上级片区", en="as above") if active is None else ON if active else OFF
    _switched(work, name, T("{area}：{word}", en="{area}: {word}").fill(area=area.name, word=word))


def own_switches(work: Work, name: str) -> dict[int, bool]:
    """The areas (by id) for which something was said of their own."""
    rows = work.session.scalars(select(PluginArea).where(PluginArea.plugin == name))
    return {row.area_id: row.active for row in rows}


def put_in_order(work: Work, names: Sequence[str]) -> None:
    """Let plugins come in this order; it decides whose answer stands first. Raises Forbidden."""
    _check_all(work)
    for position, name in enumerate(names, start=1):
        _state(work, name).position = position
    work.session.flush()
    work.office.switches.read(work.session)
    work.record("plugin.ordered", "plugin", None, what="、".join(names))


def try_again(work: Work, name: str) -> None:
    """End a plugin's rest now. Raises Forbidden."""
    _check_all(work)
    state = _state(work, name)
    state.paused_until, state.pause_reason = None, ""
    work.office.plugins.quarantine.changed.pop(name, None)
    work.office.plugins.quarantine.release(name)
    _switched(work, name, T("重新试用", en="to be tried again"))


def _state(work: Work, name: str) -> PluginState:
    known(work, name)
    ensure(work.session, PluginState, plugin=name)
    found = work.session.get(PluginState, name)
    if found is None:
        raise NotFound
    return found


def _switched(work: Work, name: str, what: T) -> None:
    work.session.flush()
    work.office.switches.read(work.session)
    said = work.office.catalogue.plugins.get(name)
    work.record("plugin.changed", "plugin", None, plugin=said.name if said else T.same(name), what=what)


def known(work: Work, name: str) -> None:
    """Raise NotFound unless the plugin is here, was left out, or is kept: a removed one can be switched off too."""
    here = name in work.office.catalogue.plugins or any(fault.plugin == name for fault in work.office.plugins.faults)
    if not here and work.session.get(PluginState, name) is None:
        raise NotFound


def _check_all(work: Work) -> None:
    if not areas.has_all(work):
        raise Forbidden
