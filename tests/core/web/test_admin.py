"""The pages of those who run duijie, through the browser's eyes: with its cookie, its tokens, its links."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from town import PASSWORD, Town, small_settings
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import heartbeat, reminders
from duijie.storage.models import (
    Area,
    CalendarDay,
    CalendarYear,
    Department,
    Event,
    Grant,
    Meeting,
    Reminder,
    RosterEntry,
    User,
)

PAGES = {
    "system_admin": {"", "areas", "accounts", "roster", "suggestions", "rules", "calendar", "plugins", "channels"},
    "district_admin": {"", "areas", "accounts", "roster", "suggestions", "rules", "calendar", "channels", "reminders",
                       "replies", "doubtful"},
    "area_admin": {"", "areas", "accounts", "channels", "reminders", "replies", "doubtful"},
    "coordinator": {"reminders", "replies", "doubtful"},
    "auditor": {"history"},
    "rep_power": set[str](),
}
EVERY = sorted(set[str]().union(*PAGES.values()))


@dataclass
class Visitor:
    """Somebody at a browser without JavaScript."""

    client: FlaskClient
    town: Town

    def see(self, path: str, status: int = 200) -> str:
        response = self.client.get(f"/admin/{path}")
        assert response.status_code == status, response.text
        return response.text

    def send(self, page: str, path: str, **form: object) -> TestResponse:
        """Send a form of ``page`` to ``path`` with the page's token."""
        token = re.search(r'name="csrf_token" value="([^"]*)"', self.see(page))
        assert token
        return self.client.post(f"/admin/{path}", data={"csrf_token": unescape(token[1]), **form})


Enter = Callable[[str], Visitor]


@pytest.fixture
def enter(lite_town: Town, tmp_path: Path) -> Enter:
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)

    def sign_in(login: str) -> Visitor:
        client = app.test_client()
        page = client.get("/account/sign-in?lang=zh").text
        token = re.search(r'name="csrf_token" value="([^"]*)"', page)
        assert token
        form = {"login": login, "password": PASSWORD, "csrf_token": unescape(token[1])}
        assert client.post("/account/sign-in", data=form).status_code == 302
        return Visitor(client, lite_town)

    return sign_in


def user_id(town: Town, login: str) -> int:
    with town.office.read(SYSTEM) as work:
        return work.session.scalars(select(User.id).where(User.login == login)).one()


def power_entry(town: Town) -> int:
    with town.office.read(SYSTEM) as work:
        of_power = RosterEntry.department.has(Department.key == "power")
        wanted = select(RosterEntry.id).where(RosterEntry.group_key == "enterprise", of_power)
        return work.session.scalars(wanted).one()


def mailed(town: Town, area_id: int, state: str = "doubtful") -> int:
    """A mail about a meeting of an area."""
    with town.office.write(SYSTEM) as work:
        number = f"DJ-{area_id}"
        meeting = Meeting(
            number=number, group_key="enterprise", area_id=area_id, title="对接会", place="会议室",
            uid=number, starts_at=work.now, slot_minutes=15, slots=8, created_at=work.now,
        )  # fmt: skip
        work.session.add(meeting)
        work.session.flush()
        new = reminders.NewReminder(
            kind="meeting.day_before", about_type="meeting", about_id=meeting.id, revision="1",
            to=reminders.Recipient("王五", email="wang@example.test"), due_at=work.now + timedelta(hours=1),
            subject=T(f"明天对接会 {number}", en=f"Meeting tomorrow {number}"), body=T.same("…"),
            why=T("因为：您代表供电公司出席", en="Because you represent the power company"),
        )  # fmt: skip
        assert reminders.plan(work, new) == 1
        mail = work.session.scalars(select(Reminder).order_by(Reminder.id.desc())).first()
        assert mail
        mail.state = state
        return mail.id


def state_of(town: Town, reminder_id: int) -> str:
    with town.office.read(SYSTEM) as work:
        return work.session.get_one(Reminder, reminder_id).state


