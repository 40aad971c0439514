"""From a meeting to the solver's question, and from its answer to a stored timetable."""

import re
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import selectinload

from duijie.domain.errors import Conflict, Refused
from duijie.domain.roles import Actor
from duijie.domain.text import T
from duijie.matchmaking import results, values
from duijie.matchmaking.check import violations
from duijie.matchmaking.solver import solve as find_timetable
from duijie.services.meetings import agenda, locking, slots, wishing
from duijie.services.meetings.access import editable, touch
from duijie.services.work import Office, Work
from duijie.storage.models import (
    AgendaItem,
    Appointment,
    AppointmentDesk,
    Case,
    Department,
    Desk,
    Meeting,
    Timetable,
)
from duijie.storage.queries.meetings import latest_timetable

TIME_LIMIT: Final = 4.0  # seconds
_NUMBERS: Final = r"(?P<slots>\d+(?:–\d+)?(?:, \d+(?:–\d+)?)*)"
_SLOTS_ZH: Final = re.compile(rf"第 {_NUMBERS} 时段")
_SLOTS_EN: Final = re.compile(rf"(?P<at>\bin )?\bslots? {_NUMBERS}")


@dataclass(frozen=True)
class Wanted:
    """One appointment that the agenda asks for: a case at one desk, or at several together."""

    key: str
    item: AgendaItem
    desks: tuple[Desk, ...]

    @property
    def label(self) -> T:
        """How sentences call it."""
        names = [desk.department.name for desk in self.desks]
        return T(f"{self.item.case.requester} — {'、'.join(n.zh for n in names)}",
                 en=f"{self.item.case.requester} — {', '.join(n.en for n in names)}")


def wanted(meeting: Meeting) -> list[Wanted]:
    """Every appointment of the agenda: one per department with a desk, or one for all where they sit together.

    Requesters who declined want none. Keys stay the same in every timetable of the meeting.
    """
    found: list[Wanted] = []
    desks = {desk.department_id: desk for desk in meeting.desks}
    for item in meeting.agenda:
        if item.invitation is None or item.invitation.answer == "declined":
            continue
        at = tuple(desks[d.id] for d in agenda.departments_of(item.case) if d.id in desks)
        groups = [at] if item.together else [(desk,) for desk in at]
        found += [Wanted(key_of(item.case, group), item, group) for group in groups if group]
    return found


def problem_of(work: Work, meeting: Meeting) -> values.Problem:
    """What the solver is asked: the agenda's appointments, desks and requesters with their times, and the locks."""
    load(work, meeting)
    locks = locking.kept(locking.of_meeting(work, meeting), current(work, meeting))
    asked = wanted(meeting)
    parties = {w.item.invitation.id: w.item.invitation for w in asked if w.item.invitation}
    return values.Problem(
        slots=meeting.slots,
        desks=tuple(desk_value(meeting, desk) for desk in meeting.desks),
        parties=tuple(values.Party(f"p{i.id}", _within(meeting, i.away), i.name) for i in parties.values()),
        requests=tuple(_request(work, meeting, w, locks.get(w.key)) for w in asked),
        weights=wishing.points(meeting),
    )


def solve(office: Office, actor: Actor, meeting_id: int, version: int | None = None, *,
          seconds: float = TIME_LIMIT) -> int:
    """Find a timetable and store it as the next one; answers its number.

    Opens its own pieces of work, because the search takes seconds and must hold no transaction: read, search,
    write. Raises Conflict when the question changed meanwhile, Refused when there is nothing to place.
    """
    with office.read(actor) as work:
        question = ask(work, editable(work, meeting_id, version))
    solution = find_timetable(question.problem, time_limit=seconds, prefer=question.prefer or None)
    with office.write(actor) as work:
        return keep(work, editable(work, meeting_id, version), question, solution).number


@dataclass(frozen=True)
class Question:
    """What is asked of the solver, and where the earlier timetable had everything."""

    problem: values.Problem
    prefer: dict[str, int]


def ask(work: Work, meeting: Meeting) -> Question:
    """What to solve. Raises Refused when there is nothing to place."""
    problem = problem_of(work, meeting)
    if not problem.requests:
        raise Refused(T("还没有可排的对接。请先选诉求，并给它们的部门安排席位。",
                        en="There is nothing to place yet. Choose cases first and give their departments desks."))
    return Question(problem, placed(current(work, meeting)))


