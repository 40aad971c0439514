"""Who may do what, in six words."""

from dataclasses import dataclass, field
from enum import StrEnum

from duijie.domain.text import T


class Role(StrEnum):
    """A role that a user holds for an area or a department. A requester has no account and so no role here."""

    REPRESENTATIVE = "representative"
    COORDINATOR = "coordinator"
    AREA_ADMIN = "area_admin"
    SYSTEM_ADMIN = "system_admin"
    AUDITOR = "auditor"

    @property
    def label(self) -> T:
        """What the screen calls it."""
        return _LABELS[self]


_LABELS = {
    Role.REPRESENTATIVE: T("部门代表", en="Representative"),
    Role.COORDINATOR: T("协调员", en="Coordinator"),
    Role.AREA_ADMIN: T("片区管理员", en="Area administrator"),
    Role.SYSTEM_ADMIN: T("系统管理员", en="System administrator"),
    Role.AUDITOR: T("审计员", en="Auditor"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: a signed-in user with what their roles open, a requester, or duijie itself.

    ``areas`` holds the ids of all areas a coordinator or area administrator may see (children included);
    ``administers`` those of an area administrator alone; ``departments`` the ids a representative speaks for.
    ``administers_all``: whether ``administers`` holds every area at the top of the tree, and so every area.
    """

    user_id: int | None = None
    name: str = ""
    roles: frozenset[Role] = frozenset()
    areas: frozenset[int] = frozenset()
    administers: frozenset[int] = frozenset()
    administers_all: bool = False
    departments: frozenset[int] = frozenset()
    address: str = ""
    kind: str = field(default="user")  # user, requester, system

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds any of ``roles``."""
        return bool(self.roles.intersection(roles))

    @property
    def keeps_departments(self) -> bool:
        """Whether what belongs to no single area is theirs: departments' accounts, the roster, the calendar."""
        return self.kind == "system" or self.has(Role.SYSTEM_ADMIN) or self.administers_all


SYSTEM = Actor(name="duijie", kind="system")


def requester(name: str, address: str = "") -> Actor:
    """The actor for somebody who came with a tracking code or a form, not with an account."""
    return Actor(name=name, address=address, kind="requester")