@pytest.mark.parametrize("login", PAGES)
def test_each_role_opens_its_own_pages_and_sees_no_tab_of_another(enter: Enter, login: str) -> None:
    visitor = enter(login)
    for path in EVERY:
        html = visitor.see(path, 200 if path in PAGES[login] else 403)
        if path in PAGES[login] and len(PAGES[login]) > 1:
            tabs = re.search(r'<nav class="tabs.*?</nav>', html, re.DOTALL)
            assert tabs
            assert set(re.findall(r'href="/admin/([a-z]*)"', tabs[0])) == PAGES[login]
            assert tabs[0].count("aria-current") == 1


@pytest.mark.parametrize("login", ["system_admin", "area_admin", "auditor"])
def test_english_pages_have_no_chinese_left(enter: Enter, login: str) -> None:
    visitor = enter(login)
    of_system = {"areas/1", "areas/1/plugins", "accounts/new", "accounts/1", "calendar?year=2027", "faults",
                 "plugins/rural_advisors", "plugins/duijie-mail"}  # fmt: skip
    more = of_system if login == "system_admin" else set[str]()
    for path in PAGES[login] | more:
        html = visitor.see(f"{path}{'&' if '?' in path else '?'}lang=en")
        text = re.sub(r"<a[^>]*>中文</a>|name=\"name_zh\"[^>]*>|name=\"name_zh\" value=\"[^\"]*\"", "", html)
        assert not re.findall(r"[\u4e00-\u9fff]+", text), path


def test_the_first_page_says_plainly_what_stands_still(enter: Enter, lite_town: Town) -> None:
    visitor = enter("system_admin")
    assert "调度没有运行" in visitor.see("")
    with lite_town.office.write(SYSTEM) as work:
        heartbeat.beat(work)
        work.session.execute(CalendarYear.__table__.delete())  # type: ignore[attr-defined]
        year = work.today.year
    html = visitor.see("")
    assert "运行中" in html
    assert f"{year}、{year + 1} 年放假安排尚未公布" in html


def test_an_area_administrator_finds_only_their_own_areas(enter: Enter, lite_town: Town) -> None:
    visitor = enter("area_admin")
    html = visitor.see("areas")
    assert "大港工业社区" in html
    assert "西港村" not in html
    assert "新增片区" not in html
    visitor.see(f"areas/{lite_town.other_area_id}", 404)
    own = f"areas/{lite_town.area_id}"
    assert "停用片区" not in visitor.see(own)
    assert visitor.send(own, own, name_zh="大港园区", name_en="Dagang Park").status_code == 302
    assert visitor.send(own, own, name_zh="大港园区", active="0").status_code == 403
    other = visitor.send(own, f"areas/{lite_town.other_area_id}", name_zh="占领")
    assert other.status_code == 404
    assert visitor.send(own, "areas", key="x", name_zh="x", kind="district").status_code == 403
    with lite_town.office.read(SYSTEM) as work:
        area = work.session.get_one(Area, lite_town.area_id)
        assert (area.name, area.active) == (T("大港园区", en="Dagang Park"), True)


def test_a_new_area_has_its_filing_pages_and_posters(enter: Enter) -> None:
    visitor = enter("system_admin")
    named = {"kind_key": "urban", "kind_name_zh": "城市社区", "kind_name_en": "Urban"}
    kind = visitor.send("areas", "areas/kinds", **named)
    assert kind.status_code == 302
    wrong = visitor.send("areas", "areas", key="Wang Hai", name_zh="望海社区", kind="urban", parent_id="1")
    assert wrong.status_code == 422
    assert 'value="望海社区"' in wrong.text
    assert 'id="e-key"' in wrong.text
    added = visitor.send("areas", "areas", key="wanghai", name_zh="望海社区", kind="urban", parent_id="1")
    assert added.status_code == 302
    html = visitor.client.get(added.location).text
    assert "城市社区" in html
    for group in ("enterprise", "community", "rural"):
        assert f'href="/file/{group}/wanghai"' in html
        assert f'href="/file/{group}/wanghai/poster"' in html
    path = added.location.removeprefix("/admin/")
    assert visitor.send(path, path, name_zh="望海社区", active="0").status_code == 302
    assert "已停用" in visitor.see("areas")
    assert "不再接收新的诉求" in visitor.see(path)


