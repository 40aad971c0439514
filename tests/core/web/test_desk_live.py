import re

import pytest
from flask.testing import FlaskClient
from meeting_day import Day, meeting_day
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import CaseState, MeetingState, OutcomeKind, ReplyKind
from duijie.services import knowledge
from duijie.services.meetings import live
from duijie.storage.models import Appointment, Case, Outcome


@pytest.fixture
def day(lite_town: Town) -> Day:
    return meeting_day(lite_town, MeetingState.LIVE)


@pytest.fixture
def open_as(day: Day, tmp_path):
    """Signs somebody in and answers their client."""
    app = make_app(small_settings(tmp_path, str(day.office.database.url)), day.office)
    app.config["WTF_CSRF_ENABLED"] = False

    def signed_in(login: str) -> FlaskClient:
        client = app.test_client()
        client.post("/account/sign-in", data={"login": login, "password": PASSWORD})
        return client

    return signed_in


def screen(day: Day, client: FlaskClient, **query) -> str:
    answer = client.get(f"/desk/meeting/{day.meeting_id}", query_string=query)
    assert answer.status_code == 200
    return answer.text


def send(day: Day, client: FlaskClient, key: str, **form):
    one = day.appointments[key]
    data = {"department": day.departments["hr"], "desk": day.desks["hr"], "appointment": one}
    return client.post(f"/desk/appointment/{one}/outcome", data=data | form)


def go(day: Day, client: FlaskClient, key: str, step: str):
    path = f"/desk/appointment/{day.appointments[key]}/{step}"
    return client.post(path, data={"desk": day.desks["hr"]})


def get(day: Day, model, record_id):
    with day.office.read(SYSTEM) as work:
        return work.session.get_one(model, record_id)


def test_the_whole_way_of_one_talk(day, open_as):
    client = open_as("rep_hr")
    page = screen(day, client)
    assert "请下一位" in page
    assert "宏远注塑有限公司" in page
    for step in ("call", "begin"):
        assert go(day, client, "wage", step).status_code == 302
    assert "记录结果" in screen(day, client)
    assert f'data-draft-key="outcome-{day.appointments["wage"]}"' in screen(day, client)
    answer = send(day, client, "wage", kind="answered", result="explained", text="可按项目参保。")
    assert answer.status_code == 302
    page = client.get(answer.location).text
    assert f'data-clear-draft="outcome-{day.appointments["wage"]}"' in page
    assert "当场答复" in page
    assert get(day, Case, day.cases["wage"]).state is CaseState.ANSWERED


def test_nothing_typed_is_lost(day, open_as):
    client = open_as("rep_hr")
    typed = {"text": "三日内给出书面意见", "officer": "王科长", "working_days": "999"}
    answer = send(day, client, "wage", kind="committed", **typed)
    assert answer.status_code == 422
    assert "三日内给出书面意见" in answer.text
    assert 'value="王科长"' in answer.text
    assert 'value="999"' in answer.text
    assert "请填写 1 到 250 个工作日" in answer.text
    assert "data-rerendered" in answer.text


def test_a_commitment_shows_its_day_before_it_is_saved(day, open_as):
    client = open_as("rep_hr")
    page = screen(day, client, appointment=day.appointments["wage"])
    with day.office.read(SYSTEM) as work:
        due = work.calendar.add(work.today, 5).day
    assert f"{due.month}月{due.day}日" in page
    assert "到期日" in client.get("/cases/deadline?days=12").text
    typed = {"text": "办理", "officer": "王", "usual_days": "5", "working_days": ""}
    assert send(day, client, "wage", kind="committed", **typed).status_code == 302
    with day.office.read(SYSTEM) as work:
        [made] = work.session.query(Outcome).all()
        assert made.commitment is not None
        assert made.commitment.due_on == due


def test_a_record_is_corrected_and_taken_back(day, open_as):
    client = open_as("rep_hr")
    with day.office.write(day.rep("hr")) as work:
        made = live.record_outcome(
            work, day.appointments["wage"], day.departments["hr"], OutcomeKind.ANSWERED,
            text="说错了", result=ReplyKind.SOLVED,
        )  # fmt: skip
    page = screen(day, client, correct=made.id)
    assert "更正记录" in page
    assert "说错了" in page
    form = {"kind": "not_heard", "text": "企业代表提前离开", "desk": day.desks["hr"]}
    assert client.post(f"/desk/outcome/{made.id}/correct", data=form).status_code == 302
    with day.office.read(SYSTEM) as work:
        [now] = work.session.query(Outcome).all()
        assert (now.kind, now.text) == (OutcomeKind.NOT_HEARD, "企业代表提前离开")
    assert client.post(f"/desk/outcome/{now.id}/withdraw").status_code == 302
    assert get(day, Appointment, day.appointments["wage"]).progress == "talking"


