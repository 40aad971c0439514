"""Core alone: without any plugin every page opens, and says what is missing and what to do about it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from addresses import addresses
from browse import enter
from flask import Flask
from scene import LEAD, Scene, play
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app, open_office
from duijie.domain.roles import SYSTEM
from duijie.services.plugins import state
from duijie.services.work import Office

PEOPLE = ("", "coordinator", f"rep_{LEAD}", "district_admin", "system_admin", "auditor")


@pytest.fixture
def scene(lite_town: Town) -> Scene:
    return play(lite_town, "dagang", "coordinator")


@pytest.fixture
def bare(lite_town: Town, scene: Scene) -> Iterator[Office]:
    """The same database, opened with DUIJIE_PLUGINS=none."""
    whole = lite_town.office
    office = open_office(replace(small_settings(whole.files_dir.parent, str(whole.database.url)), plugins="none"))
    assert (office.plugins.names(), len(office.groups)) == ([], 0)
    yield office
    office.database.close()


@pytest.fixture
def app(bare: Office) -> Flask:
    settings = small_settings(bare.files_dir.parent, str(bare.database.url))
    return make_app(replace(settings, plugins="none"), bare)


def test_every_page_opens(app: Flask, scene: Scene) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = []
    for login in PEOPLE:
        client = app.test_client()
        if login:
            client.post("/account/sign-in", data={"login": login, "password": PASSWORD})
        for address in addresses(app, scene):
            with client.get(address) as answer:
                if answer.status_code >= 500:
                    wrong.append(f"{login} {address}: {answer.status}")
    assert not wrong, "\n".join(wrong)


def test_visitors_are_told_who_has_to_act(app: Flask, scene: Scene) -> None:
    home = app.test_client().get("/").text
    assert "还没有安装顾问团" in home
    assert "请系统管理员安装至少一个顾问团插件并重新启动" in home
    assert "变压器" in app.test_client().get(f"/t/{scene.code}").text


def test_the_administrator_reads_what_is_missing_and_what_to_do(app: Flask) -> None:
    admin = enter(app, "system_admin")
    start = admin.see("/admin/")
    for what in ("顾问团", "分派建议", "通知渠道", "台账工作簿", "会议纪要文件"):
        assert f"<dt>{what}</dt>" in start
    assert start.count("DUIJIE_PLUGINS=none") == 5
    assert "没有载入任何插件（DUIJIE_PLUGINS=none）" in admin.see("/admin/plugins")
    english = admin.see("/admin/?lang=en")
    assert "Invitations and reminders reach nobody." in english
    assert "还没有顾问团" in admin.see("/admin/roster?lang=zh")


def test_coordinators_go_on_with_what_is_there(app: Flask, scene: Scene) -> None:
    coordinator = enter(app, "coordinator")
    ledger = coordinator.see("/cases/ledger")
    assert "导出 CSV" in ledger
    assert 'value="xlsx"' not in ledger
    assert "还没有安装顾问团" in coordinator.see("/meetings/new")
    assert "供电" in coordinator.see(f"/cases/{scene.values['received_id']}")  # the roster is the database's, not a plugin's


def test_what_is_only_switched_off_is_switched_on_again_elsewhere(lite_town: Town) -> None:
    office = lite_town.office
    app = make_app(small_settings(office.files_dir.parent, str(office.database.url)), office)
    admin = enter(app, "system_admin")
    assert "缺少这些功能" not in admin.see("/admin/")
    with office.write(SYSTEM) as work:
        state.switch(work, "duijie-routing", False)
    start = admin.see("/admin/")
    assert "<dt>分派建议</dt>" in start
    assert "已停用，请在“插件”中启用" in start


def test_safe_mode_is_announced(lite_town: Town) -> None:
    settings = replace(small_settings(lite_town.office.files_dir.parent, str(lite_town.office.database.url)), plugins="bundled")
    admin = enter(make_app(settings, lite_town.office), "system_admin")
    assert "安全模式：只载入了随 duijie 提供的插件" in admin.see("/admin/")
    assert "安全模式" in admin.see("/admin/plugins")