def test_a_new_account_shows_its_password_once_and_signs_in(enter: Enter, lite_town: Town) -> None:
    visitor = enter("district_admin")
    form = {"name_zh": "张三", "name_en": "Zhang San", "email": "zs@example.test", "phone": "138"}
    wrong = visitor.send("accounts/new", "accounts/new", login="coordinator", **form)
    assert wrong.status_code == 422
    assert 'value="zs@example.test"' in wrong.text
    added = visitor.send("accounts/new", "accounts/new", login="zhangsan", **form)
    assert (added.status_code, added.headers["Cache-Control"]) == (200, "no-store")
    password = re.findall(r'<code class="figure">([^<]+)</code>', added.text)[0]
    path = f"accounts/{user_id(lite_town, 'zhangsan')}"
    assert password not in visitor.see(path)
    department = lite_town.department_id("power")
    given = visitor.send(path, f"{path}/roles", role=f"representative:{department}")
    assert given.status_code == 302
    assert "部门代表（供电公司）" in visitor.see("accounts?q=张三")
    newcomer = visitor.client.application.test_client()
    token = re.search(r'name="csrf_token" value="([^"]*)"', newcomer.get("/account/sign-in").text)
    assert token
    signed = newcomer.post(
        "/account/sign-in", data={"login": "zhangsan", "password": password, "csrf_token": unescape(token[1])}
    )
    assert signed.status_code == 302


def test_an_area_administrator_reaches_no_account_or_role_beyond(enter: Enter, lite_town: Town) -> None:
    visitor = enter("area_admin")
    own = f"accounts/{user_id(lite_town, 'coordinator')}"
    html = visitor.see(own)
    assert "系统管理员" not in html
    assert "西港村" not in html
    for login in ("system_admin", "auditor", "other_coordinator", "area_admin", "rep_power", "head_power"):
        path = f"accounts/{user_id(lite_town, login)}"
        visitor.see(path, 404)
        for action in ("", "/unlock", "/password", "/roles"):
            assert visitor.send(own, path + action, name_zh="x", role="auditor").status_code in (403, 404)
    other, own_area = lite_town.other_area_id, lite_town.area_id
    department = f"representative:{lite_town.department_id('power')}"
    for role in ("system_admin", "auditor", f"coordinator:{other}", f"area_admin:{own_area}", department):
        assert visitor.send(own, f"{own}/roles", role=role).status_code == 403
    assert visitor.send(own, f"{own}/roles", role="emperor:1").status_code == 422
    with lite_town.office.read(SYSTEM) as work:
        held = select(Grant.role).join(User).where(User.login == "coordinator")
        assert list(work.session.scalars(held)) == ["coordinator"]


def test_an_account_is_changed_unlocked_reset_and_closed(enter: Enter, lite_town: Town) -> None:
    visitor = enter("system_admin")
    number = user_id(lite_town, "rep_power")
    path = f"accounts/{number}"
    with lite_town.office.write(SYSTEM) as work:
        work.session.get_one(User, number).locked_until = work.now + timedelta(minutes=9)
    assert "解锁" in visitor.see(path)
    assert visitor.send(path, f"{path}/unlock").status_code == 302
    assert "/unlock" not in visitor.see(path)
    version = re.findall(r'name="version" value="(\d+)"', visitor.see(path))[0]
    details = {"name_zh": "李四", "name_en": "Li Si", "version": version}
    assert visitor.send(path, path, **details).status_code == 302
    stale = visitor.send(path, path, **(details | {"name_zh": "王五"}))
    assert stale.status_code == 409
    assert 'value="王五"' in stale.text
    reset = visitor.send(path, f"{path}/password")
    assert re.search(r'<code class="figure">[a-z2-9-]{14}</code>', reset.text)
    assert visitor.send(path, path, name_zh="李四", name_en="Li Si", active="0").status_code == 302
    assert "已停用" in visitor.see(path)
    own = f"accounts/{user_id(lite_town, 'system_admin')}"
    assert "停用账号" not in visitor.see(own)
    assert visitor.send(own, own, name_zh="x", active="0").status_code == 409


