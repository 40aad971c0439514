"""A representative's screen on the day: who is at the desk, who is next, and recording what it ended in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Conflict, DuijieError, Invalid, NotFound, Problem
from duijie.domain.events import sentence
from duijie.domain.roles import Role
from duijie.domain.states import MeetingState, OutcomeKind, ReplyKind
from duijie.domain.text import T
from duijie.services import asked, casework, find, rosters
from duijie.services.meetings import desk as floor
from duijie.services.meetings import live, naming
from duijie.services.meetings.access import manages
from duijie.services.work import Work
from duijie.storage.queries import one_case
from duijie.storage.queries.cases import history
from duijie.web.access import only
from duijie.web.desk.blueprint import desk
from duijie.web.errors import status_of
from duijie.web.polling import unchanged, with_tag
from duijie.web.submissions import sections
from duijie.web.whole import whole
from duijie.web.work import notice, read, write

if TYPE_CHECKING:
    from duijie.storage.models import Appointment, Desk, Meeting, Outcome

STAFF = (Role.REPRESENTATIVE, Role.COORDINATOR)
USUAL_DAYS = (3, 5, 7, 15)
KINDS = (
    (OutcomeKind.ANSWERED, T("现场说清或办完", en="Explained or settled here")),
    (OutcomeKind.COMMITTED, T("限期办理，写明责任人", en="A date and an officer")),
    (OutcomeKind.SITE_VISIT, T("约定日期到现场", en="Go and look by a date")),
    (OutcomeKind.TRANSFERRED, T("属其他部门职责", en="Another department's task")),
    (OutcomeKind.NOT_HEARD, T("人未到或时间不够", en="Absent, or no time left")),
)


@desk.get("/meeting/<int:meeting_id>")
@only(*STAFF)
def meeting(meeting_id: int) -> ResponseReturnValue:
    """The desk: now, next, the rest."""
    with read() as work:
        find.meeting(work, meeting_id)
        tag = f"{floor.fingerprint(work, meeting_id)}-{g.language}-{int(work.now.timestamp()) // 60}"
        return unchanged(tag) or with_tag(tag, _screen(work, meeting_id))


@desk.post("/meeting/<int:meeting_id>/sign-in")
@only(*STAFF)
def sign_in(meeting_id: int) -> ResponseReturnValue:
    """The department is here."""
    with write() as work:
        live.sign_in_by_hand(work, meeting_id, request.form.get("invitation", 0, type=int))
    notice(T("已签到。", en="Signed in."))
    return redirect(_back(meeting_id))


@desk.post("/appointment/<int:appointment_id>/<any(call, begin, back):step>")
@only(*STAFF)
def step(appointment_id: int, step: str) -> ResponseReturnValue:
    """Call the requester, begin the talk, or put them back among those who wait."""
    acts = {"call": live.call, "begin": live.begin, "back": live.put_back}
    try:
        with write() as work:
            meeting_id = acts[step](work, appointment_id).timetable.meeting_id
    except NotFound:
        raise
    except DuijieError as error:
        return _again(appointment_id, error)
    return redirect(_back(meeting_id))


@desk.post("/appointment/<int:appointment_id>/outcome")
@only(*STAFF)
def record(appointment_id: int) -> ResponseReturnValue:
    """Record what the talk ended in; what was typed stays on the page when it cannot be taken."""
    try:
        with write() as work:
            kind, typed = _typed()
            made = live.record_outcome(
                work, appointment_id, request.form.get("department", 0, type=int), kind, **typed
            )
    except NotFound:
        raise
    except DuijieError as error:
        return _again(appointment_id, error)
    notice(T("已记录：{kind}。", en="Recorded: {kind}.").fill(kind=made.kind.label))
    return redirect(_back(made.meeting_id, saved=appointment_id))


@desk.post("/outcome/<int:outcome_id>/<any(correct, withdraw):act>")
@only(*STAFF)
def correct(outcome_id: int, act: str) -> ResponseReturnValue:
    """Record something else instead, or take the record back."""
    with read() as work:
        appointment_id = floor.outcome(work, outcome_id).appointment_id
    try:
        with write() as work:
            if act == "withdraw":
                meeting_id = live.withdraw_outcome(work, outcome_id).timetable.meeting_id
            else:
                kind, typed = _typed()
                meeting_id = live.correct_outcome(work, outcome_id, kind, **typed).meeting_id
    except NotFound:
        raise
    except DuijieError as error:
        return _again(appointment_id, error, correcting=outcome_id)
    taken_back = T("已撤销记录。", en="The record is taken back.")
    notice(T("已更正。", en="Corrected.") if act == "correct" else taken_back)
    return redirect(_back(meeting_id, saved=appointment_id))


def _typed() -> tuple[OutcomeKind, dict[str, Any]]:
    form = request.form
    try:
        kind = OutcomeKind(form.get("kind", ""))
    except ValueError:
        raise Invalid.field("kind", "请选择对接结果。", "Choose what the talk ended in.") from None
    result = form.get("result", "")
    days = form.get("working_days", "").strip() or form.get("usual_days", "")
    return kind, {
        "text": form.get("text", ""),
        "result": ReplyKind(result) if result in set(ReplyKind) else None,
        "working_days": whole(days),
        "officer": form.get("officer", ""),
        "transfer_to": form.get("transfer_to", type=int),
    }


def _again(appointment_id: int, error: DuijieError, correcting: int = 0) -> ResponseReturnValue:
    """The desk with what was typed and what is wrong with it."""
    with read() as work:
        _, its_meeting = floor.seen(work, appointment_id)
        opened = 0 if isinstance(error, Conflict) and not request.form.get("text") else appointment_id
        page = _screen(work, its_meeting.id, error, opened, correcting)
    return page, status_of(error)


def _screen(
    work: Work, meeting_id: int, error: DuijieError | None = None, opened: int = 0, correcting: int = 0
) -> str:
    its_meeting = find.meeting(work, meeting_id)
    desks = floor.own_desks(work, its_meeting)
    if not desks:
        raise NotFound
    own = _chosen(desks)
    room = floor.room(work, its_meeting)
    stand = room.stand(own.id)
    correcting = correcting or request.args.get("correct", 0, type=int)
    opened = opened or request.args.get("appointment", 0, type=int)
    at_desk = {a.id: a for a in (*stand.talking, *stand.called, *stand.waiting, *stand.done)}
    wrong = next((o for a in at_desk.values() for o in a.outcomes if o.id == correcting), None)
    mine = [a for a in (*stand.talking, *stand.called) if _is_mine(work, its_meeting, own, a)]
    asked = at_desk.get(wrong.appointment_id if wrong else opened)
    waiting_for_me = {a.id for a in mine}
    mine = [asked] if asked is not None else mine[:1]  # one form at a time: what is typed goes to one case
    return render_template(
        "desk/live.html",
        meeting=its_meeting, room=room, stand=stand, desk=own, desks=desks, mine=mine, correcting=wrong,
        asked=asked, others=[a for a in (*stand.talking, *stand.called) if a not in mine], own=waiting_for_me,
        files=[_file(work, a, own) for a in mine], is_live=its_meeting.state is MeetingState.LIVE,
        kinds=KINDS, results=list(ReplyKind), dates=_dates(work), targets=_targets(work, its_meeting, own),
        problems=_problems(error), kept=_kept(work, wrong, own), saved=request.args.get("saved", 0, type=int),
        rerendered=error is not None, manages=manages(work, its_meeting), desk_name=naming.desk_name,
    )  # fmt: skip


def _chosen(desks: list[Desk]) -> Desk:
    wanted = request.values.get("desk", 0, type=int)
    return next((d for d in desks if d.id == wanted), desks[0])


def _is_mine(work: Work, its_meeting: Meeting, own: Desk, one: Appointment) -> bool:
    """A talk that this person holds: their own, a joint one, or one that the coordinator called."""
    if own.department_id not in work.actor.departments:
        return manages(work, its_meeting)
    return one.taken_by_id in (None, work.actor.user_id) or len(one.desks) > 1


def _file(work: Work, one: Appointment, own: Desk) -> dict[str, Any]:
    """All that the desk shows of a talk and its case."""
    case = one_case.fresh(work.session, one.case_id)
    return {
        "appointment": one, "case": case, "sections": sections(work, case),
        "history": [(e.at, e.actor, sentence(e.kind, e.data)) for e in history(work.session, case.id)],
        "said": next((o for o in one.outcomes if o.department_id == own.department_id), None),
        "lead": case.lead is None or case.lead.department_id == own.department_id,
        "with": [link.desk for link in one.desks if link.desk_id != own.id],
        "kept": asked.before(work, case.group_key, f"{case.title}\n{case.text}", public=False),
    }  # fmt: skip


def _dates(work: Work) -> list[tuple[int, Any]]:
    return [(days, casework.due_after(work, days).day) for days in USUAL_DAYS]


def _targets(work: Work, its_meeting: Meeting, own: Desk) -> list[tuple[int, T]]:
    entries = rosters.entries_of(work, its_meeting.group_key)
    return [(e.department_id, e.department.name) for e in entries if e.department_id != own.department_id]


def _problems(error: DuijieError | None) -> tuple[Problem, ...]:
    if error is None:
        return ()
    return error.problems if isinstance(error, Invalid) else (Problem("", error.message),)


def _kept(work: Work, wrong: Outcome | None, own: Desk) -> dict[str, Any]:
    """The form's values: what was just typed, else the record to be corrected, else a fresh form's."""
    if request.method == "POST":
        return dict(request.form.items())
    if wrong is not None:
        promise = wrong.commitment
        return {
            "appointment": wrong.appointment_id, "kind": wrong.kind.value, "text": wrong.text,
            "result": wrong.reply.kind.value if wrong.reply else "",
            "working_days": promise.working_days if promise else "",
            "officer": promise.officer if promise else "", "transfer_to": wrong.transferred_to_id or "",
        }  # fmt: skip
    speaks = own.department_id in work.actor.departments
    return {"officer": g.user.name.to(g.language) if speaks and g.user else ""}


def _back(meeting_id: int, saved: int | None = None) -> str:
    own = request.form.get("desk", type=int)
    return url_for("desk.meeting", meeting_id=meeting_id, desk=own, saved=saved)
