"""A small group for tests of rules: its plugin, an office that has only it, a case at hand."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import kept
import time_machine
from sqlalchemy import select
from town import small_settings

from duijie.api import (
    AdvisoryGroup,
    Choice,
    Department,
    Field,
    FieldType,
    Form,
    MeetingTemplate,
    Notifier,
    Plugin,
    Rule,
    Section,
    T,
    Terms,
    Topic,
    hookimpl,
)
from duijie.bootstrap import open_office
from duijie.domain.roles import SYSTEM, Actor, Role
from duijie.domain.states import AssignmentRole, CaseState
from duijie.services import accounts, calendars, moves, rosters
from duijie.services.work import Office, Work
from duijie.storage.models import Area, Assignment, Case, Commitment, User
from duijie.storage.models import Department as DepartmentRow

TOPIC = "lamps"
START = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday, 09:00 in Shanghai


class SmallGroup:
    """The plugin: one topic, three departments, the given rules and channels."""

    def __init__(self, rules: Iterable[Rule] = (), notifiers: Iterable[Notifier] = ()) -> None:
        self.rules, self.notifiers = list(rules), list(notifiers)

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        return Plugin(1, T("小组", en="Small group"))

    @hookimpl
    def duijie_groups(self) -> list[AdvisoryGroup]:
        topic = Topic(TOPIC, T("路灯", en="Street lamps"))
        meeting = MeetingTemplate(T("对接会", en="Meeting"))
        name = T("小组", en="Small group")
        return [AdvisoryGroup("small", name, name, T("居民", en="resident"), "S", (topic,), meeting, Terms())]

    @hookimpl
    def duijie_intake_forms(self, group: str) -> list[Form]:
        fields = (
            Field(
                "topic",
                FieldType.CHOICE,
                T("类别", en="Topic"),
                True,
                choices=(Choice(TOPIC, T("路灯", en="Lamps")),),
            ),
            Field("text", FieldType.LONG_TEXT, T("内容", en="What"), True),
            Field("name", FieldType.TEXT, T("姓名", en="Name"), True),
        )
        sections = (Section(T("诉求", en="Case"), fields),)
        return (
            [Form("small", T("表单", en="Form"), sections, "topic", "text", "name")]
            if group == "small"
            else []
        )

    @hookimpl
    def duijie_departments(self, group: str) -> list[Department]:
        keys = ("power", "housing", "civil") if group == "small" else ()
        return [Department(key, T(f"{key}局", en=f"{key} bureau"), "路灯", (TOPIC,)) for key in keys]

    @hookimpl
    def duijie_follow_up_rules(self, group: str) -> list[Rule]:
        return self.rules if group == "small" else []

    @hookimpl
    def duijie_notifiers(self) -> list[Notifier]:
        return self.notifiers


def open_small(
    folder: Path, url: str, rules: Iterable[Rule] = (), notifiers: Iterable[Notifier] = (), **settings: Any
) -> Office:
    """Another process's office on the database of `small_office`; close it yourself."""
    group = ("small", SmallGroup(rules, notifiers))
    return open_office(replace(small_settings(folder, url), **settings), [group])


@contextmanager
def small_office(
    folder: Path, url: str, rules: Iterable[Rule] = (), notifiers: Iterable[Notifier] = (), **settings: Any
) -> Iterator[Office]:
    """An office with the small group only: an area, a coordinator, a representative and a head of power."""
    office = open_small(folder, url, rules, notifiers, **settings)
    try:
        assert not office.plugins.faults
        fill(office)
        yield office
    finally:
        office.database.close()


def fill(office: Office) -> None:
    """The tables and people of a small office, where there is nothing yet."""
    kept.migrate(office.database)
    kept.once(office, _fill)


def _fill(work: Work) -> None:
    calendars.seed(work)
    rosters.seed(work)
    area = Area(key="town", name=T("镇", en="Town"), kind="urban")
    work.session.add(area)
    work.session.flush()
    power = department(work, "power")
    person(work, "coordinator", Role.COORDINATOR, area_id=area.id)
    person(work, "administrator", Role.AREA_ADMIN, area_id=area.id)
    rosters.seat(
        work, power, person(work, "rep", Role.REPRESENTATIVE, department_id=power).id, "representative"
    )
    rosters.seat(work, power, person(work, "head", Role.REPRESENTATIVE, department_id=power).id, "head")


def department(work: Work, key: str) -> int:
    """The id of a department."""
    return work.session.scalars(select(DepartmentRow.id).where(DepartmentRow.key == key)).one()


def person(work: Work, login: str, role: Role, **of: int) -> User:
    """An account with one role."""
    user = User(
        login=login,
        name=T(f"{login}同志", en=login),
        email=f"{login}@example.test",
        password_hash="x",
        created_at=work.now,
    )
    work.session.add(user)
    work.session.flush()
    accounts.grant(work, user, role, **of)
    return user


def actor(office: Office, login: str) -> Actor:
    """Somebody as an actor."""
    with office.read(SYSTEM) as work:
        return accounts.actor_of(work, work.session.scalars(select(User).where(User.login == login)).one())


def assigned_case(
    work: Work, due_on: date, number: str = "S-1", lead: str = "power", **columns: object
) -> Case:
    """A case that was assigned to ``lead`` this moment."""
    area = work.session.scalars(select(Area.id).where(Area.key == "town")).first()  # or as ``columns`` say
    values: dict[str, object] = {
        "number": number, "group_key": "small", "area_id": area, "stay_since": work.now, "topic": TOPIC,
        "title": "路灯不亮", "text": "三盏路灯不亮", "requester": "王大爷", "contact": "王大爷",
        "mobile": "13800000000", "email": "wang@example.test",
        "tracking_hash": sha256(number.encode()).hexdigest(), "received_at": work.now,
        "expected_on": due_on, "due_on": due_on,
    }  # fmt: skip
    case = Case(**values | columns)
    work.session.add(case)
    work.session.flush()
    given = Assignment(
        case_id=case.id,
        department_id=department(work, lead),
        role=AssignmentRole.LEAD,
        due_on=due_on,
        assigned_at=work.now,
    )
    work.session.add(given)
    moves.move(work, case, CaseState.ASSIGNED, "case.assigned", lead=lead, co="", due=due_on.isoformat())
    return case


def promise(work: Work, case: Case, days: int, by: str = "power") -> Commitment:
    """A promise made today; the caller syncs."""
    made = Commitment(
        case_id=case.id,
        department_id=department(work, by),
        text="换灯泡",
        made_on=work.today,
        by="rep",
        working_days=days,
        due_on=work.calendar.add(work.today, days).day,
    )
    work.session.add(made)
    work.session.flush()
    return made


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be ``moment``; time stands still."""
    with time_machine.travel(moment, tick=False):
        yield
