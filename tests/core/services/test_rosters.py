import pytest
from sqlalchemy import func, select
from town import Town

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.roles import SYSTEM
from duijie.services import rosters
from duijie.services.work import Work
from duijie.storage.models import Department, Event, RosterEntry, User


def power(work: Work) -> RosterEntry:
    of_power = RosterEntry.department.has(Department.key == "power")
    wanted = select(RosterEntry).where(RosterEntry.group_key == "enterprise", of_power)
    return work.session.scalars(wanted).one()


def user_id(work: Work, login: str) -> int:
    return work.session.scalars(select(User.id).where(User.login == login)).one()


def change(work: Work, entry: RosterEntry, **other: object) -> RosterEntry:
    values = {"responsibility": "增容", "topics": ["utilities"], "seats": 2, "observer": False}
    return rosters.change(work, entry.id, **({"active": True} | values | other))  # type: ignore[arg-type]


def test_seeding_again_leaves_what_an_administrator_changed(town: Town) -> None:
    with town.office.write(SYSTEM) as work:
        change(work, power(work), seats=7)
        before = work.session.scalar(select(func.count(RosterEntry.id)))
        rosters.seed(work)
        assert work.session.scalar(select(func.count(RosterEntry.id))) == before
        assert power(work).seats == 7


def test_a_department_of_several_groups_is_one_department(lite_town: Town) -> None:
    with lite_town.office.read(SYSTEM) as work:
        keys = [department.key for department in rosters.departments(work)]
        assert len(keys) == len(set(keys))
        of_power = RosterEntry.department_id == power(work).department_id
        groups = select(func.count(RosterEntry.id)).where(of_power)
        assert (work.session.scalar(groups) or 0) > 1


def test_a_seat_is_changed_and_the_history_knows(town: Town) -> None:
    with town.office.write(town.actor("district_admin")) as work:
        entry = change(work, power(work), responsibility="  停电、增容\r\n电费 ", observer=True)
        assert (entry.responsibility, entry.topics) == ("停电、增容\n电费", ["utilities"])
        assert (entry.seats, entry.observer) == (2, True)
        assert work.session.scalar(select(Event.about_id).where(Event.kind == "roster.changed")) == entry.id


def test_topics_are_the_groups_own_and_in_its_order(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        entry = change(work, power(work), topics=["utilities", "moonlight", "labor", "labor"])
        assert entry.topics == ["labor", "utilities"]


@pytest.mark.parametrize("seats", [0, 51])
def test_the_number_of_representatives_is_kept_within_reason(lite_town: Town, seats: int) -> None:
    with lite_town.office.write(SYSTEM) as work, pytest.raises(Invalid) as refused:
        change(work, power(work), seats=seats)
    assert refused.value.problems[0].field == "seats"


def test_a_seat_out_of_use_leaves_the_roster_but_not_the_administrators_list(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        entry = change(work, power(work), active=False)
        work.session.flush()
        assert entry not in rosters.entries_of(work, "enterprise")
        assert rosters.whole_of(work, "enterprise")[-1] is entry


def test_people_of_the_department_are_put_in_once_and_taken_out(town: Town) -> None:
    with town.office.write(town.actor("system_admin")) as work:
        entry, rep = power(work), user_id(work, "rep_power")
        assert [user.login for user in rosters.colleagues(work, entry)] == ["head_power", "rep_power"]
        for _ in range(2):
            rosters.put(work, entry.id, rep, "alternate")
        work.session.flush()
        seat = next(seat for seat in entry.people if seat.part == "alternate")
        assert [s.part for s in entry.people if s.user_id == rep] == ["representative", "alternate"]
        assert rosters.take_out(work, seat.id) == entry.id
    with town.office.read(SYSTEM) as work:
        assert [s.part for s in power(work).people if s.user_id == rep] == ["representative"]


def test_nobody_of_another_department_is_put_in(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        entry = power(work)
        for login in ("rep_hr", "coordinator"):
            with pytest.raises(Invalid):
                rosters.put(work, entry.id, user_id(work, login), "representative")
        with pytest.raises(Invalid):
            rosters.put(work, entry.id, user_id(work, "rep_power"), "emperor")


@pytest.mark.parametrize("login", ["coordinator", "auditor", "rep_power"])
def test_only_administrators_change_the_roster(lite_town: Town, login: str) -> None:
    with lite_town.office.write(lite_town.actor(login)) as work:
        entry = power(work)
        with pytest.raises(Forbidden):
            change(work, entry)
        with pytest.raises(Forbidden):
            rosters.put(work, entry.id, user_id(work, "rep_power"), "alternate")
        with pytest.raises(Forbidden):
            rosters.take_out(work, entry.people[0].id)


def test_what_is_not_there_is_said_so(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        with pytest.raises(NotFound):
            rosters.entry(work, 9999)
        with pytest.raises(NotFound):
            rosters.take_out(work, 9999)
