import pytest
from flask.testing import FlaskClient
from meeting_day import Day, meeting_day
from town import Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState, OutcomeKind, ReplyKind
from duijie.services.meetings import live
from duijie.storage.models import Case, Meeting


@pytest.fixture
def day(lite_town: Town) -> Day:
    return meeting_day(lite_town, MeetingState.LIVE)


@pytest.fixture
def client(day: Day, tmp_path) -> FlaskClient:
    return make_app(small_settings(tmp_path, str(day.office.database.url)), day.office).test_client()


def board(day: Day) -> str:
    return f"/meetings/board/{day.office.sign('board', day.meeting_id)}"


def test_the_board_shows_who_is_where_and_nothing_of_the_case(day, client):
    with day.office.write(day.rep("hr")) as work:
        live.begin(work, day.appointments["papers"])
        live.call(work, day.appointments["wage"])
    page = client.get(board(day)).text
    for text in ("1号席", "区人力社保局", "张**", "请到席位", "宏远注塑有限公司", "东海机械有限公司"):
        assert text in page
    for text in ("张小明", "139", "工伤险", "QY-2026"):
        assert text not in page


def test_an_anonymous_requester_stays_so(day, client):
    with day.office.write(SYSTEM) as work:
        work.session.get_one(Case, day.cases["power"]).anonymous = True
    page = client.get(board(day)).text
    assert "东海机械" not in page
    assert "匿名诉求人" in page


def test_an_unchanged_board_costs_nothing_and_every_change_is_seen(day, client):
    tags = []

    def ask() -> int:
        answer = client.get(board(day), headers={"If-None-Match": tags[-1]} if tags else {})
        if answer.status_code == 200:
            tags.append(answer.headers["ETag"])
        else:
            assert answer.data == b""
        return answer.status_code

    assert ask() == 200
    assert ask() == 304
    with day.office.write(day.rep("hr")) as work:
        live.begin(work, day.appointments["wage"])
    assert ask() == 200
    assert ask() == 304
    with day.office.write(day.rep("hr")) as work:
        live.record_outcome(work, day.appointments["wage"], day.departments["hr"], OutcomeKind.ANSWERED,
                            text="好", result=ReplyKind.SOLVED)  # fmt: skip
    assert ask() == 200
    with day.office.write(day.rep("hr")) as work:
        live.sign_in_by_hand(work, day.meeting_id, day.invitations["hr"])
    assert ask() == 200
    with day.office.write(day.town.actor("coordinator")) as work:
        live.conclude(work, day.meeting_id)
    assert ask() == 200
    assert "对接会已结束" in client.get(board(day)).text


def test_a_code_of_another_use_or_meeting_shows_nothing(day, client):
    for token in (day.office.sign("door", day.meeting_id), day.office.sign("board", 999), "nonsense"):
        assert client.get(f"/meetings/board/{token}").status_code == 404


def test_the_board_speaks_english(day, client):
    page = client.get(f"{board(day)}?lang=en").text
    assert "answered on the spot" in page
    assert "当场答复" not in page


def test_the_board_says_when_it_has_not_begun(day, client):
    with day.office.write(SYSTEM) as work:
        work.session.get_one(Meeting, day.meeting_id).state = MeetingState.SCHEDULED
    assert "会议即将开始" in client.get(board(day)).text