def keep(work: Work, meeting: Meeting, question: Question, solution: results.Solution) -> Timetable:
    """Keep the answer as the meeting's next timetable. Raises Conflict when the question is another by now."""
    if problem_of(work, meeting) != question.problem:
        raise Conflict(T("排表期间会议安排有变动，结果没有保存。请再排一次。",
                         en="The meeting changed while the timetable was being found; nothing was kept. Solve it again."))
    return store(work, meeting, solution)


def store(work: Work, meeting: Meeting, solution: results.Solution) -> Timetable:
    """Keep a solution as the meeting's next timetable; a talk that was locked by itself stays so."""
    reasons = {u.request: worded(work, meeting, u.reason) for u in solution.unplaced}
    last = current(work, meeting)
    locked = {a.key for a in last.appointments if a.locked and a.key in solution.slots} if last else set()
    timetable = add_timetable(work, meeting, str(solution.status.value), solution.gaps, _least_gaps(solution), solution.seconds)
    timetable.search = {"objective": solution.objective, "bound": solution.bound, "wishes": dict(meeting.wishes)}
    for want in wanted(meeting):
        timetable.appointments.append(_appointment(want, solution.slots.get(want.key), reasons.get(want.key), locked))
    touch(meeting)
    work.record("meeting.solved", "meeting", meeting.id, number=timetable.number, placed=len(solution.slots),
                unplaced=len(solution.unplaced))
    work.session.flush()
    return timetable


def _least_gaps(solution: results.Solution) -> int:
    """What is proved about the gaps: all of them are needed when the timetable is the best and nothing is left out."""
    return solution.gaps if solution.status is results.Status.OPTIMAL and not solution.unplaced else 0


def add_timetable(work: Work, meeting: Meeting, status: str, gaps: int, bound: int, seconds: float) -> Timetable:
    """An empty timetable with the meeting's next number."""
    last = current(work, meeting)
    timetable = Timetable(
        meeting_id=meeting.id, number=last.number + 1 if last else 1, status=status, gaps=gaps, bound=bound,
        seconds=seconds, created_at=work.now, by=work.actor.name[:100], appointments=[],
    )
    work.session.add(timetable)
    return timetable


def copy_of(a: Appointment) -> Appointment:
    """The same appointment for another timetable, without what came of it."""
    return Appointment(
        key=a.key, invitation_id=a.invitation_id, case_id=a.case_id, slot=a.slot,
        length=a.length, locked=a.locked, unplaced_reason=a.unplaced_reason,
        desks=[AppointmentDesk(desk_id=d.desk_id) for d in a.desks],
    )  # fmt: skip


def current(work: Work, meeting: Meeting) -> Timetable | None:
    """The meeting's newest timetable with its appointments; None before the first."""
    return work.session.scalar(latest_timetable(meeting.id))


def placed(timetable: Timetable | None) -> dict[str, int]:
    """Appointment key → first slot, of those that have a place."""
    return {a.key: a.slot for a in timetable.appointments if a.slot is not None} if timetable else {}


def unlocked(problem: values.Problem) -> values.Problem:
    """The same question without locks: what an edit by hand is checked against."""
    return replace(problem, requests=tuple(replace(r, slot=None) for r in problem.requests))


def stale(work: Work, meeting: Meeting, timetable: Timetable) -> list[T]:
    """In words, where ``timetable`` no longer fits the meeting: answers, desks or agenda changed since."""
    problem = unlocked(problem_of(work, meeting))
    asked = {w.key: w.label for w in wanted(meeting)}
    have = {a.key: a for a in timetable.appointments}
    gone = [a for key, a in have.items() if key not in asked and a.slot is not None]
    found = [T("{who} 的对接已不需要。", en="The appointment of {who} is no longer wanted.").fill(who=a.invitation.name)
             for a in gone]
    found += [T("{what} 还没有排。", en="{what} has not been placed yet.").fill(what=label)
              for key, label in asked.items() if key not in have]
    valid = {key: slot for key, slot in placed(timetable).items() if key in asked}
    lengths = {w.key: w.item.length for w in wanted(meeting)}
    found += [T("{what} 的时长已改。", en="The length of {what} changed.").fill(what=asked[key])
              for key in valid if lengths[key] != have[key].length]
    return found + [worded(work, meeting, text) for text in violations(problem, valid)]


