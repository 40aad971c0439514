"""After a change of the calendar: counts open deadlines again, arms their rules, tells the coordinators."""

from datetime import date

from sqlalchemy import select

from duijie.domain.text import T
from duijie.domain.working_days import WorkingCalendar
from duijie.services import reminders
from duijie.services.rules import arming, people
from duijie.services.rules.texts import day_text
from duijie.services.work import Work
from duijie.storage.models import Assignment, Case, Commitment, FollowUp
from duijie.storage.queries.calendar import note_change

MOST_LISTED = 20

Moved = tuple[Case, date, date]


def after_change(work: Work, old: WorkingCalendar, what: T) -> int:
    """Count every open deadline again that the change moves; answers how many cases it touched.

    A deadline that somebody set to a day that was no working day was not counted, and stays.
    """
    note_change(work.session)
    work.forget_calendar()  # it was read before the change
    moved = [*_commitments(work), *_assignments(work, old)]
    armed = select(FollowUp.case_id).where(FollowUp.state == "armed").distinct()
    touched = {case.id for case, _, _ in moved} | set(work.session.scalars(armed))
    for case_id in sorted(touched):
        arming.sync(work, work.session.get_one(Case, case_id))
    _tell(work, moved, what)
    return len(touched)


def _commitments(work: Work) -> list[Moved]:
    moved: list[Moved] = []
    for promise in work.session.scalars(select(Commitment).where(Commitment.state == "open")):
        new = work.calendar.add(promise.made_on, promise.working_days).day
        if promise.working_days and new != promise.due_on:
            moved.append((promise.case, promise.due_on, new))
            promise.due_on = new
    return moved


def _assignments(work: Work, old: WorkingCalendar) -> list[Moved]:
    """Deadlines of assignments keep no count: the old calendar tells how many working days they were."""
    moved: list[Moved] = []
    under_way = select(Assignment).where(Assignment.active, Assignment.done_at.is_(None))
    for given in work.session.scalars(under_way):
        new = _again(work, old, work.local(given.assigned_at).date(), given.due_on)
        case = given.case
        if new == given.due_on or not case.state.is_open:
            continue
        moved.append((case, given.due_on, new))
        if case.lead is given and case.due_on == given.due_on:
            case.due_on = new
        given.due_on = new
    return moved


def _again(work: Work, old: WorkingCalendar, start: date, due: date) -> date:
    count = old.between(start, due)
    counted = count > 0 and old.is_working(due)
    return work.calendar.add(start, count).day if counted else due


def _tell(work: Work, moved: list[Moved], what: T) -> None:
    by_area: dict[int, list[Moved]] = {}
    for entry in moved:
        by_area.setdefault(entry[0].area_id, []).append(entry)
    for area_id, entries in by_area.items():
        for user in people.coordinators(work, area_id):
            reminders.plan(work, _notice(work, reminders.of_user(user), area_id, entries, what))


def _notice(
    work: Work, to: reminders.Recipient, area_id: int, entries: list[Moved], what: T
) -> reminders.NewReminder:
    lines = [
        T("{number}：{old} → {new}", en="{number}: {old} → {new}").fill(
            number=case.number, old=day_text(old, work.today), new=day_text(new, work.today)
        )
        for case, old, new in entries[:MOST_LISTED]
    ]
    listed = T("\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))
    more = len(entries) - len(lines)
    return reminders.NewReminder(
        kind="calendar.recounted",
        about_type="calendar",
        about_id=area_id,
        revision=work.now.isoformat(),
        to=to,
        subject=T("{n} 个期限已按新的工作日历重算", en="{n} deadlines counted again").fill(n=len(entries)),
        body=T("工作日历有变动（{what}），以下期限已重算：\n{listed}{more}",
               en="The working-day calendar has changed ({what}). Counted again:\n{listed}{more}")
        .fill(what=what, listed=listed, more=T(f"\n另有 {more} 个", en=f"\nand {more} more") if more else ""),
        why=T("因为：您是这些诉求所在片区的协调员", en="Because you coordinate the area of these cases"),
        due_at=work.now,
    )
