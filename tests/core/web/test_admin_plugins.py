"""The plugins' pages, as the system administrator and the administrator of an area use them."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browse import Person, enter
from busy_plugin import BusyPlugin
from sqlalchemy import select, text
from town import Town, build_town, small_settings

from duijie.bootstrap import make_app, open_office
from duijie.domain.roles import SYSTEM, Role
from duijie.services.plugins import keeping, running
from duijie.services.plugins.options import KEPT
from duijie.services.work import Office
from duijie.storage.models import Event, PluginFault, PluginJob, PluginSetting, PluginState
from enterprise_advisors import plugin as enterprise

PAGE = "/admin/plugins/busy"
SECRET = "sk-0123456789-very-secret"


@dataclass
class World:
    office: Office
    town: Town
    plugin: BusyPlugin
    admin: Person

    def enter(self, login: str) -> Person:
        return enter(self.admin.client.application, login)


@pytest.fixture
def world(tmp_path: Path, migrated_file: Path) -> Iterator[World]:
    shutil.copyfile(migrated_file, tmp_path / "duijie.db")
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path / 'duijie.db'}")
    plugin = BusyPlugin()
    office = open_office(settings, [("enterprise_advisors", enterprise), ("busy", plugin)])
    assert not office.plugins.faults
    town = build_town(office)
    yield World(office, town, plugin, enter(make_app(settings, office), "system_admin"))
    office.database.close()


def card(page: str, name: str) -> str:
    found = re.search(rf'<li class="[^"]*" id="p-{name}">.*?</li>', page, re.DOTALL)
    assert found, name
    return found[0]


def history(office: Office) -> str:
    with office.read(SYSTEM) as work:
        return repr([event.data for event in work.session.scalars(select(Event))])


def test_the_list_says_what_each_brings_and_how_it_stands(world: World) -> None:
    world.office.plugins.record("broken", "load", "ImportError: <b>no module</b>")
    page = world.admin.see("/admin/plugins")
    assert page.index("p-duijie-inbox") < page.index("p-busy") < page.index("p-enterprise_advisors") < page.index("p-broken")
    own = card(page, "busy")
    for words in ("短信网关", "把提醒发到手机。", "清点余额", "便函", "分派建议", "已启用"):
        assert words in own
    assert "企业发展顾问团" in card(page, "enterprise_advisors")
    assert "通知渠道" in card(page, "duijie-inbox")
    broken = card(page, "broken")
    assert "未载入" in broken
    assert "&lt;b&gt;no module" in broken
    assert "<button" not in broken
    assert "没有通过检查" in world.admin.see("/admin/plugins/broken")
    world.admin.see("/admin/plugins/nobody", 404)


def test_order_is_changed_by_buttons_and_built_in_ones_stay_first(world: World) -> None:
    page = world.admin.see("/admin/plugins")
    assert "/admin/plugins/duijie-inbox/move" not in page
    assert world.admin.send("/admin/plugins", f"{PAGE}/move", direction="down").status_code == 302
    assert world.office.plugins.names()[-2:] == ["enterprise_advisors", "busy"]
    world.admin.send("/admin/plugins", f"{PAGE}/move", direction="down")  # it is the last: nothing happens
    assert world.office.plugins.names()[-2:] == ["enterprise_advisors", "busy"]
    world.admin.send("/admin/plugins", f"{PAGE}/move", direction="up")
    assert world.office.plugins.names()[-2:] == ["busy", "enterprise_advisors"]
    assert world.admin.send("/admin/plugins", "/admin/plugins/duijie-mail/move", direction="down").status_code == 404


def test_off_is_off_everywhere_at_once(world: World) -> None:
    assert "/file/enterprise" in world.admin.see("/")
    off = world.admin.send("/admin/plugins", "/admin/plugins/enterprise_advisors/switch", active="0")
    assert off.location == "/admin/plugins/enterprise_advisors"
    assert "/file/enterprise" not in world.admin.see("/")
    assert "已停用" in card(world.admin.see("/admin/plugins"), "enterprise_advisors")
    world.admin.send("/admin/plugins", "/admin/plugins/enterprise_advisors/switch", active="1")
    assert "/file/enterprise" in world.admin.see("/")
    assert "停用" in history(world.office)


def test_settings_are_checked_saved_and_used(world: World) -> None:
    form = {"address": "https://sms.example.test", "token": SECRET, "limit": "250", "tone": "warm"}
    wrong = world.admin.send(PAGE, f"{PAGE}/settings", **(form | {"limit": "9999"}))
    assert wrong.status_code == 422
    assert 'href="#field-limit"' in wrong.text
    assert "sms.example.test" in wrong.text
    assert SECRET not in wrong.text  # and the person is told to type it again
    assert "请重新输入" in wrong.text
    assert world.admin.send(PAGE, f"{PAGE}/settings", **form).status_code == 302
    page = world.admin.see(PAGE)
    assert SECRET not in page
    assert re.search(r'<input[^>]*name="token"[^>]*type="password"[^>]*value="•+"', page, re.DOTALL)
    assert "由服务商提供" in page
    assert world.plugin.seen[-1] == {"address": "https://sms.example.test", "token": SECRET, "limit": 250, "tone": "warm"}
    assert SECRET not in history(world.office)


def test_a_secret_stays_until_another_is_typed_or_it_is_emptied(world: World) -> None:
    form = {"address": "a", "token": SECRET, "limit": "5", "tone": "plain"}
    world.admin.send(PAGE, f"{PAGE}/settings", **form)
    world.admin.send(PAGE, f"{PAGE}/settings", **(form | {"token": KEPT, "limit": "6"}))
    assert world.office.switches.settings_of("busy") == {"address": "a", "token": SECRET, "limit": 6, "tone": "plain"}
    world.admin.send(PAGE, f"{PAGE}/settings", **(form | {"token": ""}))
    assert world.office.switches.settings_of("busy")["token"] is None
    with world.office.read(SYSTEM) as work:
        assert work.session.get_one(PluginSetting, ("busy", "token")).secret


def test_permissions_are_given_to_roles(world: World) -> None:
    assert re.search(r'name="send" value="coordinator" checked', world.admin.see(PAGE))
    world.admin.send(PAGE, f"{PAGE}/permissions", send=["area_admin", "auditor", "emperor"])
    assert world.office.switches.holders("busy", "send") == {Role.AREA_ADMIN, Role.AUDITOR}
    assert "群发短信" in history(world.office)
    world.admin.send(PAGE, f"{PAGE}/permissions")
    assert not world.office.switches.holders("busy", "send")


def test_areas_are_switched_where_the_page_was_changed(world: World) -> None:
    town, name = world.town, "/admin/plugins/enterprise_advisors"
    page = world.admin.see(name)
    assert page.count('class="area-tree__line') == 3
    own, other = town.area_id, town.other_area_id
    world.admin.send(name, f"{name}/areas", **{f"switch-{own}": "off", f"was-{own}": "above",
                                               f"switch-{other}": "above", f"was-{other}": "above"})  # fmt: skip
    assert world.office.switches.areas_of("enterprise_advisors") == {"district", "xigang"}
    assert "在 2 个片区启用" in card(world.admin.see("/admin/plugins"), "enterprise_advisors")
    # somebody whose page is older leaves alone what they did not touch
    world.admin.send(name, f"{name}/areas", **{f"switch-{own}": "above", f"was-{own}": "above",
                                               f"switch-{other}": "off", f"was-{other}": "above"})  # fmt: skip
    assert world.office.switches.areas_of("enterprise_advisors") == {"district"}


def test_an_area_administrator_switches_in_their_own_area_only(world: World) -> None:
    town, person = world.town, world.enter("area_admin")
    own = f"/admin/areas/{town.area_id}/plugins"
    assert own in person.see(f"/admin/areas/{town.area_id}")
    page = person.see(own)
    assert "企业发展顾问团" in page
    assert "duijie-mail" not in page  # a channel works for all areas alike
    sent = person.send(own, own, **{"switch-enterprise_advisors": "off", "was-enterprise_advisors": "above"})
    assert sent.status_code == 302
    assert "这里停用" in person.see(own)
    assert "/file/enterprise/dagang" not in person.see(f"/admin/areas/{town.area_id}")
    person.see(f"/admin/areas/{town.other_area_id}/plugins", 404)
    theirs = f"/admin/areas/{town.other_area_id}/plugins"
    assert person.send(own, theirs, **{"switch-enterprise_advisors": "off"}).status_code == 404
    for path in ("/admin/plugins", PAGE, "/admin/faults"):
        person.see(path, 403)
    assert world.office.switches.areas_of("enterprise_advisors") == {"district", "xigang"}


def test_one_that_keeps_failing_rests_and_is_tried_again(world: World) -> None:
    world.plugin.fails = True
    for _ in range(5):
        world.admin.see(PAGE)  # asks it how it is
    page = world.admin.see(PAGE)
    assert "它在休息" in page
    assert "the gateway is silent" in page
    assert "出错过多，休息到" in card(world.admin.see("/admin/plugins"), "busy")
    with world.office.read(SYSTEM) as work:
        assert work.session.get_one(PluginState, "busy").paused_until
    world.plugin.fails = False
    assert world.admin.send(PAGE, f"{PAGE}/again").status_code == 302
    page = world.admin.see(PAGE)
    assert "它在休息" not in page
    assert "余额不足。" in page
    assert "请充值。" in page
    assert "5 次故障" in card(world.admin.see("/admin/plugins"), "busy")


def test_jobs_times_and_tables_are_told(world: World) -> None:
    running.run_due(world.office)
    with world.office.write(SYSTEM) as work:
        work.session.get_one(PluginJob, "busy:count").next_at = work.now - timedelta(minutes=1)
    assert running.run_due(world.office) == 1
    keeping.keep_times(world.office.database, world.office.plugins)
    page = world.admin.see(PAGE)
    assert "每 30 分钟一次" in page
    assert "余额 100 条" in page
    assert re.search(r"<code>duijie_jobs</code></th><td class=\"num\">\d", page)


def test_faults_stand_in_one_list_the_latest_first(world: World) -> None:
    now = datetime.now(UTC)
    with world.office.write(SYSTEM) as work:
        for minutes, plugin, error in ((9, "wecom", "older"), (1, "busy", "newer"), (5, "wecom", "<i>between</i>")):
            at = now - timedelta(minutes=minutes)
            work.session.add(PluginFault(at=at, last_at=at, plugin=plugin, hook="send", error=error, trace="line 1", count=3))
    page = world.admin.see("/admin/faults")
    assert page.index("newer") < page.index("&lt;i&gt;between") < page.index("older")
    assert "line 1" in page
    assert "共 3 次" in page
    only = world.admin.see("/admin/faults?plugin=wecom")
    assert "newer" not in only
    assert "older" in only
    assert "没有故障记录" in world.admin.see("/admin/faults?plugin=nobody")


def test_one_that_is_gone_is_listed_with_what_it_left(world: World) -> None:
    world.admin.send(PAGE, f"{PAGE}/settings", address="a", limit="5", tone="plain")
    with world.office.write(SYSTEM) as work:
        work.session.execute(text("CREATE TABLE x_job_fair_booth (id INTEGER)"))
        work.session.execute(text("CREATE TABLE x_job_fair_version (version_num TEXT)"))
    url = str(world.office.database.url)
    settings = small_settings(world.office.files_dir.parent, url)
    for which, says in (("all", "重新安装并重新启动后会接着用"), ("bundled", "去掉这项设置并重新启动，它就会回来")):
        office = open_office(replace(settings, plugins=which), [("enterprise_advisors", enterprise)])
        admin = enter(make_app(replace(settings, plugins=which), office), "system_admin")
        page = admin.see("/admin/plugins")
        assert "已不在，数据保留" in card(page, "busy")
        assert "设置" in card(page, "busy")
        assert "x_job_fair_booth" in card(page, "job_fair")
        assert says in admin.see(PAGE)
        assert says in admin.see("/admin/plugins/job_fair")
        office.database.close()
