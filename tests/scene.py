"""An area in the middle of things, for tests: cases at several stages and a meeting that is going on.

Everything is done through the services by the people whose business it is, so that the records are whole.
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select
from town import Town

from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.recurrence import Kind, Pattern, Shift
from duijie.domain.roles import SYSTEM, requester
from duijie.domain.states import OutcomeKind
from duijie.domain.text import T
from duijie.services import (
    common_questions,
    extensions,
    filing,
    outlets,
    questions,
    tracking,
    triage,
    uploads,
)
from duijie.services.feeds import tokens
from duijie.services.meetings import agenda, calling, desk, live, outcomes, planning, publishing
from duijie.services.meetings.calling import NewMeeting
from duijie.services.series.planning import NewSeries, create
from duijie.services.work import Work
from duijie.storage.models import (
    AgendaItem,
    Appointment,
    Area,
    Assignment,
    Attachment,
    Case,
    Commitment,
    Desk,
    Grant,
    Invitation,
    Meeting,
    Outcome,
    Reminder,
    Revisit,
    RosterEntry,
    RosterSeat,
    User,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
GROUP = "enterprise"
LEAD = "economy"
CO = "power"
STRANGER = "tax"  # a department of the group that has nothing to do with any of it


@dataclass
class Scene:
    """One area's records, by what a route's argument calls them."""

    area_key: str
    code: str = ""
    file_name: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def credit_code(number: int) -> str:
    """A well-formed credit code of nobody."""
    first = f"91330200MA{number:07d}"
    return first + credit_check_character(first)


def answers(number: int = 1, **more: Any) -> dict[str, Any]:
    """What an enterprise fills in, as a browser would send it."""
    return {
        "company": f"滨港第{number}机械厂",
        "credit_code": credit_code(number),
        "contact": "陈立群",
        "mobile": f"138{number:08d}",
        "email": f"firm{number}@example.test",
        "topic": "utilities",
        "text": "用电增容申请排队三个月，注塑车间旺季跳闸，希望尽快装上变压器。",
        "capacity_now": "630",
        "capacity_wanted": "1250",
        "account_no": "3302001234",
        "speak_up": "yes",
        **more,
    }


def play(town: Town, area_key: str, coordinator: str) -> Scene:
    """Let an area live: a new case, one on the agenda of a meeting that is on, and a draft of a meeting."""
    scene = Scene(area_key)
    _file(town, scene, coordinator)
    _meet(town, scene, coordinator)
    _ask(town, scene)
    _look_up(town, scene)
    _connect(town, scene)
    return scene


def _file(town: Town, scene: Scene, coordinator: str) -> None:
    base = 100 * (town.actor(coordinator).user_id or 0)
    with town.office.write(requester("", "127.0.0.1")) as work:
        draft = uploads.new_draft()
        uploads.keep_draft(work, draft, "电费单.png", PNG)
        filed = filing.file_case(
            work, GROUP, scene.area_key, answers(base + 1), draft=draft, consent=True, source="online"
        )
        waiting = filing.file_case(work, GROUP, scene.area_key, answers(base + 2), consent=True)
        scene.code = filed.code
        scene.values |= {"case_id": filed.case.id, "received_id": waiting.case.id}
    with town.office.write(town.actor(coordinator)) as work:
        case = work.session.get_one(Case, filed.case.id)
        triage.accept(work, case, town.department_id(LEAD), [town.department_id(CO)])
        question = common_questions.open_(work, "用电增容排队", [case.id])
        scene.values["common_id"] = question.id


def _meet(town: Town, scene: Scene, coordinator: str) -> None:
    actor = town.actor(coordinator)
    lead, co = town.department_id(LEAD), town.department_id(CO)
    with town.office.write(actor) as work:
        area = work.session.scalars(select(Area).where(Area.key == scene.area_key)).one()
        new = NewMeeting(
            group_key=GROUP, area_id=area.id, title="企业发展顾问团对接会", place="园区会议室",
            day=work.today + timedelta(days=1), start=time(14), slot_minutes=12, slots=10,
            seats={lead: 1, co: 1},
        )  # fmt: skip
        meeting, draft = calling.create(work, new), calling.create(work, new)
        scene.values |= {"meeting_id": meeting.id, "draft_meeting_id": draft.id}
        agenda.add(work, meeting.id, None, [scene.values["case_id"]])
        publishing.invite(work, meeting.id, None)
        scene.values |= {"series_id": _repeat(town, work, area.id), "feed_token": tokens.make(work)}
    planning.solve(town.office, actor, meeting.id)
    with town.office.write(actor) as work:
        publishing.publish(work, meeting.id, None)
        live.start(work, meeting.id)
        found = work.session.get_one(Meeting, meeting.id)
        talk = next(
            a for a in desk.published(work, found) if any(d.desk.department_id == lead for d in a.desks)
        )
        scene.values["appointment_id"] = talk.id
    with town.office.write(town.actor(f"rep_{LEAD}")) as work:
        live.call(work, talk.id)
        live.begin(work, talk.id)
        outcomes.record_outcome(
            work, talk.id, lead, OutcomeKind.COMMITTED, text="两周内装好变压器", working_days=7,
            officer="赵工",
        )  # fmt: skip


def _repeat(town: Town, work: Work, area_id: int) -> int:
    new = NewSeries(
        group_key=GROUP, area_id=area_id, title="企业发展顾问团例会", place="园区会议室", pattern=Pattern(Kind.MONTH_DAY, day=18),
        shift=Shift.AFTER, first_on=work.today, start=time(14), slot_minutes=12, slots=10, seats={town.department_id(LEAD): 1},
    )  # fmt: skip
    return create(work, new).id


def _ask(town: Town, scene: Scene) -> None:
    """A question to the requester, a request for more time, and a call to make."""
    case_id = scene.values["case_id"]
    with town.office.write(town.actor(f"rep_{LEAD}")) as work:
        case, lead = work.session.get_one(Case, case_id), town.department_id(LEAD)
        scene.values["extension_id"] = extensions.ask(work, case, lead, 3, "设备没到").id
        scene.values["question_id"] = questions.ask(work, case, lead, "户号对吗？").id
    with town.office.write(SYSTEM) as work:
        title = T("回访", en="Revisit")
        call = Revisit(key=f"call-{case_id}", case_id=case_id, stay=1, rule=title, ask=title, due_on=work.today)
        work.session.add(call)
        work.session.flush()
        scene.values["revisit_id"] = call.id


def _connect(town: Town, scene: Scene) -> None:
    """A robot of the area's group, after all else: nothing is told to it."""
    with town.office.write(SYSTEM) as work:
        draft = outlets.Draft("wecom", "工作群", "https://robot.invalid/send?key=x", owner=f"area:{scene.values['area_id']}",
                              kinds=("due",))  # fmt: skip
        scene.values["outlet_id"] = outlets.add(work, draft).id


