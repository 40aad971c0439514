"""Finds the ids of areas and departments by the keys that people type on a command line."""

from sqlalchemy import select

from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Area, Department

_SHOWN = 30


def area_id(work: Work, key: str) -> int:
    """The id of the area ``key``. Raises Refused naming the keys there are."""
    return _id(work, Area, key)


def department_id(work: Work, key: str) -> int:
    """The id of the department ``key``. Raises Refused naming the keys there are."""
    return _id(work, Department, key)


def _id(work: Work, kind: type[Area] | type[Department], key: str) -> int:
    found = work.session.scalar(select(kind.id).where(kind.key == key))
    if found is None:
        known = ", ".join(work.session.scalars(select(kind.key).order_by(kind.key).limit(_SHOWN)))
        raise Refused(T(f"没有“{key}”。现有：{known}", en=f"There is no “{key}”. Known: {known}"))
    return int(found)
