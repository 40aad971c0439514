"""The roster page after an upgrade: yours and the plugin's side by side, and a decision for each."""

from dataclasses import replace

import pytest
from browse import Person, enter
from town import Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.hooks.groups import Groups
from duijie.services import roster_updates, rosters
from duijie.services.work import Office

PAGE = "/admin/roster?group=enterprise"


def upgraded(office: Office) -> None:
    """As if the plugin's next release said something else of its first two departments, and named one no more."""
    parts = office.groups.get("enterprise")
    assert parts
    first, second, *rest = parts.departments
    changed = (replace(first, seats=9, observer=not first.observer), replace(second, topics=(), responsibility="另一种说法"))
    other = (*changed, *rest[1:])
    newer = [replace(one, departments=other) if one is parts else one for one in office.groups]
    object.__setattr__(office.catalogue, "groups", Groups(newer))


@pytest.fixture
def admin(lite_town: Town) -> Person:
    office = lite_town.office
    upgraded(office)
    app = make_app(small_settings(office.files_dir.parent, str(office.database.url)), office)
    return enter(app, "district_admin")


def test_differences_are_decided_one_by_one(admin: Person, lite_town: Town) -> None:
    page = admin.see(PAGE)
    assert "插件更新了名册：3 处不同" in page
    for words in ("现在的", "插件的", "另一种说法", "插件不再列出", ">9<"):
        assert words in page
    assert "插件更新了名册" not in admin.see("/admin/roster?group=rural")
    with lite_town.office.read(SYSTEM) as work:
        first, second, third = roster_updates.differences(work, "enterprise")
    sent = admin.send(PAGE, "/admin/roster/update", group="enterprise", department=first.department, decision="accept")
    assert sent.location == PAGE
    admin.send(PAGE, "/admin/roster/update", group="enterprise", department=second.department, decision="keep")
    assert "1 处不同" in admin.see(PAGE)
    again = admin.send(PAGE, "/admin/roster/update", group="enterprise", department=first.department, decision="accept")
    assert again.status_code == 404
    with lite_town.office.read(SYSTEM) as work:
        held = {e.department.key: e for e in rosters.whole_of(work, "enterprise")}
        assert held[first.department].seats == 9
        assert held[second.department].responsibility != "另一种说法"
        assert held[third.department].active


def test_all_at_once(admin: Person) -> None:
    admin.send(PAGE, "/admin/roster/update", group="enterprise", all="1", decision="keep")
    assert "插件更新了名册" not in admin.see(PAGE)


def test_the_administrator_of_one_area_decides_nothing(admin: Person) -> None:
    person = enter(admin.client.application, "area_admin")
    sent = person.send("/admin/", "/admin/roster/update", group="enterprise", all="1", decision="accept")
    assert sent.status_code == 403
    assert "3 处不同" in admin.see(PAGE)