def _look_up(town: Town, scene: Scene) -> None:
    """The ids of what belongs to the case and the meeting."""
    values = scene.values
    case_id, meeting_id = values["case_id"], values["meeting_id"]
    with town.office.read(SYSTEM) as work:

        def first(column: Any, *where: Any) -> Any:
            return work.session.scalars(select(column).where(*where).order_by(column)).first()

        values |= {
            "assignment_id": first(Assignment.id, Assignment.case_id == case_id),
            "commitment_id": first(Commitment.id, Commitment.case_id == case_id),
            "outcome_id": first(Outcome.id, Outcome.case_id == case_id),
            "desk_id": first(Desk.id, Desk.meeting_id == meeting_id),
            "invitation_id": first(
                Invitation.id, Invitation.meeting_id == meeting_id, Invitation.department_id.is_not(None)
            ),
            "requester_invitation_id": first(
                Invitation.id, Invitation.meeting_id == meeting_id, Invitation.department_id.is_(None)
            ),
            "item_id": first(AgendaItem.id, AgendaItem.meeting_id == meeting_id),
            "other_appointment_id": first(Appointment.id, Appointment.id != values["appointment_id"]),
            "attachment_token": first(Attachment.token, Attachment.case_id == case_id),
            "area_id": first(Area.id, Area.key == scene.area_key),
            "entry_id": first(RosterEntry.id, RosterEntry.group_key == GROUP),
            "seat_id": first(RosterSeat.id),
            "reminder_id": first(Reminder.id, Reminder.channel == "inbox"),
            "user_id": first(User.id, User.login == "other_coordinator"),
        }
        values["grant_id"] = first(Grant.id, Grant.user_id == values["user_id"])
        case = work.session.get_one(Case, case_id)
        values["link"] = tracking.link_of(town.office, case).rpartition("/")[2]
        values["department_id"] = town.department_id(LEAD)
        values["file_name"] = values["attachment_token"]
