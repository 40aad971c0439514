import pytest
from sqlalchemy import select
from town import PASSWORD, Town

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from duijie.domain.events import sentence
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.text import T
from duijie.services import accounts, administration, rosters
from duijie.services.work import Work
from duijie.storage.models import Area, Event, Grant, User, WebSession

ZHANG = T("张三", en="Zhang San")


def the(work: Work, login: str) -> User:
    return work.session.scalars(select(User).where(User.login == login)).one()


def told(work: Work, kind: str) -> list[str]:
    events = work.session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id))
    return [sentence(event.kind, event.data).zh for event in events]


def test_a_new_account_signs_in_with_the_password_that_is_shown_once(town: Town) -> None:
    with town.office.write(town.actor("area_admin")) as work:
        added, password = administration.add(work, " ZhangSan ", ZHANG, "zhang@example.test", "13800000001")
        assert (added.login, added.name) == ("zhangsan", ZHANG)
        assert password not in added.password_hash
    with town.office.write(SYSTEM) as work:
        assert accounts.sign_in(work, "zhangsan", password)
        assert all(password not in str(event.data) for event in work.session.scalars(select(Event)))


@pytest.mark.parametrize(
    ("login", "name", "email", "field"),
    [
        ("", ZHANG, "", "login"),
        ("coordinator", ZHANG, "", "login"),
        ("zhang", T(" ", en="x"), "", "name_zh"),
        ("zhang", ZHANG, "zhang", "email"),
        ("zhang", ZHANG, "a b@example.test", "email"),
    ],
)
def test_what_is_wrong_with_an_account_is_said_at_its_field(
    lite_town: Town, login: str, name: T, email: str, field: str
) -> None:
    with lite_town.office.write(SYSTEM) as work, pytest.raises(Invalid) as refused:
        administration.add(work, login, name, email)
    assert refused.value.problems[0].field == field


def test_accounts_are_found_by_either_name_sign_in_name_phone_or_address(town: Town) -> None:
    with town.office.write(SYSTEM) as work:
        administration.add(work, "zhangsan", ZHANG, "zs@example.test", "139")
        for text in ("张三", "zhang s", "ZHANGSAN", "zs@", "139"):
            assert [user.login for user in administration.users(work, text)[0]] == ["zhangsan"]
        for text in ("zh\"", "%", "_%_"):
            assert not administration.users(work, text)[0]


def test_long_lists_come_in_pages(lite_town: Town) -> None:
    with lite_town.office.read(SYSTEM) as work:
        total = administration.count(work)
        seen: list[str] = []
        for number in range(1, administration.users(work)[1] + 1):
            seen += [user.login for user in administration.users(work, page=number)[0]]
    assert total > administration.PAGE
    assert len(seen) == len(set(seen)) == total


def test_an_area_administrator_sees_no_account_above_or_beside_them(town: Town) -> None:
    with town.office.read(town.actor("area_admin")) as work:
        for login in ("system_admin", "auditor", "area_admin", "other_coordinator", "rep_power", "head_water"):
            assert not administration.users(work, login)[0]
            with pytest.raises(NotFound):
                administration.user(work, the(work, login).id)
        assert [user.login for user in administration.users(work, "coordinator")[0]] == ["coordinator"]


def test_representatives_are_kept_by_those_who_administer_every_area(town: Town) -> None:
    with town.office.write(town.actor("district_admin")) as work:
        record = the(work, "rep_power")
        assert administration.reset_password(work, record.id)
        administration.give(work, record.id, Role.REPRESENTATIVE, None, town.department_id("water"))
    with town.office.write(SYSTEM) as work:  # a second top of the tree, which is not theirs
        work.session.add(Area(key="island", name=ZHANG, kind="district"))
        work.session.flush()
        actor = accounts.actor_of(work, the(work, "district_admin"))
    with town.office.write(actor) as work, pytest.raises(NotFound):
        administration.reset_password(work, record.id)


def test_a_new_account_is_nobody_elses_before_it_has_a_role(town: Town) -> None:
    with town.office.write(town.actor("district_admin")) as work:
        added, _ = administration.add(work, "zhangsan", ZHANG)
    with town.office.write(town.actor("area_admin")) as work, pytest.raises(NotFound):
        administration.reset_password(work, added.id)
    with town.office.write(town.actor("area_admin")) as work:
        own, _ = administration.add(work, "lisi", ZHANG)
        assert administration.reset_password(work, own.id)


def test_only_administrators_see_accounts(lite_town: Town) -> None:
    for login in ("coordinator", "auditor", "rep_power"):
        with lite_town.office.write(lite_town.actor(login)) as work:
            assert administration.users(work) == ([], 1)
            assert administration.givable(work) == ()
            with pytest.raises(Forbidden):
                administration.add(work, "zhangsan", ZHANG)
            with pytest.raises(NotFound):
                administration.reset_password(work, the(work, "rep_power").id)


