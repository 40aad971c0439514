import pytest
from flask.testing import FlaskClient
from meeting_day import Day, meeting_day
from town import Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState
from duijie.services.meetings import naming
from duijie.storage.models import Invitation, Meeting


@pytest.fixture
def day(lite_town: Town) -> Day:
    return meeting_day(lite_town, MeetingState.LIVE)


@pytest.fixture
def client(day: Day, tmp_path) -> FlaskClient:
    app = make_app(small_settings(tmp_path, str(day.office.database.url)), day.office)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def door(day: Day) -> str:
    return f"/meetings/door/{day.office.sign('door', day.meeting_id)}"


def signed_in(day: Day, name: str) -> bool:
    with day.office.read(SYSTEM) as work:
        return work.session.get_one(Invitation, day.invitations[name]).signed_in_at is not None


def ticket(page: str) -> str:
    return page.split('name="who" value="', 1)[1].split('"', 1)[0]


def test_a_visitor_finds_their_name_and_sees_their_times(day, client):
    hits = client.post(door(day), data={"name": "宏远"})
    assert "宏远注塑有限公司" in hits.text
    answer = client.post(f"{door(day)}/in", data={"who": ticket(hits.text)})
    page = client.get(answer.location).text
    assert "已签到" in page
    assert page.count("1号席") == 2
    assert "工伤险" not in page
    assert signed_in(day, "hongyuan")
    again = client.post(f"{door(day)}/in", data={"who": ticket(hits.text)})
    assert again.status_code == 302


def test_nothing_is_listed_before_a_name_and_never_everybody(day, client):
    assert "宏远" not in client.get(door(day)).text.replace("例如“宏远”", "")
    for typed in ("", " ", "a"):
        page = client.post(door(day), data={"name": typed}).text
        assert 'name="who"' not in page
        assert "请至少输入" in page
    with day.office.write(SYSTEM) as work:
        work.session.add_all(
            Invitation(meeting_id=day.meeting_id, party_key=f"138{n:08d}", name=f"公司{n}有限公司", away=[])
            for n in range(40)
        )
    page = client.post(door(day), data={"name": "公司"}).text
    assert page.count('name="who"') == 8


def test_private_persons_are_masked(day, client):
    page = client.post(door(day), data={"name": "张小"}).text
    assert "张**" in page
    assert "张小明" not in page
    assert "139" not in page


def test_a_representative_finds_the_department(day, client):
    page = client.post(door(day), data={"name": "人力"}).text
    client.post(f"{door(day)}/in", data={"who": ticket(page)})
    assert signed_in(day, "hr")


def test_a_code_of_another_use_opens_nothing(day, client):
    for purpose in ("board", "invitation", "door-hit"):
        path = f"/meetings/door/{day.office.sign(purpose, day.meeting_id)}"
        assert client.get(path).status_code == 404
        assert client.post(path, data={"name": "宏远"}).status_code == 404
    forged = day.office.sign("invitation", day.invitations["zhang"])
    assert client.post(f"{door(day)}/in", data={"who": forged}).status_code == 404
    elsewhere = day.office.sign("door-hit", [day.meeting_id + 1, day.invitations["zhang"]])
    assert client.post(f"{door(day)}/in", data={"who": elsewhere}).status_code == 404
    assert client.get("/meetings/door/nonsense").status_code == 404
    assert not signed_in(day, "zhang")


def test_ones_own_invitation_signs_in_with_one_button(day, client):
    path = f"/meetings/arrive/{day.office.sign('invitation', day.invitations['zhang'])}"
    page = client.get(path).text
    assert "张小明" in page
    assert not signed_in(day, "zhang")
    assert client.post(path).status_code == 302
    assert signed_in(day, "zhang")
    assert "已签到" in client.get(path).text
    wrong = f"/meetings/arrive/{day.office.sign('door', day.invitations['zhang'])}"
    assert client.post(wrong).status_code == 404


def test_the_door_is_closed_when_the_meeting_is_over(day, client):
    with day.office.write(SYSTEM) as work:
        work.session.get_one(Meeting, day.meeting_id).state = MeetingState.CONCLUDED
    page = client.post(door(day), data={"name": "张"}).text
    answer = client.post(f"{door(day)}/in", data={"who": ticket(page)})
    assert answer.status_code == 409
    assert "不能签到" in answer.text
    path = f"/meetings/arrive/{day.office.sign('invitation', day.invitations['zhang'])}"
    assert client.post(path).status_code == 409
    assert "不能再签到" in client.get(path).text


def test_many_tries_from_one_place_are_slowed(day, client, monkeypatch):
    monkeypatch.setattr("duijie.web.meetings.door.TRIES", 3)
    codes = [client.post(door(day), data={"name": "宏远"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]


@pytest.mark.parametrize(
    ("name", "key", "shown"),
    [
        ("张小明", "13900000003", "张**"),
        ("欧阳娜娜", "13900000003", "欧***"),
        ("李", "13900000003", "李*"),
        ("Mary Jane", "13900000003", "M*** J***"),
        ("张小明", "91330201MA0000001X", "张小明"),
        ("望海社区", "13900000003", "望海社区"),
        ("宏远注塑有限公司", "13900000003", "宏远注塑有限公司"),
    ],
)
def test_names_for_strangers(name, key, shown):
    assert naming.shown_name(Invitation(name=name, party_key=key)) == shown