def worded(work: Work, meeting: Meeting, text: T) -> T:
    """A sentence of the solver or checker for people: keys and desks by their names in each language, slots as hours."""
    zh, en = text.zh, text.en
    for want in wanted(meeting):
        zh, en = zh.replace(f"“{want.key}”", f"“{want.label.zh}”"), en.replace(f"“{want.key}”", f"“{want.label.en}”")
    for desk in meeting.desks:
        name: T = desk.department.name
        en = en.replace(f"“{name.zh}”", f"“{name.en}”")

    def hours(found: re.Match[str]) -> str:
        return ", ".join(_hours(work, meeting, part) for part in found["slots"].split(", "))

    zh = _SLOTS_ZH.sub(hours, zh)
    return T(zh, _SLOTS_EN.sub(lambda m: ("at " if m["at"] else "") + hours(m), en))


def _hours(work: Work, meeting: Meeting, part: str) -> str:
    """1–3 → 14:00–14:36."""
    first, _, last = part.partition("–")
    return slots.span(work, meeting, int(first) - 1, int(last or first) - int(first) + 1)


def load(work: Work, meeting: Meeting) -> None:
    """Fetch all that planning reads in a handful of questions."""
    work.session.refresh(meeting, ["desks", "agenda", "invitations"])
    ids = [item.case_id for item in meeting.agenda]
    if ids:
        from_agenda = Case.__table__.c.id.in_(ids)
        work.session.query(Case).options(selectinload(Case.assignments)).filter(from_agenda).all()


def departments_without_desk(meeting: Meeting) -> list[Department]:
    """What the agenda needs and the room lacks."""
    return list(agenda.missing_desks(meeting))


def key_of(case: Case, desks: tuple[Desk, ...]) -> str:
    """The appointment's key, the same in every timetable of the meeting."""
    return f"c{case.id}-d{'+'.join(str(d) for d in sorted(desk.department_id for desk in desks))}"


def desk_value(meeting: Meeting, desk: Desk) -> values.Desk:
    """A desk as the solver knows it, with the hours of its department."""
    invited = next((i for i in meeting.invitations if i.department_id == desk.department_id), None)
    closed = _within(meeting, invited.away) if invited else frozenset()
    return values.Desk(f"d{desk.department_id}", desk.capacity, closed, desk.department.name.zh)


def _within(meeting: Meeting, away: list[int]) -> frozenset[int]:
    return frozenset(slot for slot in away if 0 <= slot < meeting.slots)


def _request(work: Work, meeting: Meeting, want: Wanted, slot: int | None) -> values.Request:
    item = want.item
    urgent = min(values.PRIORITY_MAX, max(0, item.case.priority) + (item.carried_from_id is not None))
    fits = slot is not None and slot + item.length <= meeting.slots
    return values.Request(
        key=want.key,
        party=f"p{item.invitation_id}",
        desks=tuple(f"d{desk.department_id}" for desk in want.desks),
        length=item.length,
        priority=urgent,
        slot=slot if fits else None,
        waited=min(values.WAITED_MAX, max(0, (work.today - work.local(item.case.received_at).date()).days)),
    )


def _appointment(want: Wanted, slot: int | None, reason: T | None, locked: set[str]) -> Appointment:
    return Appointment(
        key=want.key, invitation_id=want.item.invitation_id, case_id=want.item.case_id, slot=slot,
        length=want.item.length, locked=want.key in locked, unplaced_reason=reason if slot is None else None,
        desks=[AppointmentDesk(desk_id=desk.id) for desk in want.desks],
    )


def status_of(timetable: Timetable) -> results.Status | None:
    """How good the solver said it was; None for a timetable that was changed by hand."""
    return results.Status(timetable.status) if timetable.status in set(results.Status) else None


def gap_of(timetable: Timetable) -> float | None:
    """The share by which a better timetable could at most be better; None when nothing is known about that."""
    if "objective" not in timetable.search:
        return None
    return results.gap(timetable.search["objective"], timetable.search["bound"])
