"""What is said publicly of a case: to whoever holds its tracking code, and to nobody's harm."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from duijie.domain.events import KINDS, sentence
from duijie.domain.forms.display import display
from duijie.domain.forms.exchange import form_from_json
from duijie.domain.states import CaseState, MeetingState
from duijie.domain.text import T
from duijie.services import areas, deadlines, hearing, tracking
from duijie.services.deadlines import Counted
from duijie.services.rules.facts import UNDER_WAY, open_question
from duijie.services.work import Work
from duijie.storage.models import (
    Appointment,
    AppointmentDesk,
    Attachment,
    Case,
    Commitment,
    Department,
    Event,
    Meeting,
    Question,
    Rating,
    Reply,
    Timetable,
)

STAGES: Final = (
    T("提交", en="Filed"),
    T("受理", en="Accepted"),
    T("办理", en="In progress"),
    T("答复", en="Answered"),
    T("办结", en="Closed"),
)
_DONE: Final = {  # how many stages lie behind, by state
    CaseState.RECEIVED: 1,
    CaseState.DECLINED: 1,
    CaseState.ASSIGNED: 2,
    CaseState.IN_PROGRESS: 2,
    CaseState.ANSWERED: 4,
    CaseState.CLOSED: 5,
}
_TOLD_WHEN: Final = (MeetingState.SCHEDULED, MeetingState.LIVE)
_MOBILE: Final = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")
_OF_OTHERS: Final = frozenset({"case.noted", "case.rated", "case.reopened", "case.appealed", "case.filed",
                                   "case.question_answered", "case.revisited"})


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the progress line: ``done``, ``now`` or ``next``."""

    label: T
    status: str


@dataclass(frozen=True, slots=True)
class Told:
    """One public entry of the history. ``who`` is empty where the sentence names the department itself."""

    at: datetime
    who: T
    says: T


@dataclass(frozen=True, slots=True)
class Seat:
    """An appointment at a coming meeting: from when to when, where, at which desks."""

    meeting: Meeting
    start: datetime
    end: datetime
    desks: tuple[tuple[str, T], ...]


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A case as its requester sees it. ``case`` is theirs, ``handled`` the one that it is handled in.

    ``turn`` says whose move it is, ``until`` by when, ``count`` how that day was reached; ``answers`` are
    (section, [(label, answer)]) with personal data masked.
    """

    case: Case
    handled: Case
    stages: tuple[Stage, ...]
    turn: T
    until: date | None
    count: Counted | None
    history: tuple[Told, ...]
    replies: Sequence[Reply]
    commitments: Sequence[Commitment]
    seats: tuple[Seat, ...]
    files: Sequence[Attachment]
    ratings: Sequence[Rating]
    answers: list[tuple[str, list[tuple[str, str]]]]
    question: Question | None
    may_rate: bool
    may_reopen: bool
    may_add: bool

    @property
    def merged(self) -> bool:
        """Whether another case leads this one's."""
        return self.case.id != self.handled.id


def view(work: Work, case: Case, language: str) -> PublicCase:
    """All that is said publicly of ``case``, for a page in ``language``."""
    handled = tracking.principal(work, case)
    turn, until = _turn(work, handled)
    merged = handled.id != case.id
    return PublicCase(
        case=case,
        handled=handled,
        stages=_stages(handled.state),
        turn=turn,
        until=until,
        count=deadlines.of_lead(work, handled) if handled.state.is_open and until == handled.due_on else None,
        history=_history(work, case, handled),
        replies=list(handled.replies),
        commitments=[c for c in handled.commitments if c.state != "withdrawn"],
        seats=_seats(work, {case.id, handled.id}),
        files=[a for a in case.attachments if not a.by],
        ratings=list(case.ratings),
        answers=_answers(work, case, language),
        question=None if merged else _question(work, case),
        may_rate=not merged and hearing.may_rate(work, case),
        may_reopen=not merged and hearing.may_reopen(work, case),
        may_add=handled.state not in (CaseState.CLOSED, CaseState.DECLINED),
    )


def masked(text: str) -> str:
    """王小明 → 王**, 13800001234 → 138****1234, a@b.cn → a***@b.cn: to recognise, not to use."""
    name, at, host = text.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if len(text) >= 8:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return f"{text[:1]}{'*' * (len(text) - 1)}"


def _stages(state: CaseState) -> tuple[Stage, ...]:
    done = _DONE.get(state, 1)
    labels = list(STAGES)
    if state is CaseState.DECLINED:
        labels = [STAGES[0], state.label]
    return tuple(
        Stage(label, "done" if n < done else "now" if n == done else "next") for n, label in enumerate(labels)
    )


