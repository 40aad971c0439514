"""The pages of channels: set up, tried, looked up in the log, sent again; and how people choose to be told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browse import Person, enter
from flask import Flask
from town import Town, small_settings
from vendors import KEY, SECRET, Vendors, vendors

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.services import outlets
from duijie.services.plugins import options


@pytest.fixture
def there() -> Iterator[Vendors]:
    with vendors() as state:
        yield state


@pytest.fixture
def app(lite_town: Town, tmp_path: Path) -> Flask:
    with lite_town.office.write(SYSTEM) as work:
        options.change(work, "duijie-outside", {"intranet": "127.0.0.1"})
    return make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)


def add(admin: Person, there: Vendors, owner: str = "all", **changes: object) -> str:
    """Set up a robot on the page; the path of its own page."""
    form = {"name": "街道工作群", "address": there.dingtalk(), "secret": SECRET, "owner": owner, "kinds": ["due", "supervision"],
            "whole": "0", "language": "zh", "digest_at": ""} | changes  # fmt: skip
    sent = admin.send("/admin/channels/new/dingtalk", "/admin/channels/new/dingtalk", **form)
    assert sent.status_code == 302, sent.text
    return str(sent.location)


def test_a_robot_is_set_up_tried_and_never_gives_its_key_away(app: Flask, there: Vendors, lite_town: Town) -> None:
    admin = enter(app, "system_admin")
    assert "还没有设置渠道" in admin.see("/admin/channels")
    path = add(admin, there)
    page = admin.see(path)
    assert KEY not in page
    assert SECRET not in page
    tried = admin.send(path, f"{path}/test").text
    assert "对方已接收" in tried
    assert there.texts() == ["对接：测试消息\n收到这条消息，说明渠道“街道工作群”已经接通。"]
    kept = {"name": "改名", "address": outlets.KEPT, "secret": outlets.KEPT, "owner": "all", "kinds": "due"}
    assert admin.send(path, path, **kept).status_code == 302
    assert "对方已接收" in admin.send(path, f"{path}/test").text  # the kept address and secret still serve
    there.mode = "limit"
    assert "请 600 秒后再试" in admin.send(path, f"{path}/test").text
    there.mode = "well"
    assert "测试消息已排队" in admin.send(path, f"{path}/test").text
    assert len(there.got) == 3
    wrong = admin.send(path, path, **kept | {"name": "", "secret": "another secret"})
    assert wrong.status_code == 422
    assert "another secret" not in wrong.text
    assert "请重新输入" in wrong.text
    assert admin.send(path, f"{path}/state", state="removed").location == "/admin/channels"
    assert admin.client.get(path).status_code == 404


def test_an_area_administrator_sees_their_own_and_nobody_elses(app: Flask, there: Vendors, lite_town: Town) -> None:
    admin = enter(app, "system_admin")
    foreign = add(admin, there, f"area:{lite_town.other_area_id}")
    local = enter(app, "area_admin")
    own = add(local, there, f"area:{lite_town.area_id}", name="大港群")
    page = local.see("/admin/channels")
    assert "大港群" in page
    assert "街道工作群" not in page
    for path in (foreign, f"{foreign}/test", f"{foreign}/state"):
        assert local.send(own, path, name="x", state="off").status_code == 404
    refused = local.send("/admin/channels/new/dingtalk", "/admin/channels/new/dingtalk", name="n", owner="all", kinds="due",
                         address=there.dingtalk())  # fmt: skip
    assert refused.status_code == 422
    assert enter(app, "coordinator").client.get("/admin/channels").status_code == 403


def test_somebody_chooses_how_they_are_told(app: Flask) -> None:
    rep = enter(app, "rep_power")
    assert "您现在用的是默认设置" in rep.see("/account/notices")
    wrong = rep.send("/account/notices", "/account/notices", quiet_from="22:00", digest="news")
    assert wrong.status_code == 422
    assert "请填写开始和结束" in wrong.text
    assert 'value="22:00"' in wrong.text  # nothing typed is lost
    chosen = {"way-news": "", "way-due": "mail", "way-meeting": "mail", "quiet_from": "22:00", "quiet_until": "07:00",
              "digest": "due", "digest_at": "08:30", "language": "en"}  # fmt: skip
    assert rep.send("/account/notices", "/account/notices", **chosen).status_code == 302
    page = rep.see("/account/notices")
    assert "您现在用的是自己的设置" in page
    assert 'value="08:30"' in page
    assert 'name="way-news" value="mail">' in page
    assert 'name="way-due" value="mail" checked' in page
    assert 'name="way-supervision" value="mail" checked disabled' in page
    assert rep.send("/account/notices", "/account/notices", default="1").status_code == 302
    assert "您现在用的是默认设置" in rep.see("/account/notices")


def test_administrators_set_defaults_and_texts_of_what_is_theirs(app: Flask, lite_town: Town) -> None:
    local = enter(app, "area_admin")
    own = f"/admin/notices?for=area:{lite_town.area_id}"
    saved = local.send(own, "/admin/notices", **{"for": f"area:{lite_town.area_id}", "digest": "news", "digest_at": "09:00"})
    assert saved.status_code == 302
    assert 'value="09:00"' in local.see(own)
    assert local.client.get("/admin/notices?for=all").status_code == 404
    assert local.send(own, "/admin/notices", **{"for": f"area:{lite_town.other_area_id}"}).status_code == 404
    assert local.client.get("/admin/texts").status_code == 403
    admin = enter(app, "system_admin")
    page = "/admin/texts/case.assigned"
    words = {"subject_zh": "【街道】{subject}", "body_zh": "{body}", "subject_en": "{subject}", "body_en": "{body}"}
    wrong = admin.send(page, page, **words | {"body_zh": "{boss} 您好"})
    assert (wrong.status_code, "没有“{boss}”这个占位符" in wrong.text, "{boss} 您好" in wrong.text) == (422, True, True)
    assert "【街道】" in admin.send(page, page, **words | {"look": "1"}).text
    assert admin.send(page, page, **words).status_code == 302
    assert "已修改" in admin.see("/admin/texts")
    assert admin.send(page, page, **words | {"subject_zh": "请办\r\nBcc: x@example.test\x00\u202e{number}"}).status_code == 302
    assert 'value="请办 Bcc: x@example.test{number}"' in admin.see(page), "one line, and nothing that a screen would obey"
    assert admin.send(page, page, **words | {"restore": "1"}).status_code == 302
    assert "已修改" not in admin.see("/admin/texts")
