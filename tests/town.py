"""A small town for tests: two areas, the installed groups' rosters, one person per role and department."""

from dataclasses import dataclass, field
from pathlib import Path

import kept
from sqlalchemy import select

from duijie.domain.roles import SYSTEM, Actor, Role
from duijie.domain.text import T
from duijie.services import accounts, calendars, passwords, rosters
from duijie.services.work import Office, Work
from duijie.settings import Settings
from duijie.storage.models import Area, Department, User

PASSWORD = "a long test phrase"
PASSWORD_HASHES: dict[str, str] = {}


@dataclass
class Town:
    """The town's office and the actors of its people by login."""

    office: Office
    area_id: int
    other_area_id: int
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, login: str) -> Actor:
        """Of coordinator, other_coordinator, area_admin, district_admin, system_admin, auditor, rep_<department>."""
        return self.actors[login]

    def department_id(self, key: str) -> int:
        """The id of a department."""
        with self.office.read(SYSTEM) as work:
            return work.session.scalars(select(Department.id).where(Department.key == key)).one()


def small_settings(folder: Path, url: str) -> Settings:
    """Settings for a test: everything in ``folder``, hashing at its cheapest."""
    return Settings(
        data_dir=folder,
        database_url=url,
        secret_key="a key for tests only",
        argon2_time_cost=1,
        argon2_memory_kib=8,
        mail_dir=str(folder / "mail"),
    )


def build_town(office: Office) -> Town:
    """Fill an empty office. Logins are as in `Town.actor`, and ``head_<department>`` for the heads."""
    area_id, other_area_id, people = kept.once(office, _fill)
    return Town(office, area_id, other_area_id, dict(people))


def _fill(work: Work) -> tuple[int, int, dict[str, Actor]]:
    calendars.seed(work)
    district = Area(key="district", name=T("滨港街道", en="Bingang Street"), kind="district")
    work.session.add(district)
    work.session.flush()
    dagang = T("大港工业社区", en="Dagang Industrial Community")
    area = Area(key="dagang", name=dagang, kind="industrial", parent_id=district.id)
    xigang = T("西港村", en="Xigang Village")
    other = Area(key="xigang", name=xigang, kind="rural", parent_id=district.id)
    work.session.add_all([area, other])
    work.session.flush()
    rosters.seed(work)
    _person(work, "coordinator", Role.COORDINATOR, area_id=area.id)
    _person(work, "other_coordinator", Role.COORDINATOR, area_id=other.id)
    _person(work, "area_admin", Role.AREA_ADMIN, area_id=area.id)
    _person(work, "district_admin", Role.AREA_ADMIN, area_id=district.id)
    _person(work, "system_admin", Role.SYSTEM_ADMIN)
    _person(work, "auditor", Role.AUDITOR)
    for department in work.session.scalars(select(Department)).all():
        for part, prefix in (("representative", "rep"), ("head", "head")):
            login = f"{prefix}_{department.key}"
            user = _person(work, login, Role.REPRESENTATIVE, department_id=department.id)
            rosters.seat(work, department.id, user.id, part)
    people = {u.login: accounts.actor_of(work, u) for u in work.session.scalars(select(User))}
    return area.id, other.id, people


def _person(work: Work, login: str, role: Role, **of: int) -> User:
    if not PASSWORD_HASHES:
        PASSWORD_HASHES["hash"] = passwords.hasher(work.office).hash(PASSWORD)
    user = User(
        login=login,
        name=T.same(login),
        email=f"{login}@example.test",
        phone="13800000000",
        password_hash=PASSWORD_HASHES["hash"],
        created_at=work.now,
    )
    work.session.add(user)
    work.session.flush()
    accounts.grant(work, user, role, **of)
    return user