def test_what_belongs_to_departments_is_not_an_areas_to_change(enter: Enter, lite_town: Town) -> None:
    visitor = enter("area_admin")
    entry = f"roster/{power_entry(lite_town)}"
    visitor.see(entry, 403)
    for path in (entry, f"{entry}/people", f"{entry}/people/1/remove", "calendar/days", "calendar/remove", "calendar/publish"):
        assert visitor.send("", path, seats="9", active="1", year="2027").status_code == 403
    for page in ("", "areas", "accounts"):
        assert "/admin/roster" not in visitor.see(page)


def test_an_account_without_a_role_may_still_sign_out_and_change_its_password(
    enter: Enter, lite_town: Town
) -> None:
    with lite_town.office.write(SYSTEM) as work:
        work.session.execute(Grant.__table__.delete())  # type: ignore[attr-defined]
    visitor = enter("rep_power")
    page = visitor.client.get("/account/password")
    assert page.status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    assert token
    assert visitor.client.post("/account/sign-out", data={"csrf_token": unescape(token[1])}).status_code == 302


def test_a_role_is_taken_away(enter: Enter, lite_town: Town) -> None:
    visitor = enter("area_admin")
    number = user_id(lite_town, "coordinator")
    with lite_town.office.read(SYSTEM) as work:
        grant = work.session.scalars(select(Grant.id).where(Grant.user_id == number)).one()
    path = f"accounts/{number}"
    assert visitor.send(path, f"{path}/roles/{grant}/take").status_code == 302
    assert "还没有角色" in visitor.see(path)


def test_the_roster_is_changed_and_wrong_entries_keep_what_was_typed(enter: Enter, lite_town: Town) -> None:
    visitor = enter("district_admin")
    path = f"roster/{power_entry(lite_town)}"
    assert "供电公司" in visitor.see("roster?group=enterprise")
    visitor.see("roster?group=moon", 404)
    wrong = visitor.send(path, path, responsibility="增容与停电", topics=["labor"], seats="0", active="1")
    assert wrong.status_code == 422
    assert "增容与停电</textarea>" in wrong.text
    form = {"responsibility": "增容与停电", "topics": ["utilities"], "seats": "3", "observer": "1"}
    saved = visitor.send(path, path, **form)
    assert saved.status_code == 302
    listed = visitor.see("roster?group=enterprise")
    assert "职责说明偏短（5 字）" in listed.replace("，建议不少于 120 字", "")
    with lite_town.office.read(SYSTEM) as work:
        entry = work.session.get_one(RosterEntry, power_entry(lite_town))
        assert (entry.topics, entry.seats, entry.observer, entry.active) == (["utilities"], 3, True, False)


def test_people_of_the_department_sit_in_the_roster(enter: Enter, lite_town: Town) -> None:
    visitor = enter("system_admin")
    path = f"roster/{power_entry(lite_town)}"
    rep = user_id(lite_town, "rep_power")
    assert visitor.send(path, f"{path}/people", user_id=rep, part="alternate").status_code == 302
    seats = re.findall(r"/people/(\d+)/remove", visitor.see(path))
    assert len(seats) == 3
    stranger = visitor.send(path, f"{path}/people", user_id=user_id(lite_town, "rep_hr"), part="head")
    assert stranger.status_code == 422
    assert visitor.send(path, f"{path}/people/{seats[-1]}/remove").status_code == 302
    assert len(re.findall(r"/people/(\d+)/remove", visitor.see(path))) == 2


