"""The office of a test: a small district, a department for each seat of the roster, an account for each role."""

from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import select

from duijie.bootstrap import open_office
from duijie.domain.roles import SYSTEM, Actor, Role
from duijie.domain.text import T
from duijie.hooks.groups import GroupParts
from duijie.services import accounts, areas, calendars, passwords, rosters
from duijie.services.work import Office, Work
from duijie.settings import Settings
from duijie.storage import schema
from duijie.storage.models import Area, Department, User

PASSWORD: Final = "a long test phrase"  # noqa: S105  # of people who live for one test
DISTRICT: Final = "district"
KINDS: Final = ("urban", "village", "industrial")
_HASH: dict[str, str] = {}


def settings(folder: Path) -> Settings:
    """Everything in ``folder``, hashing at its cheapest."""
    return Settings(
        data_dir=folder, database_url=f"sqlite:///{folder / 'duijie.db'}", secret_key="a key for tests only",  # noqa: S106
        argon2_time_cost=1, argon2_memory_kib=8, mail_dir=str(folder / "mail"), public_url="http://localhost",
        plugin_start_seconds=Settings.from_environment().plugin_start_seconds,
    )  # fmt: skip


def migrated(file: Path) -> Path:
    """Make the SQLite file ``duijie.db`` with this release's tables and the working-day calendar."""
    with closing(open_office(settings(file.parent), [])) as office:
        schema.upgrade(office.database)
        with office.write(SYSTEM) as work:
            calendars.seed(work)
    return file


def build(office: Office) -> None:
    """Fill an empty office: see docs/plugins/testing.md for who and what is in it."""
    with office.write(SYSTEM) as work:
        _areas(work)
        rosters.seed(work)
        _people(work)


def actors(office: Office) -> dict[str, Actor]:
    """Everybody who can act, by the name they sign in with."""
    with office.read(SYSTEM) as work:
        return {user.login: accounts.actor_of(work, user) for user in work.session.scalars(select(User))}


def area_of(parts: GroupParts | None) -> str:
    """The key of the first area that the group serves."""
    return key_of(next(iter((parts.group.area_kinds if parts else ()) or KINDS)))


def key_of(kind: str) -> str:
    """The key of the area of a kind."""
    return kind.replace("_", "-").lower()


def _areas(work: Work) -> None:
    """A district, and in it one area of each kind that some group serves; its key is the kind's."""
    served = [kind for parts in work.office.groups for kind in parts.group.area_kinds]
    kinds = list(dict.fromkeys([*KINDS, *served]))
    areas.set_kinds(work, {kind: T(f"{kind}类", en=kind) for kind in kinds})
    district = areas.add(work, DISTRICT, T("测试街道", en="Test Street"), DISTRICT, None)
    for kind in kinds:
        areas.add(work, key_of(kind), T(f"{kind}片区", en=f"{kind} area"), kind, district.id)


def _people(work: Work) -> None:
    district = work.session.scalars(select(Area.id).where(Area.key == DISTRICT)).one()
    person(work, "coordinator", Role.COORDINATOR, area_id=district)
    person(work, "area_admin", Role.AREA_ADMIN, area_id=district)
    person(work, "system_admin", Role.SYSTEM_ADMIN)
    person(work, "auditor", Role.AUDITOR)
    for department in work.session.scalars(select(Department).order_by(Department.id)).all():
        for part, prefix in (("representative", "rep"), ("head", "head")):
            user = person(work, f"{prefix}_{department.key}", Role.REPRESENTATIVE, department_id=department.id)
            rosters.seat(work, department.id, user.id, part)


def person(work: Work, login: str, role: Role, **of: int) -> User:
    """An account with one role; everybody has the same password."""
    if not _HASH:
        _HASH["hash"] = passwords.hasher(work.office).hash(PASSWORD)
    user = User(login=login, name=T.same(login), email=f"{login}@example.test", phone="13800000000",
                password_hash=_HASH["hash"], created_at=work.now)
    work.session.add(user)
    work.session.flush()
    accounts.grant(work, user, role, **of)
    return user
