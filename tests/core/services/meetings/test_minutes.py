import io
from datetime import date, timedelta

import docx
import pytest
from meeting_day import Day, meeting_day
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Conflict, Forbidden, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState, OutcomeKind, ReplyKind
from duijie.services.meetings import live, minutes
from duijie.storage.models import Appointment, Event, Invitation, Meeting, Reminder

K = OutcomeKind


@pytest.fixture
def day(town: Town) -> Day:
    return concluded(meeting_day(town, MeetingState.LIVE))


@pytest.fixture
def lite_day(lite_town: Town) -> Day:
    return concluded(meeting_day(lite_town, MeetingState.LIVE))


def concluded(day: Day) -> Day:
    """wage answered, power promised, papers answered; school and late not reached; power company absent."""
    with day.office.write(day.rep("hr")) as work:
        live.sign_in_by_hand(work, day.meeting_id, day.invitations["hr"])
        live.begin(work, day.appointments["wage"])
        live.record_outcome(work, day.appointments["wage"], day.departments["hr"], K.ANSWERED,
                            text="可按项目参保 <b> & {{ 7*7 }}", result=ReplyKind.EXPLAINED)  # fmt: skip
        live.record_outcome(work, day.appointments["papers"], day.departments["hr"], K.ANSWERED,
                            text="凭身份证即可办理", result=ReplyKind.SOLVED)  # fmt: skip
    with day.office.write(day.rep("economy")) as work:
        live.record_outcome(work, day.appointments["power"], day.departments["economy"], K.COMMITTED,
                            text="协调供电公司完成增容", working_days=7, officer="陈科长")  # fmt: skip
    with day.office.write(coordinator(day)) as work:
        live.conclude(work, day.meeting_id)
    return day


def coordinator(day: Day):
    return day.town.actor("coordinator")


def test_the_draft_holds_what_was_recorded(day):
    with day.office.read(coordinator(day)) as work:
        record = minutes.read(work, day.meeting_id).record
    assert [s["name"].zh for s in record["attended"]] == ["区人力社保局", "区经信局"]
    assert [n.zh for n in record["absent"]] == ["供电公司"]
    assert record["figures"] | {"wait": None} == {
        "invited": 3, "came": 3, "requesters": 3, "appointments": 5, "heard": 3, "answered": 2,
        "commitments": 1, "transferred": 0, "not_heard": 2, "wait": None,
    }  # fmt: skip
    [promise] = record["resolved"]
    assert (promise["department"].zh, promise["officer"], promise["working_days"]) == ("区经信局", "陈科长", 7)
    assert isinstance(promise["due"], date)
    assert len(record["items"]) == 5
    assert [i["said"][0]["kind"].zh for i in record["items"][3:]] == ["未对接", "未对接"]
    assert record["recorder"] == coordinator(day).name


def test_waiting_counts_from_the_plan_the_arrival_or_the_talk_before(lite_town):
    day = meeting_day(lite_town, MeetingState.LIVE)
    with day.office.write(SYSTEM) as work:
        start = work.session.get_one(Meeting, day.meeting_id).starts_at

        def talk(key: str, begun: int, ended: int) -> None:
            one = work.session.get_one(Appointment, day.appointments[key])
            one.started_at = start + timedelta(minutes=begun)
            one.ended_at = start + timedelta(minutes=ended)

        hongyuan = work.session.get_one(Invitation, day.invitations["hongyuan"])
        hongyuan.signed_in_at = start - timedelta(hours=1)
        zhang = work.session.get_one(Invitation, day.invitations["zhang"])
        zhang.signed_in_at = start + timedelta(minutes=10)
        talk("wage", 4, 12)      # planned at 0: 4 minutes
        talk("school", 20, 30)   # free since 12: 8 minutes
        talk("papers", 13, 20)   # came at 10: 3 minutes
        work.session.flush()
        room = minutes.desk.room(work, work.session.get_one(Meeting, day.meeting_id))
        assert minutes.average_wait(room) == 5


def test_there_are_no_minutes_before_the_end_nor_for_others(lite_town):
    day = meeting_day(lite_town, MeetingState.LIVE)
    with pytest.raises(Refused), day.office.read(coordinator(day)) as work:
        minutes.read(work, day.meeting_id)
    with pytest.raises(Forbidden), day.office.read(day.rep("hr")) as work:
        minutes.read(work, day.meeting_id)
    with pytest.raises(NotFound), day.office.read(lite_town.actor("other_coordinator")) as work:
        minutes.read(work, day.meeting_id)


def test_filing_freezes_the_minutes_and_tells_the_departments(day):
    with day.office.write(coordinator(day)) as work:
        added = {"chair": "李主任", "recorder": "小周", "others": "", "remarks": "下次月底"}
        minutes.change(work, day.meeting_id, None, added)
    with day.office.write(coordinator(day)) as work:
        before = minutes.read(work, day.meeting_id).record
        minutes.file(work, day.meeting_id)
    with day.office.write(SYSTEM) as work:
        meeting = work.session.get_one(Meeting, day.meeting_id)
        assert meeting.state is MeetingState.FILED
        meeting.title = "另一个标题"
    with day.office.read(coordinator(day)) as work:
        assert minutes.read(work, day.meeting_id).record == before
        told = select(Reminder.user_id).where(
            Reminder.kind.startswith("meeting.commitment"), Reminder.channel == "inbox"
        )
        assert set(work.session.scalars(told)) == {day.rep("economy").user_id}
        assert work.session.scalar(select(Event.id).where(Event.kind == "meeting.filed"))
    with pytest.raises(Refused), day.office.write(coordinator(day)) as work:
        minutes.change(work, day.meeting_id, None, {"remarks": "x"})


def test_two_who_edit_the_minutes_do_not_overwrite_one_another(lite_day):
    with lite_day.office.read(SYSTEM) as work:
        seen = work.session.get_one(Meeting, lite_day.meeting_id).version
    with lite_day.office.write(coordinator(lite_day)) as work:
        minutes.change(work, lite_day.meeting_id, seen, {"remarks": "一"})
    with pytest.raises(Conflict), lite_day.office.write(coordinator(lite_day)) as work:
        minutes.change(work, lite_day.meeting_id, seen, {"remarks": "二"})


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        (
            "zh",
            ["第十八次企业发展对接会纪要", "时间：", "缺席：\t供电公司", "一、基本情况", "二、议定事项"],
        ),
        ("en", ["Minutes: 第十八次企业发展对接会", "Time:", "Absent:", "1. Overview", "2. Agreed"]),
    ],
)
def test_the_word_file_reads_as_an_official_document(lite_day, language, wanted):
    with lite_day.office.read(coordinator(lite_day)) as work:
        made = minutes.word(work, lite_day.meeting_id, language)
    assert made.name == "纪要-DJH-2026-018.docx"
    document = docx.Document(io.BytesIO(made.content))
    lines = [p.text for p in document.paragraphs]
    for text in wanted:
        assert any(line.startswith(text) for line in lines), (text, lines)
    assert any("可按项目参保 <b> & {{ 7*7 }}" in line for line in lines)
    [table] = document.tables
    assert len(table.rows) == 2
    assert [c.text for c in table.rows[1].cells][1:3] == ["协调供电公司完成增容", "东海机械有限公司"]
    east = document.styles["Title"].element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia"))
    assert east == "方正小标宋简体"
