"""Groups are switched area by area: what begins is gated, what is under way goes on."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from scene import LEAD, Scene, answers, play
from sqlalchemy import func, select, update
from town import Town, small_settings

from duijie.bootstrap import make_app, open_office
from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.roles import SYSTEM, requester
from duijie.domain.states import CaseState, ReplyKind
from duijie.schedule import scheduler
from duijie.services import casework, filing, find, hearing, offers, tracking
from duijie.services.meetings import calling
from duijie.services.plugins import state
from duijie.services.work import Office, Work
from duijie.storage.models import Area, FollowUp

ENTERPRISE = "enterprise_advisors"


@pytest.fixture
def elsewhere(lite_town: Town) -> Iterator[Office]:
    """Another process on the same database."""
    office = lite_town.office
    other = open_office(small_settings(office.files_dir.parent, str(office.database.url)))
    with other.read(SYSTEM):
        pass  # it has looked, and remembers
    yield other
    other.database.close()


def switch(town: Town, area_id: int, active: bool | None, login: str = "system_admin") -> None:
    with town.office.write(town.actor(login)) as work:
        state.switch_in(work, ENTERPRISE, area_id, active)


def offered(work: Work) -> dict[str, list[str]]:
    return {p.group.key: [area.key for area in filing.areas_of(work, p)] for p in filing.open_groups(work)}


def new_meeting(work: Work, area_id: int) -> calling.NewMeeting:
    return calling.NewMeeting("enterprise", area_id, "对接会", "园区会议室", work.today + timedelta(days=3), time(14), 12, 10)


def test_a_group_switched_off_in_one_area_is_offered_in_the_other_only(lite_town: Town) -> None:
    switch(lite_town, lite_town.area_id, False)
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        assert offered(work)["enterprise"] == ["xigang"]
        assert set(offered(work)["community"]) == {"dagang", "xigang"}
        with pytest.raises(NotFound) as refused:
            filing.place(work, "enterprise", "dagang")
        assert "已提交的诉求照常办理" in refused.value.message.zh
        assert "enterprise" not in [p.group.key for p in calling.groups_for(work)]
        assert "community" in [p.group.key for p in calling.groups_for(work)]
        area = work.session.get_one(Area, lite_town.area_id)
        assert "enterprise" not in [p.group.key for p in offers.groups_of(work, area)]
    with lite_town.office.write(lite_town.actor("coordinator")) as work, pytest.raises(NotFound):
        calling.create(work, new_meeting(work, lite_town.area_id))
    with lite_town.office.write(lite_town.actor("other_coordinator")) as work:
        assert calling.create(work, new_meeting(work, lite_town.other_area_id)).id
    with lite_town.office.write(requester("", "127.0.0.1")) as work, pytest.raises(NotFound):
        filing.file_case(work, "enterprise", "dagang", answers(), consent=True)


def test_pages_offer_what_is_on(lite_town: Town) -> None:
    office = lite_town.office
    client = make_app(small_settings(office.files_dir.parent, str(office.database.url)), office).test_client()
    switch(lite_town, lite_town.area_id, False)
    assert "/file/enterprise" in client.get("/").text
    choose = client.get("/file/enterprise").text
    assert "/file/enterprise/xigang" in choose
    assert "/file/enterprise/dagang" not in choose
    for path in ("/file/enterprise/dagang", "/file/enterprise/dagang/poster"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "目前不在大港工业社区受理新的诉求" in answer.text
    switch(lite_town, lite_town.other_area_id, False)
    assert "/file/enterprise" not in client.get("/").text
    assert "目前不受理新的诉求" in client.get("/file/enterprise").text
    with office.write(SYSTEM) as work:
        for name in office.plugins.names():
            state.switch(work, name, False)
    assert "目前没有顾问团受理新的诉求" in client.get("/").text


def test_an_area_follows_the_one_above_unless_it_says_otherwise(lite_town: Town) -> None:
    with lite_town.office.read(SYSTEM) as work:
        district = work.session.scalars(select(Area.id).where(Area.key == "district")).one()
    switch(lite_town, district, False)
    with lite_town.office.read(SYSTEM) as work:
        assert "enterprise" not in offered(work)
    switch(lite_town, lite_town.area_id, True, "area_admin")
    with lite_town.office.read(SYSTEM) as work:
        assert offered(work)["enterprise"] == ["dagang"]
    switch(lite_town, lite_town.area_id, None, "area_admin")
    with lite_town.office.read(SYSTEM) as work:
        assert "enterprise" not in offered(work)
    with pytest.raises(Forbidden):
        switch(lite_town, lite_town.other_area_id, True, "area_admin")


def test_another_process_sees_it_without_a_restart(lite_town: Town, elsewhere: Office) -> None:
    switch(lite_town, lite_town.area_id, False)
    elsewhere.switches.forget()  # or two seconds later
    with elsewhere.read(SYSTEM) as work:
        assert offered(work)["enterprise"] == ["xigang"]


def test_groups_stand_in_the_order_of_their_plugins(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        state.put_in_order(work, ["rural_advisors", "enterprise_advisors", "community_advisors"])
        assert [p.group.key for p in offers.groups(work)] == ["rural", "enterprise", "community"]
        ruled = work.office.plugins
        ruled.record("community_advisors", "send", "…")  # a plugin that only failed keeps its place
        assert ruled.names()[-3:] == ["rural_advisors", "enterprise_advisors", "community_advisors"]


def test_what_was_filed_goes_on_to_its_end(lite_town: Town) -> None:
    scene: Scene = play(lite_town, "dagang", "coordinator")
    case_id = scene.values["case_id"]
    with lite_town.office.write(SYSTEM) as work:
        state.switch(work, ENTERPRISE, False)
    with lite_town.office.write(SYSTEM) as work:
        past = work.now - timedelta(minutes=1)
        assert work.session.execute(update(FollowUp).where(FollowUp.state == "armed").values(due_at=past)).rowcount
        before = fired(work)
    scheduler.run_now(lite_town.office)
    with lite_town.office.write(lite_town.actor(f"rep_{LEAD}")) as work:
        assert fired(work) > before
        case = find.case(work, case_id)
        casework.reply(work, case, lite_town.department_id(LEAD), ReplyKind.SOLVED, "变压器已装好", "online")
    with lite_town.office.write(requester("", "127.0.0.1")) as work:
        case = tracking.by_code(work, scene.code)
        assert hearing.rate(work, case, 5).stars == 5
        assert case.state is CaseState.CLOSED


def fired(work: Work) -> int:
    return work.session.scalar(select(func.count(FollowUp.id)).where(FollowUp.state == "fired")) or 0