def _turn(work: Work, case: Case) -> tuple[T, date | None]:
    lead = case.lead
    department = lead.department.name if lead else T("主办部门", en="The lead department")
    if asked := _question(work, case):
        said = T("{department}请您补充情况，您回答后继续办理。", en="Your turn: {department} needs to know more to go on.")
        return said.fill(department=asked.department.name), None if asked.pauses else case.due_on
    match case.state:
        case CaseState.RECEIVED:
            said = T("协调员正在受理，随后交部门办理。", en="A coordinator looks at it and will pass it on.")
            return said, case.expected_on
        case CaseState.ASSIGNED:
            said = T("已交{department}办理。", en="It is with {department}.")
            return said.fill(department=department), case.due_on or case.expected_on
        case CaseState.IN_PROGRESS:
            said = T("{department}正在办理。", en="{department} is working on it.")
            return said.fill(department=department), case.due_on or case.expected_on
        case CaseState.ANSWERED:
            said = T("请您看看答复，评价是否满意。", en="Your turn: please read the answer and rate it.")
            return said, hearing.rate_until(work, case)
        case CaseState.CLOSED:
            said = T("已办结。问题没有真正解决的，可以申请重办。",
                     en="It is closed. If the problem is not really solved, you can ask to reopen it.")
            return said, hearing.reopen_until(work, case)
        case _:
            said = T("未能受理，原因见下。您有不同意见的，可以申请重新受理。",
                     en="It was declined for the reason below. If you disagree, ask to look at it again.")
            return said, hearing.reopen_until(work, case)


def _history(work: Work, case: Case, handled: Case) -> tuple[Told, ...]:
    ids = {case.id, handled.id}
    found = select(Event).where(Event.case_id.in_(ids), Event.public).order_by(Event.at, Event.id)
    mine = [e for e in work.session.scalars(found) if e.case_id == case.id or e.kind not in _OF_OTHERS]
    return tuple(_told(e, handled.id if handled.id != case.id else 0) for e in mine)


def _told(event: Event, foreign: int) -> Told:
    data = _without_numbers(event.data) if event.case_id == foreign else event.data
    return Told(event.at, _who(event), sentence(event.kind, data))


def _without_numbers(value: Any) -> Any:
    """A reply to somebody else's case may hold their number."""
    if isinstance(value, Mapping):
        return {key: _without_numbers(one) for key, one in value.items()}
    return _MOBILE.sub(r"\1****\2", value) if isinstance(value, str) else value


def _who(event: Event) -> T:
    """A side, never a person: no officer's name stands on a public page."""
    if KINDS.get(event.kind, T("", "")).zh.startswith("{department}"):
        return T("", en="")
    if event.actor_kind == "requester":
        return T("您", en="You")
    if event.actor_kind == "system":
        return T("系统", en="The system")
    return T("工作人员", en="The staff")


def _question(work: Work, case: Case) -> Question | None:
    return open_question(work, case) if case.state in UNDER_WAY else None


def _seats(work: Work, case_ids: set[int]) -> tuple[Seat, ...]:
    query = (
        select(Appointment, Meeting)
        .join(Timetable, Timetable.id == Appointment.timetable_id)
        .join(Meeting, Meeting.published_id == Timetable.id)
        .where(Appointment.case_id.in_(case_ids), Appointment.slot.is_not(None))
        .where(Meeting.state.in_(_TOLD_WHEN))
        .order_by(Meeting.starts_at, Appointment.slot)
    )
    return tuple(_seat(a, m) for a, m in work.session.execute(query).unique())


def _seat(appointment: Appointment, meeting: Meeting) -> Seat:
    one = timedelta(minutes=meeting.slot_minutes)
    start = meeting.starts_at + one * (appointment.slot or 0)
    desks = tuple((link.desk.label, link.desk.department.name) for link in _in_order(appointment.desks))
    return Seat(meeting, start, start + one * appointment.length, desks)


def _in_order(desks: Sequence[AppointmentDesk]) -> list[AppointmentDesk]:
    return sorted(desks, key=lambda link: (link.desk.position, link.desk.id))


def _answers(work: Work, case: Case, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    form = form_from_json(case.submission.form.content)
    names = {d.key: d.name for d in work.session.scalars(select(Department))}
    sections = display(form, case.submission.answers, language, names=names, areas=areas.names(work))
    return [
        (title, [(label, masked(answer) if private else answer) for label, answer, private in lines])
        for title, lines in sections
    ]
