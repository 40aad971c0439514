"""A plugin's second version declares another roster: it is shown, and written only when somebody says so."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_group import TOPIC, SmallGroup, actor, department, person
from sqlalchemy import delete, select
from town import small_settings

from duijie.api import Department, T, hookimpl
from duijie.bootstrap import open_office
from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.events import sentence
from duijie.domain.roles import SYSTEM, Role
from duijie.services import roster_updates, rosters
from duijie.services.roster_updates import Difference
from duijie.services.work import Office, Work
from duijie.storage.models import Area, Event, RosterEntry, RosterSeed

POWER = Department("power", T("供电公司", en="Power company"), "停电、增容", (TOPIC,))
HOUSING = Department("housing", T("房管局", en="Housing bureau"), "物业", (TOPIC,), seats=2)
CIVIL = Department("civil", T("民政局", en="Civil affairs"), "养老", (TOPIC,))
FIRST = (POWER, HOUSING, CIVIL)
WATER = Department("water", T("自来水公司", en="Water company"), "水压、水费", (TOPIC,))
SECOND = (replace(POWER, responsibility="停电、增容、电费", seats=3), HOUSING, WATER)

Opened = Callable[..., Office]


class Declaring(SmallGroup):
    """The small group with a roster of its own."""

    def __init__(self, roster: tuple[Department, ...]) -> None:
        super().__init__()
        self.roster = roster

    @hookimpl
    def duijie_departments(self, group: str) -> list[Department]:
        return list(self.roster) if group == "small" else []


@pytest.fixture
def opened(tmp_path: Path, migrated_file: Path) -> Iterator[Opened]:
    """Opens the database with the plugin at some version, as ``duijie init`` does."""
    shutil.copyfile(migrated_file, tmp_path / "duijie.db")
    offices = []

    def open_with(roster: tuple[Department, ...]) -> Office:
        office = open_office(small_settings(tmp_path, f"sqlite:///{tmp_path / 'duijie.db'}"), [("small", Declaring(roster))])
        offices.append(office)
        with office.write(SYSTEM) as work:
            rosters.seed(work)
        return office

    yield open_with
    for office in offices:
        office.database.close()


def differences(office: Office) -> dict[str, Difference]:
    with office.read(SYSTEM) as work:
        return {one.department: one for one in roster_updates.differences(work, "small")}


def entry(work: Work, key: str) -> RosterEntry | None:
    of = RosterEntry.department.has(key=key)
    return work.session.scalars(select(RosterEntry).where(RosterEntry.group_key == "small", of)).one_or_none()


def held(work: Work, key: str) -> RosterEntry:
    found = entry(work, key)
    assert found
    return found


def edit(office: Office, key: str, **values: object) -> None:
    with office.write(SYSTEM) as work:
        for name, value in values.items():
            setattr(held(work, key), name, value)


def test_an_upgrade_writes_nothing_and_shows_what_differs(opened: Opened) -> None:
    first = opened(FIRST)
    assert not differences(first)
    edit(first, "power", topics=[])  # the administrator's own
    second = opened(SECOND)
    found = differences(second)
    assert {key: one.kind for key, one in found.items()} == {"power": "changed", "water": "new", "civil": "gone"}
    assert found["power"].fields == (("responsibility", "停电、增容", "停电、增容、电费"), ("seats", 1, 3))
    with second.read(SYSTEM) as work:
        assert entry(work, "water") is None
        assert held(work, "civil").active
        assert (held(work, "power").responsibility, held(work, "power").seats) == ("停电、增容", 1)


def test_taking_over_and_keeping_are_decided_once_and_on_record(opened: Opened) -> None:
    opened(FIRST)
    second = opened(SECOND)
    with second.write(SYSTEM) as work:
        for key in ("power", "water", "civil"):
            roster_updates.accept(work, "small", key)
        power = held(work, "power")
        assert (power.responsibility, power.seats, power.topics) == ("停电、增容、电费", 3, [TOPIC])
        assert held(work, "water").department.name == WATER.name
        assert not held(work, "civil").active
        told = work.session.scalars(select(Event).where(Event.about_type == "roster").order_by(Event.id))
        said = [sentence(e.kind, e.data).zh for e in told]
        assert said == [f"采用插件对小组名册的更新：{name}" for name in ("供电公司", "自来水公司", "民政局")]
        with pytest.raises(NotFound):
            roster_updates.accept(work, "small", "power")
    assert not differences(opened(SECOND))


def test_what_was_kept_is_not_asked_again_until_the_plugin_says_something_new(opened: Opened) -> None:
    opened(FIRST)
    second = opened(SECOND)
    with second.write(SYSTEM) as work:
        for key in ("power", "water", "civil"):
            roster_updates.keep(work, "small", key)
        assert (held(work, "power").seats, entry(work, "water"), held(work, "civil").active) == (1, None, True)
    assert not differences(opened(SECOND))
    third = opened((replace(SECOND[0], seats=5), HOUSING, replace(WATER, seats=2), CIVIL))
    found = differences(third)
    assert found["power"].fields == (("seats", 1, 5),)  # what it says since then, not what was declined before
    assert found["water"].kind == "new"
    assert set(found) == {"power", "water"}  # civil is declared again, just as the roster has it


def test_what_the_administrator_did_already_is_no_difference(opened: Opened) -> None:
    first = opened(FIRST)
    edit(first, "power", responsibility="停电、增容、电费", seats=3)
    assert set(differences(opened(SECOND))) == {"water", "civil"}


def test_a_database_without_a_memory_takes_equal_declarations_as_known(opened: Opened) -> None:
    first = opened(FIRST)
    edit(first, "housing", seats=9)
    with first.write(SYSTEM) as work:
        work.session.execute(delete(RosterSeed))
    again = opened(FIRST)
    found = differences(again)
    assert found["housing"].fields == (("seats", 9, 2),)
    assert set(found) == {"housing"}
    with again.write(SYSTEM) as work:
        assert {row.department_key for row in work.session.scalars(select(RosterSeed))} == {"power", "civil"}


def test_only_those_who_keep_departments_decide(opened: Opened) -> None:
    opened(FIRST)
    second = opened(SECOND)
    with second.write(SYSTEM) as work:
        area = Area(key="town", name=T("镇", en="Town"), kind="urban", parent_id=None)
        above = Area(key="district", name=T("区", en="District"), kind="district")
        work.session.add_all([area, above])
        work.session.flush()
        area.parent_id = above.id
        person(work, "coordinator", Role.COORDINATOR, area_id=area.id)
        person(work, "of_town", Role.AREA_ADMIN, area_id=area.id)
        assert department(work, "power")
    for login in ("coordinator", "of_town"):
        with second.write(actor(second, login)) as work:
            for decide in (roster_updates.accept, roster_updates.keep):
                with pytest.raises(Forbidden):
                    decide(work, "small", "power")
