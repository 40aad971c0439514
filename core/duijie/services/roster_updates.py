"""What a plugin declares of its roster otherwise than before: shown, taken over or not, never just written.

`RosterSeed` keeps what was declared when the administrator last decided. A declaration that differs from it, and
from the roster, is a difference: a changed seat, a department that is new, one that the plugin no longer names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.text import T
from duijie.hooks import values
from duijie.services.work import Work
from duijie.storage.models import Department, RosterEntry, RosterSeed

Content = Mapping[str, Any]
"""A seat as it was declared: ``responsibility`` str, ``topics`` list, ``seats`` int, ``observer`` bool; {} for none."""

FIELDS: Final = {
    "responsibility": T("职责说明", en="What it answers for"),
    "topics": T("诉求类别", en="Topics"),
    "seats": T("每次派代表人数", en="Representatives at a meeting"),
    "observer": T("列席", en="Observer"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One department of a group. ``kind``: changed, new (not in the roster yet), gone (not declared any more).

    ``fields`` holds (name in `FIELDS`, yours, the plugin's) of what differs; for a new department yours is None.
    """

    group: str
    department: str
    name: T
    kind: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


def content_of(declared: values.Department) -> dict[str, Any]:
    """What is kept of a declaration."""
    return {"responsibility": declared.responsibility, "topics": list(declared.topics), "seats": declared.seats,
            "observer": declared.observer}  # fmt: skip


def differences(work: Work, group: str) -> list[Difference]:
    """Where the plugins' roster of ``group`` (its key) differs from the one here, and nobody has decided yet."""
    parts = work.parts(group)
    if parts is None:
        return []
    declared = {one.key: one for one in parts.departments}
    entries, seeds = _entries(work, group), _seeds(work, group)
    found = [_of_declared(group, one, entries.get(key), seeds.get(key)) for key, one in declared.items()]
    gone = [
        Difference(group, key, entry.department.name, "gone")
        for key, entry in entries.items()
        if key not in declared and entry.active and seeds.get(key) != {}
    ]
    return [one for one in found if one is not None] + gone


def accept(work: Work, group: str, department: str) -> None:
    """Take over what the plugin declares of a department (keys). Raises Forbidden, NotFound."""
    one = _undecided(work, group, department)
    entry = _entries(work, group).get(department)
    if one.kind == "new":
        parts = work.parts(group)
        position = [d.key for d in parts.departments].index(department) if parts else 0
        entry = insert(work, group, _declared(work, group, department), position)
    elif entry is not None and one.kind == "gone":
        entry.active = False
    elif entry is not None:
        for name, _, theirs in one.fields:
            setattr(entry, name, list(theirs) if name == "topics" else theirs)
    _decide(work, one)
    work.record("roster.taken_over", "roster", entry.id if entry else None, group=_group_name(work, group), what=one.name)


def keep(work: Work, group: str, department: str) -> None:
    """Leave the roster as it is; the same declaration is not shown again. Raises Forbidden, NotFound."""
    one = _undecided(work, group, department)
    _decide(work, one)
    entry = _entries(work, group).get(department)
    work.record("roster.kept", "roster", entry.id if entry else None, group=_group_name(work, group), what=one.name)


def note_equal(work: Work, group: str) -> None:
    """Take note of declarations that say what the roster says anyway: there is nothing to decide about them."""
    parts = work.parts(group)
    entries, seeds = _entries(work, group), _seeds(work, group)
    for declared in parts.departments if parts else ():
        entry = entries.get(declared.key)
        if entry is not None and seeds.get(declared.key) != content_of(declared) and not _other(entry, declared, None):
            note(work, group, declared.key, content_of(declared))


def insert(work: Work, group: str, declared: values.Department, position: int) -> RosterEntry:
    """Put a declared department into the roster of ``group``, and keep what was declared."""
    department = work.session.scalar(select(Department).where(Department.key == declared.key))
    if department is None:
        department = Department(key=declared.key, name=declared.name, kind=declared.kind)
        work.session.add(department)
        work.session.flush()
    content = content_of(declared)
    entry = RosterEntry(group_key=group, department_id=department.id, position=position, **content)
    work.session.add(entry)
    note(work, group, declared.key, content)
    return entry


def note(work: Work, group: str, department: str, content: Content) -> None:
    """Keep what was declared of a department when somebody decided."""
    work.session.merge(RosterSeed(group_key=group, department_key=department, content=dict(content)))
    work.session.flush()


def _of_declared(
    group: str, declared: values.Department, entry: RosterEntry | None, seed: Content | None
) -> Difference | None:
    content = content_of(declared)
    if seed is not None and _same(seed, content):
        return None
    if entry is None:
        new = tuple((name, None, content[name]) for name in FIELDS)
        return Difference(group, declared.key, declared.name, "new", new)
    other = _other(entry, declared, seed)
    return Difference(group, declared.key, entry.department.name, "changed", other) if other else None


def _other(entry: RosterEntry, declared: values.Department, seed: Content | None) -> tuple[tuple[str, Any, Any], ...]:
    """What the plugin has changed (all of it, where nobody knows what it said before) and the roster has not."""
    content = content_of(declared)
    return tuple(
        (name, getattr(entry, name), content[name])
        for name in FIELDS
        if _plain(content[name]) != _plain(getattr(entry, name))
        and (not seed or _plain(seed.get(name)) != _plain(content[name]))
    )


def _undecided(work: Work, group: str, department: str) -> Difference:
    if not (work.actor.kind == "system" or work.actor.keeps_departments):
        raise Forbidden
    for one in differences(work, group):
        if one.department == department:
            return one
    raise NotFound(T("这一处已经处理过了，或插件已不再这样声明。",
                     en="This was decided already, or the plugin says otherwise by now."))


def _decide(work: Work, one: Difference) -> None:
    content = {} if one.kind == "gone" else content_of(_declared(work, one.group, one.department))
    note(work, one.group, one.department, content)


def _declared(work: Work, group: str, department: str) -> values.Department:
    parts = work.parts(group)
    return next(d for d in (parts.departments if parts else ()) if d.key == department)


def _entries(work: Work, group: str) -> dict[str, RosterEntry]:
    rows = work.session.scalars(select(RosterEntry).where(RosterEntry.group_key == group).order_by(RosterEntry.position))
    return {row.department.key: row for row in rows}


def _seeds(work: Work, group: str) -> dict[str, Content]:
    rows = work.session.scalars(select(RosterSeed).where(RosterSeed.group_key == group))
    return {row.department_key: row.content for row in rows}


def _group_name(work: Work, group: str) -> T:
    parts = work.parts(group)
    return parts.group.name if parts else T.same(group)


def _same(seed: Content, content: Content) -> bool:
    return all(_plain(seed.get(name)) == _plain(content[name]) for name in FIELDS)


def _plain(value: Any) -> Any:
    """Comparable: topics in any order are the same, and so is a text with other spaces around it."""
    if isinstance(value, list):
        return sorted(value)
    return value.strip() if isinstance(value, str) else value
