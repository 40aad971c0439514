"""A group's plugin is taken out while its cases are under way, and comes back later."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from addresses import addresses
from flask import Flask
from scene import LEAD, Scene, play
from sqlalchemy import func, select, update
from town import PASSWORD, Town, small_settings

from community_advisors import plugin as community
from duijie.bootstrap import make_app, open_office
from duijie.domain.roles import SYSTEM
from duijie.schedule import scheduler
from duijie.services.work import Office
from duijie.storage.models import FollowUp, Reminder

PEOPLE = ("", "coordinator", f"rep_{LEAD}", "district_admin", "system_admin", "auditor")


@pytest.fixture
def scene(lite_town: Town) -> Scene:
    return play(lite_town, "dagang", "coordinator")


@pytest.fixture
def without(lite_town: Town, scene: Scene) -> Iterator[Office]:
    """The same database, opened by an installation that has another group only."""
    whole = lite_town.office
    office = open_office(small_settings(whole.files_dir.parent, str(whole.database.url)), [("other", community)])
    assert [parts.group.key for parts in office.groups] == ["community"]
    yield office
    office.database.close()


@pytest.fixture
def app(without: Office) -> Flask:
    made = make_app(small_settings(without.files_dir.parent, str(without.database.url)), without)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


def test_every_page_still_opens(app: Flask, scene: Scene) -> None:
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


def test_what_was_filed_is_read_by_the_form_it_was_filed_with(app: Flask, scene: Scene) -> None:
    client = app.test_client()
    client.post("/account/sign-in", data={"login": "coordinator", "password": PASSWORD})
    page = client.get(f"/cases/{scene.values['case_id']}").text
    assert "现状容量" in page
    assert "1,250" in page or "1250" in page
    assert "两周内装好变压器" in app.test_client().get(f"/t/{scene.code}").text
    assert app.test_client().get("/file/enterprise/dagang").status_code == 404


def test_people_go_on_and_rules_wait(app: Flask, scene: Scene, without: Office, lite_town: Town) -> None:
    case_id = scene.values["case_id"]
    client = app.test_client()
    client.post("/account/sign-in", data={"login": f"rep_{LEAD}", "password": PASSWORD})
    form = {"reply-text": "变压器已装好", "reply-kind": "solved", "reply-way": "online"}
    assert client.post(f"/cases/{case_id}/reply", data=form).status_code == 302
    assert app.test_client().post(f"/t/{scene.code}/add", data={"text": "谢谢"}).status_code == 302
    with without.write(SYSTEM) as work:
        past = work.now - timedelta(minutes=1)
        assert work.session.execute(update(FollowUp).where(FollowUp.state == "armed").values(due_at=past)).rowcount
    before = _states(without)
    scheduler.run_now(without)
    assert _states(without) == before  # none fired, none lost
    with without.write(SYSTEM) as work:
        work.session.execute(update(FollowUp).where(FollowUp.state == "armed").values(retry_at=None))
    scheduler.run_now(lite_town.office)
    assert _states(lite_town.office)["fired"] > before.get("fired", 0)
    with without.read(SYSTEM) as work:
        assert not work.session.scalars(select(Reminder).where(Reminder.state.in_(("dead", "parked")))).all()
        found = work.session.scalar(select(FollowUp.key).group_by(FollowUp.key).having(func.count() > 1))
    assert found is None


def _states(office: Office) -> dict[str, int]:
    counted = select(FollowUp.state, func.count(FollowUp.id)).group_by(FollowUp.state)
    with office.read(SYSTEM) as work:
        return {row[0]: row[1] for row in work.session.execute(counted)}