def test_the_calendar_counts_out_loud_over_a_holiday(enter: Enter) -> None:
    html = enter("district_admin").see("calendar?year=2026&from=2026-09-28&days=6")
    assert re.search(r"第 6 个工作日是 <strong>10月12日 周一</strong>", html)
    steps = re.findall(r'<td class="nowrap">([^<]+)</td><td>([^<]+)</td><td class="num">([^<]+)</td>', html)
    assert ("10月1日 周四", "节假日：国庆节", "不计") in steps
    assert ("10月10日 周六", "调休上班：国庆节", "5") in steps


@pytest.mark.parametrize("asked", ["from=2026-09-28&days=9999", "from=1999-01-01&days=5", "from=soon&days=5"])
def test_a_count_beyond_the_calendar_is_explained(enter: Enter, asked: str) -> None:
    assert "不超过 260" in enter("district_admin").see(f"calendar?{asked}")


def test_days_are_entered_removed_and_a_year_published(enter: Enter, lite_town: Town) -> None:
    visitor = enter("district_admin")
    with lite_town.office.read(SYSTEM) as work:
        years = set(work.session.scalars(select(CalendarYear.year)))
        year = next(y for y in range(work.today.year, work.today.year + 3) if y not in years)
    page = f"calendar?year={year}"
    assert f"{year} 年放假安排尚未公布" in visitor.see(page)
    form = {"first": f"{year}-05-01", "last": f"{year}-05-03", "kind": "holiday", "name_zh": "劳动节"}
    assert visitor.send(page, "calendar/days", **(form | {"last": f"{year}-04-01"})).status_code == 422
    assert visitor.send(page, "calendar/days", **(form | {"kind": "moon"})).status_code == 422
    assert visitor.send(page, "calendar/days", **(form | {"first": ""})).status_code == 422
    far = visitor.send(page, "calendar/days", **(form | {"first": "2099-05-01", "last": ""}))
    assert far.status_code == 409
    assert visitor.send(page, "calendar/days", **form).status_code == 302
    assert visitor.see(page).count("劳动节") >= 3
    assert visitor.send(page, "calendar/remove", day=f"{year}-05-03").status_code == 302
    assert visitor.send(page, "calendar/publish", year=year).status_code == 302
    assert "尚未公布" not in visitor.see(page)
    with lite_town.office.read(SYSTEM) as work:
        days = work.session.scalars(select(CalendarDay.day).where(CalendarDay.source == "edited"))
        assert [day.day for day in days] == [1, 2]


def test_the_auditor_reads_filters_and_exports(enter: Enter, lite_town: Town) -> None:
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        work.record("area.changed", "area", lite_town.area_id, name=T("<i>大港</i>", en="Dagang"))
    visitor = enter("auditor")
    html = visitor.see("history?kind=area.&actor=coord")
    assert "修改片区 &lt;i&gt;大港&lt;/i&gt;" in html
    assert "没有符合条件的记录" in visitor.see("history?since=2099-01-01")
    assert "修改片区 &lt;i&gt;" in visitor.see("history?since=nonsense&page=-3")
    sent = visitor.send("history", "history/export", kind="area.", actor="", since="", until="")
    assert sent.mimetype == "text/csv"
    lines = sent.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "coordinator" in lines[1]
    assert "导出流水：1 行" in visitor.see("history")


def test_nothing_of_the_history_can_be_changed_here(enter: Enter, lite_town: Town) -> None:
    visitor = enter("auditor")
    application = visitor.client.application
    rules = [rule for rule in application.url_map.iter_rules() if "history" in rule.rule]
    assert [r.rule for r in rules if "POST" in (r.methods or ())] == ["/admin/history/export"]
    with lite_town.office.read(SYSTEM) as work:
        before = work.session.scalar(select(func.count(Event.id)))
    visitor.see("history")
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalar(select(func.count(Event.id))) == before


