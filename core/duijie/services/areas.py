"""Areas: the tree of places."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from duijie.domain.errors import Forbidden, Invalid, NotFound, Problem
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Area, Setting

_KINDS = "area_kinds"
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,58}")
_KEY_WRONG = T("代号只能用小写字母、数字和连字符，不能以连字符开头。",
               en="The short name takes small letters, digits and hyphens; no hyphen at the start.")
DISTRICT = T("街道（镇）", en="Street or town")
ALREADY_THERE = T("已经有了，请直接选用。", en="This one is there already; choose it from the list.")


def kinds(work: Work) -> dict[str, T]:
    """What kinds of area this installation knows, by key; the words are the administrator's."""
    setting = work.session.get(Setting, _KINDS)
    kept = setting.value if setting else {}
    return {"district": DISTRICT} | {key: T.from_json(value) for key, value in kept.items()}


def set_kinds(work: Work, named: Mapping[str, T]) -> None:
    """Keep the kinds of area."""
    work.session.merge(Setting(key=_KINDS, value={key: name.as_json() for key, name in named.items()}))
    work.session.flush()


def add_kind(work: Work, key: str, name: T) -> None:
    """Name one more kind of area. Raises Forbidden, Invalid."""
    _check_everywhere(work)
    known = kinds(work)
    if not _KEY.fullmatch(key):
        raise Invalid(Problem("kind_key", _KEY_WRONG))
    if key in known:
        raise Invalid(Problem("kind_key", ALREADY_THERE))
    if not name.zh.strip():
        raise Invalid.field("kind_name_zh", "请填写类型名称。", "Enter what the kind is called.")
    set_kinds(work, {k: n for k, n in known.items() if k != "district"} | {key: name})
    work.record("area.changed", "area", None, name=name)


def kind_label(work: Work, kind: str) -> T:
    """What a kind of area is called; an unknown one by its key."""
    return kinds(work).get(kind, T.same(kind))


def all_of(work: Work) -> Sequence[Area]:
    """Every area, by id."""
    return work.session.scalars(select(Area).order_by(Area.id)).all()


def names(work: Work) -> dict[str, T]:
    """What every area is called, by key; those out of use too, for answers that name them."""
    return {area.key: area.name for area in all_of(work)}


def administered(work: Work) -> list[Area]:
    """The areas that the actor administers: an area administrator's own, a system administrator's all."""
    return [area for area in all_of(work) if may_rename(work, area.id)]


def by_kind(work: Work) -> dict[str, list[Area]]:
    """The areas that the actor administers, by their kind."""
    found: dict[str, list[Area]] = {}
    for area in administered(work):
        found.setdefault(area.kind, []).append(area)
    return found


def own(work: Work, area_id: int) -> Area:
    """One area that the actor administers. Raises NotFound."""
    found = work.session.get(Area, area_id)
    if found is None or not may_rename(work, area_id):
        raise NotFound
    return found


def above(work: Work, area: Area) -> Area | None:
    """The area that this one belongs to."""
    return None if area.parent_id is None else work.session.get(Area, area.parent_id)


def may_rename(work: Work, area_id: int) -> bool:
    """Whether the actor may rename the area."""
    return has_all(work) or area_id in work.actor.administers


def has_all(work: Work) -> bool:
    """Whether the actor may add areas and take them out of use."""
    return work.actor.kind == "system" or work.actor.has(Role.SYSTEM_ADMIN)


def add(work: Work, key: str, name: T, kind: str, parent_id: int | None) -> Area:
    """Add an area. ``key`` stands in addresses and on posters: small letters, digits, hyphens.

    Raises Forbidden unless the actor has all areas, Invalid.
    """
    _check_everywhere(work)
    if not _KEY.fullmatch(key):
        raise Invalid(Problem("key", _KEY_WRONG))
    if work.session.scalar(select(Area.id).where(Area.key == key)):
        raise Invalid.field("key", f"代号“{key}”已有片区使用，请换一个。",
                            f"“{key}” is taken; choose another.")
    _check_name(name)
    if kind not in kinds(work):
        raise Invalid.field("kind", "请选择片区类型。", "Choose what kind of area it is.")
    if parent_id is not None and work.session.get(Area, parent_id) is None:
        raise Invalid.field("parent_id", "请从列表中选择上级片区。", "Choose the area above from the list.")
    area = Area(key=key, name=name, kind=kind, parent_id=parent_id)
    work.session.add(area)
    work.session.flush()
    work.record("area.added", "area", area.id, name=name)
    return area


def change(work: Work, area_id: int, name: T, active: bool) -> Area:
    """Rename an area or take it out of use; its cases stay.

    An area administrator renames their own, no more. Raises NotFound, Forbidden, Invalid.
    """
    area = own(work, area_id)
    if active != area.active:
        _check_everywhere(work)
    _check_name(name)
    if (area.name, area.active) != (name, active):
        area.name, area.active = name, active
        work.record("area.changed", "area", area.id, name=name)
    return area


def _check_name(name: T) -> None:
    if not name.zh.strip():
        raise Invalid.field("name_zh", "请填写片区名称。", "Enter the area's name.")


def _check_everywhere(work: Work) -> None:
    if not has_all(work):
        raise Forbidden
