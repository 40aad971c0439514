"""Who is told that deadlines were counted again: coordinators, the departments concerned, whoever waits for an answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from duijie.domain.text import T
from duijie.services import people, reminders
from duijie.services.rules.people import coordinators, representatives
from duijie.services.rules.texts import day_text
from duijie.services.work import Work
from duijie.storage.models import Case, User

K = TypeVar("K")
MOST_LISTED: Final = 20
_COORDINATES = T("因为：您是这些诉求所在片区的协调员", en="Because you coordinate the area of these cases")
_REPRESENTS = T("因为：您是这些诉求承办部门的代表", en="Because you represent a department that handles these cases")


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline of ``department_id`` on ``case`` that went from ``old`` to ``new``.

    ``requester_too``: it is the day that the requester was told.
    """

    case: Case
    department_id: int
    old: date
    new: date
    requester_too: bool = False


def tell(work: Work, moved: Sequence[Moved], what: T) -> None:
    """Tell everybody concerned, each person in one message; ``what`` names the change of the calendar."""
    for area_id, entries in _by(moved, lambda one: one.case.area_id):
        for user in coordinators(work, area_id):
            _send(work, user, ("coordinator", area_id), entries, what, _COORDINATES)
    for (group, department_id), entries in _by(moved, lambda one: (one.case.group_key, one.department_id)):
        for user in representatives(work, group, department_id):
            _send(work, user, (f"department:{group}", department_id), entries, what, _REPRESENTS)
    for one in moved:
        if one.requester_too:
            _tell_requester(work, one, what)


def _by(moved: Iterable[Moved], key: Callable[[Moved], K]) -> Iterable[tuple[K, list[Moved]]]:
    found: dict[K, list[Moved]] = {}
    for one in moved:
        found.setdefault(key(one), []).append(one)
    return found.items()


def _send(
    work: Work, user: User, about: tuple[str, int], entries: Sequence[Moved], what: T, why: T
) -> None:
    lines = [_line(work, one) for one in entries[:MOST_LISTED]]
    more = len(entries) - len(lines)
    listed = T("\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))
    reminders.plan(work, reminders.NewReminder(
        kind=f"calendar.recounted:{about[0]}", about_type="calendar", about_id=about[1],
        revision=work.now.isoformat(), to=reminders.of_user(user),
        subject=T("{n} 个期限已按新的工作日历重算", en="{n} deadlines counted again").fill(n=len(entries)),
        body=T("工作日历有变动（{what}），以下期限已重算：\n{listed}{more}",
               en="The working-day calendar has changed ({what}). Counted again:\n{listed}{more}")
        .fill(what=what, listed=listed, more=T(f"\n另有 {more} 个", en=f"\nand {more} more") if more else ""),
        why=why, due_at=work.now,
    ))  # fmt: skip


def _line(work: Work, one: Moved) -> T:
    return T("{number}：{old} → {new}", en="{number}: {old} → {new}").fill(
        number=one.case.number, old=day_text(one.old, work.today), new=day_text(one.new, work.today)
    )


def _tell_requester(work: Work, one: Moved, what: T) -> None:
    people.tell_all_requesters(
        work, one.case, "calendar.recounted",
        T("{n} 的答复期限调整为 {new}", en="{n}: the answer is now due on {new}")
        .fill(n=one.case.number, new=day_text(one.new, work.today)),
        T("工作日历有变动（{what}），《{t}》的答复期限由 {old} 调整为 {new}。",
          en="The working-day calendar has changed ({what}): the answer to “{t}” is due on {new} instead of {old}.")
        .fill(what=what, t=one.case.title, old=day_text(one.old, work.today), new=day_text(one.new, work.today)),
    )  # fmt: skip
