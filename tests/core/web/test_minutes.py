import io

import docx
import pytest
from flask.testing import FlaskClient
from meeting_day import Day, meeting_day
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState, OutcomeKind
from duijie.services.meetings import live
from duijie.storage.models import Meeting


@pytest.fixture
def day(lite_town: Town) -> Day:
    day = meeting_day(lite_town, MeetingState.LIVE)
    with day.office.write(day.rep("hr")) as work:
        live.record_outcome(work, day.appointments["wage"], day.departments["hr"], OutcomeKind.COMMITTED,
                            text="三日内书面答复", working_days=3, officer="王科长")  # fmt: skip
    return day


@pytest.fixture
def client(day: Day, tmp_path) -> FlaskClient:
    app = make_app(small_settings(tmp_path, str(day.office.database.url)), day.office)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/account/sign-in", data={"login": "coordinator", "password": PASSWORD})
    return client


def version(day: Day) -> int:
    with day.office.read(SYSTEM) as work:
        return work.session.get_one(Meeting, day.meeting_id).version


def test_before_the_end_the_page_says_what_to_do(day, client):
    assert "会议结束后生成纪要" in client.get(f"/meetings/{day.meeting_id}/minutes").text
    assert client.get(f"/meetings/{day.meeting_id}/minutes.docx").status_code == 409


def test_the_draft_is_completed_filed_and_taken_along(day, client):
    page = f"/meetings/{day.meeting_id}/minutes"
    client.post(f"/meetings/{day.meeting_id}/conclude", data={"version": version(day)})
    draft = client.get(page).text
    for text in ("三日内书面答复", "王科长", "区人力社保局", "未对接事项"):
        assert text in draft
    stale = client.post(page, data={"version": version(day) - 1, "remarks": "白写了吗"})
    assert stale.status_code == 409
    assert "白写了吗" in stale.text
    added = {"chair": "周书记", "recorder": "小陈", "others": "", "remarks": "月底再开\n带材料"}
    assert client.post(page, data=added | {"version": version(day)}).status_code == 302
    assert client.post(page, data=added | {"version": version(day), "file": "1"}).status_code == 302
    filed = client.get(page).text
    assert "已归档" in filed
    assert "归档纪要" not in filed
    made = client.get(f"{page}.docx?lang=en")
    assert made.mimetype.endswith("wordprocessingml.document")
    lines = [p.text for p in docx.Document(io.BytesIO(made.data)).paragraphs]
    assert {"月底再开", "带材料"} <= set(lines)
    assert any(line.startswith("Minutes: ") for line in lines)