@pytest.mark.parametrize(("result", "state"), [("arrived", "sent"), ("again", "planned")])
def test_doubtful_mail_is_settled_by_its_own_coordinator(
    enter: Enter, lite_town: Town, result: str, state: str
) -> None:
    mail = mailed(lite_town, lite_town.area_id)
    theirs = mailed(lite_town, lite_town.other_area_id)
    visitor = enter("coordinator")
    html = visitor.see("doubtful")
    assert "您代表供电公司出席" in html
    assert f"DJ-{lite_town.other_area_id}" not in html
    assert visitor.send("doubtful", f"doubtful/{theirs}", result=result).status_code == 404
    assert visitor.send("doubtful", f"doubtful/{mail}", result=result).status_code == 302
    assert (state_of(lite_town, mail), state_of(lite_town, theirs)) == (state, "doubtful")
    assert "没有需要核实的消息" in visitor.see("doubtful")


def test_all_that_a_broken_channel_gave_up_goes_out_at_one_click(enter: Enter, lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        first = work.session.get_one(Reminder, mailed(lite_town, lite_town.area_id, "dead"))
        kept = {c.key: getattr(first, c.key) for c in Reminder.__table__.columns if c.key not in ("id", "key")}
        work.session.add_all(Reminder(**kept, key=f"outage:{n}") for n in range(29))
        work.session.add(Reminder(**kept | {"useful_until": work.now - timedelta(hours=1)}, key="late"))
        work.session.add(Reminder(**kept | {"state": "doubtful"}, key="perhaps"))
    theirs = mailed(lite_town, lite_town.other_area_id, "dead")
    visitor = enter("coordinator")
    html = visitor.see("doubtful")
    assert "邮件：30 条多次未送达" in html
    assert "共 32 条" in html
    assert html.count("已另行告知") == 25
    assert "第 2 / 2 页" in visitor.see("doubtful?page=2")
    assert visitor.send("doubtful", "doubtful/again", channel="mail").status_code == 302
    assert "已安排重发 30 条" in visitor.see("doubtful")
    with lite_town.office.read(SYSTEM) as work:
        states = Counter(work.session.scalars(select(Reminder.state).where(Reminder.id != theirs)))
    assert states == {"planned": 30, "dead": 1, "doubtful": 1}
    assert state_of(lite_town, theirs) == "dead"
    assert visitor.send("doubtful", "doubtful/again", channel="mail").status_code == 302
    assert "没有需要重发的消息" in visitor.see("doubtful")


def test_a_mail_settled_meanwhile_is_not_settled_twice(enter: Enter, lite_town: Town) -> None:
    mail = mailed(lite_town, lite_town.area_id)
    visitor, colleague = enter("coordinator"), enter("area_admin")
    assert colleague.send("doubtful", f"doubtful/{mail}", result="arrived").status_code == 302
    late = visitor.send("reminders", f"doubtful/{mail}", result="again")
    assert late.status_code == 409
    assert state_of(lite_town, mail) == "sent"


@pytest.mark.parametrize(
    ("state", "view", "says"),
    [
        ("planned", "waiting", "待发送"),
        ("sent", "sent", "已发送"),
        ("dead", "trouble", "多次未成，已停发"),
        ("expired", "trouble", "过时未发"),
        ("retired", "retired", "已撤回"),
    ],
)
def test_each_reminder_of_ones_areas_says_its_state_and_why_it_exists(
    enter: Enter, lite_town: Town, state: str, view: str, says: str
) -> None:
    mailed(lite_town, lite_town.area_id, state)
    mailed(lite_town, lite_town.other_area_id, state)
    visitor = enter("coordinator")
    html = visitor.see(f"reminders?view={view}")
    card = re.findall(r'<li class="row-card.*?</li>', html, re.DOTALL)
    assert len(card) == 1
    for words in (says, "您代表供电公司出席", "王五", "邮件", f"DJ-{lite_town.area_id}"):
        assert words in card[0]
    assert "这里没有提醒" in visitor.see(f"reminders?view={view}&q=赵六")
    assert "王五" in visitor.see(f"reminders?view={view}&q=王")
    others = ({"waiting", "sent", "trouble", "retired"}) - {view}
    assert all("这里没有提醒" in visitor.see(f"reminders?view={other}") for other in others)