def test_the_history_says_what_was_changed(lite_town: Town) -> None:
    with lite_town.office.write(lite_town.actor("district_admin")) as work:
        record = the(work, "rep_power")
        administration.change(
            work, record.id, record.version, name=ZHANG, email=record.email, phone="139", active=True
        )
        administration.change(work, record.id, None, name=ZHANG, email=record.email, phone="139", active=True)
        assert told(work, "user.changed") == ["修改账号 rep_power：姓名、电话"]


def test_an_older_page_does_not_overwrite_a_newer_change(town: Town) -> None:
    with town.office.write(SYSTEM) as work:
        record = the(work, "rep_power")
        old = record.version
        administration.change(work, record.id, old, name=ZHANG, email="", phone="", active=True)
    with town.office.write(SYSTEM) as work, pytest.raises(Conflict):
        administration.change(work, record.id, old, name=T.same("李四"), email="", phone="", active=True)


def test_an_account_out_of_use_is_signed_out_and_stays_out(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        assert accounts.sign_in(work, "rep_power", PASSWORD)
    with lite_town.office.write(SYSTEM) as work:
        record = the(work, "rep_power")
        administration.change(work, record.id, None, name=record.name, email="", phone="", active=False)
        assert not work.session.scalars(select(WebSession).where(WebSession.user_id == record.id)).all()
        assert accounts.sign_in(work, "rep_power", PASSWORD) is None


def test_a_locked_account_is_opened_again(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        for _ in range(5):
            accounts.sign_in(work, "rep_power", "wrong")
        assert accounts.sign_in(work, "rep_power", PASSWORD) is None
        administration.unlock(work, the(work, "rep_power").id)
        assert accounts.sign_in(work, "rep_power", PASSWORD)


def test_a_reset_password_ends_sessions_and_locks(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        token = accounts.sign_in(work, "rep_power", PASSWORD) or ""
    with lite_town.office.write(SYSTEM) as work:
        password = administration.reset_password(work, the(work, "rep_power").id)
        assert accounts.session_of(work, token) is None
        assert accounts.sign_in(work, "rep_power", PASSWORD) is None
        assert accounts.sign_in(work, "rep_power", password)


def test_roles_are_given_once_and_taken(town: Town) -> None:
    with town.office.write(town.actor("area_admin")) as work:
        added, _ = administration.add(work, "zhangsan", ZHANG)
        for _ in range(2):
            administration.give(work, added.id, Role.COORDINATOR, town.area_id, None)
        held = work.session.scalars(select(Grant).where(Grant.user_id == added.id)).one()
        assert told(work, "user.role_added") == ["授予账号 zhangsan：协调员（大港工业社区）"]
        assert administration.take(work, held.id) == added.id
        assert told(work, "user.role_removed") == ["收回账号 zhangsan：协调员（大港工业社区）"]
    with town.office.read(SYSTEM) as work:
        assert not work.session.scalars(select(Grant).where(Grant.user_id == added.id)).all()


def test_an_area_administrator_gives_nothing_beyond_their_areas(lite_town: Town) -> None:
    with lite_town.office.write(lite_town.actor("area_admin")) as work:
        added, _ = administration.add(work, "zhangsan", ZHANG)
        forbidden = (
            (Role.COORDINATOR, lite_town.other_area_id),
            (Role.AREA_ADMIN, lite_town.area_id),
            (Role.SYSTEM_ADMIN, None),
            (Role.AUDITOR, None),
            (Role.REPRESENTATIVE, None),
        )
        for role, area_id in forbidden:
            with pytest.raises(Forbidden):
                administration.give(work, added.id, role, area_id, None)
        with pytest.raises(Invalid):
            administration.give(work, added.id, Role.COORDINATOR, None, None)
        theirs = work.session.scalars(select(Grant).join(User).where(User.login == "other_coordinator")).one()
        with pytest.raises(NotFound):
            administration.take(work, theirs.id)
        assert administration.users(work, "zhangsan")[0]


def test_nobody_changes_their_own_roles_or_closes_their_own_account(lite_town: Town) -> None:
    actor = lite_town.actor("system_admin")
    with lite_town.office.write(actor) as work:
        own = the(work, "system_admin")
        with pytest.raises(Refused):
            administration.give(work, own.id, Role.COORDINATOR, lite_town.area_id, None)
        with pytest.raises(Refused):
            administration.take(work, own.grants[0].id)
        with pytest.raises(Refused):
            administration.change(work, own.id, None, name=own.name, email="", phone="", active=False)
        administration.change(work, own.id, None, name=ZHANG, email="", phone="", active=True)


def test_a_role_reads_with_the_place_where_it_holds(lite_town: Town) -> None:
    with lite_town.office.read(SYSTEM) as work:
        department = next(d for d in rosters.departments(work) if d.key == "power")
        words = administration.role_words(work, Role.REPRESENTATIVE, None, department.id)
        assert words == T(f"部门代表（{department.name.zh}）", en=f"Representative ({department.name.en})")
        assert administration.role_words(work, Role.AUDITOR, None, None) == Role.AUDITOR.label