def test_what_is_corrected_does_not_run_into_another_talk(day, open_as):
    with day.office.write(day.rep("hr")) as work:
        made = live.record_outcome(
            work, day.appointments["wage"], day.departments["hr"], OutcomeKind.NOT_HEARD, text="只属于这一件",
        )  # fmt: skip
        live.begin(work, day.appointments["papers"])
    client = open_as("rep_hr")
    page = screen(day, client, correct=made.id)
    assert page.count("data-draft-key=") == 1
    assert page.count("只属于这一件</textarea>") == 1
    assert f"appointment={day.appointments['papers']}" in page
    assert "只属于这一件</textarea>" not in screen(day, client)


def test_another_desk_is_not_there(day, open_as):
    other, stranger = open_as("rep_economy"), open_as("rep_tax")
    assert "1号席" not in screen(day, other)
    assert "2号席" in screen(day, other, desk=day.desks["hr"])
    for step in ("call", "begin", "back"):
        assert other.post(f"/desk/appointment/{day.appointments['wage']}/{step}").status_code == 404
    assert send(day, other, "wage", kind="not_heard", text="x").status_code == 404
    assert stranger.get(f"/desk/meeting/{day.meeting_id}").status_code == 404
    form = {"invitation": day.invitations["hr"]}
    assert other.post(f"/desk/meeting/{day.meeting_id}/sign-in", data=form).status_code == 404
    assert open_as("auditor").get(f"/desk/meeting/{day.meeting_id}").status_code == 403


def test_what_a_colleague_took_says_so(day, open_as):
    with day.office.write(day.head("hr")) as work:
        live.begin(work, day.appointments["wage"])
    client = open_as("rep_hr")
    answer = go(day, client, "wage", "begin")
    assert answer.status_code == 409
    assert "head_hr已经接待了这一场" in answer.text
    assert "本席位同时进行" in answer.text


def test_an_unchanged_screen_is_not_drawn_again(day, open_as):
    client = open_as("rep_hr")
    first = client.get(f"/desk/meeting/{day.meeting_id}")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = client.get(f"/desk/meeting/{day.meeting_id}", headers=tag)
    assert again.status_code == 304 or again.headers["ETag"] != tag["If-None-Match"]  # a minute may turn
    with day.office.write(day.rep("hr")) as work:
        live.call(work, day.appointments["wage"])
    assert client.get(f"/desk/meeting/{day.meeting_id}", headers=tag).status_code == 200


def test_the_coordinator_follows_starts_calls_and_concludes(lite_town, tmp_path):
    day = meeting_day(lite_town)
    app = make_app(small_settings(tmp_path, str(day.office.database.url)), day.office)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/account/sign-in", data={"login": "coordinator", "password": PASSWORD})
    base = f"/meetings/{day.meeting_id}"
    assert "开始会议" in client.get(f"{base}/live").text
    assert client.post(f"{base}/start").status_code == 302
    assert client.post(f"{base}/here", data={"invitation": day.invitations["zhang"]}).status_code == 302
    assert client.post(f"{base}/call", data={"desk": day.desks["hr"]}).status_code == 302
    assert get(day, Appointment, day.appointments["papers"]).progress == "called"
    page = client.get(f"{base}/live").text
    assert re.search(r"还有 5 场没有记录", page)
    answer = client.post(f"{base}/conclude")
    assert answer.location.endswith("/minutes")
    assert "会议结束时尚未对接" in client.get(answer.location).text
    refused = client.post(f"{base}/call", data={"desk": day.desks["hr"]})
    assert refused.status_code == 409


def test_only_the_areas_coordinator_sees_the_overview(day, open_as):
    for login, status in (("other_coordinator", 404), ("rep_hr", 403), ("auditor", 403)):
        client = open_as(login)
        for page in ("live", "door", "minutes", "minutes.docx"):
            answer = client.get(f"/meetings/{day.meeting_id}/{page}")
            assert answer.status_code == status, (login, page)


def test_answers_given_before_are_suggested_at_the_desk_and_new_ones_kept(day, open_as):
    with day.office.write(day.rep("hr")) as work:
        case = work.session.get_one(Case, work.session.get_one(Appointment, day.appointments["wage"]).case_id)
        asked, group, case_id = case.title, case.group_key, case.id
        entry = knowledge.Draft(group, day.departments["hr"], asked, "按去年的口径办理", "条例第三条", None, False)
        knowledge.add(work, entry)
    client = open_as("rep_hr")
    page = screen(day, client, appointment=day.appointments["wage"])
    assert "可参考的答复" in page
    assert "按去年的口径办理" in page
    send(day, client, "wage", kind="answered", result="explained", text="现场答复了")
    assert f"/knowledge/new?case={case_id}" in screen(day, client)
    assert "现场答复了" in client.get(f"/knowledge/new?case={case_id}").text
