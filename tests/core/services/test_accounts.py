"""Signing in and out: who is believed, until when, and what a wrong password costs."""

from datetime import timedelta

import pytest
from town import PASSWORD, Town

from duijie.domain.errors import Invalid, Refused
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.text import T
from duijie.services import accounts
from duijie.services.accounts import LOCK_AFTER
from duijie.services.work import Work
from duijie.storage.models import Area, Event, User

pytestmark = pytest.mark.both_databases


def by_login(work: Work, login: str) -> User:
    return work.session.query(User).filter_by(login=login).one()


def test_the_right_password_opens_a_session_that_signing_out_ends(town: Town) -> None:
    with town.office.write(SYSTEM) as work:
        token = accounts.sign_in(work, " Coordinator ", PASSWORD)
        assert token
    with town.office.write(SYSTEM) as work:
        known = accounts.session_of(work, token)
        assert known
        assert known.user.login == "coordinator"
        assert known.actor.has(Role.COORDINATOR)
        accounts.sign_out(work, token)
    with town.office.read(SYSTEM) as work:
        assert accounts.session_of(work, token) is None


def test_the_cookie_value_is_not_in_the_database(town: Town) -> None:
    with town.office.write(SYSTEM) as work:
        token = accounts.sign_in(work, "coordinator", PASSWORD) or ""
        work.session.flush()
        rows = work.session.connection().exec_driver_sql("SELECT token_hash FROM web_session").all()
    assert len(rows) == 1
    assert token not in rows[0][0]


@pytest.mark.parametrize("login", ["coordinator", "nobody-of-that-name"])
def test_a_wrong_password_opens_nothing_and_is_written_down(town: Town, login: str) -> None:
    with town.office.write(SYSTEM) as work:
        assert accounts.sign_in(work, login, "wrong") is None
        work.session.flush()
        assert [e.kind for e in work.session.query(Event).filter(Event.kind.startswith("user.sign"))] == ["user.sign_in_failed"]


def test_five_wrong_ones_lock_the_account_for_a_while_and_not_for_ever(lite_town: Town) -> None:
    for _ in range(LOCK_AFTER):
        with lite_town.office.write(SYSTEM) as work:
            accounts.sign_in(work, "coordinator", "wrong")
    with lite_town.office.write(SYSTEM) as work:
        assert accounts.sign_in(work, "coordinator", PASSWORD) is None
    with lite_town.office.write(SYSTEM) as work:
        work.now += accounts.LOCK_FOR + timedelta(seconds=1)
        assert accounts.sign_in(work, "coordinator", PASSWORD)


@pytest.mark.parametrize("later", [timedelta(minutes=31), timedelta(hours=13)])
def test_a_session_ends_by_itself(lite_town: Town, later: timedelta) -> None:
    with lite_town.office.write(SYSTEM) as work:
        token = accounts.sign_in(work, "coordinator", PASSWORD) or ""
    with lite_town.office.read(SYSTEM) as work:
        work.now += later
        assert accounts.session_of(work, token) is None


def test_an_account_taken_out_of_use_is_out_at_once(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        token = accounts.sign_in(work, "coordinator", PASSWORD) or ""
        by_login(work, "coordinator").active = False
    with lite_town.office.read(SYSTEM) as work:
        assert accounts.session_of(work, token) is None


def test_changing_the_password_ends_the_other_sessions(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        old = accounts.sign_in(work, "coordinator", PASSWORD) or ""
        new = accounts.change_password(work, by_login(work, "coordinator").id, PASSWORD, "another long phrase")
    with lite_town.office.write(SYSTEM) as work:
        assert accounts.session_of(work, old) is None
        assert accounts.session_of(work, new)
        assert accounts.sign_in(work, "coordinator", "another long phrase")


@pytest.mark.parametrize(("old", "new", "field"), [("wrong", "another long phrase", "old"), (PASSWORD, "short", "new")])
def test_a_bad_change_says_which_field(lite_town: Town, old: str, new: str, field: str) -> None:
    with pytest.raises(Invalid) as caught, lite_town.office.write(SYSTEM) as work:
        accounts.change_password(work, by_login(work, "coordinator").id, old, new)
    assert caught.value.problems[0].field == field


def test_a_coordinator_sees_the_areas_below_their_own(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        district = work.session.query(Area).filter_by(key="district").one()
        chief = accounts.add_user(work, "chief", T("王主任", en="Ms Wang"), PASSWORD)
        accounts.grant(work, chief, Role.COORDINATOR, area_id=district.id)
        assert {lite_town.area_id, lite_town.other_area_id, district.id} == accounts.actor_of(work, chief).areas


@pytest.mark.parametrize(("role", "of"), [(Role.REPRESENTATIVE, {}), (Role.COORDINATOR, {}), (Role.AUDITOR, {"area_id": 1})])
def test_a_role_needs_what_it_is_for(lite_town: Town, role: Role, of: dict[str, int]) -> None:
    with pytest.raises(Refused), lite_town.office.write(SYSTEM) as work:
        accounts.grant(work, by_login(work, "auditor"), role, **of)
