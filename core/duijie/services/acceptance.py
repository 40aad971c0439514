"""How good the suggestions were: how often they were accepted, by department, over time, and what is mixed up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import defer

from duijie.domain.text import T
from duijie.services.figures import Rate
from duijie.services.work import Work
from duijie.storage.models import Department, PluginMemory, SuggestionRecord

MONTHS: Final = 12
MOST_PAIRS: Final = 10


@dataclass(frozen=True, slots=True)
class Accepted:
    """Decisions with a suggestion: how many took the first one, how many one of three, and where it stood alone."""

    first: Rate
    three: Rate
    sure: Rate


@dataclass(frozen=True, slots=True)
class Pair:
    """A department that was suggested first while another was chosen, and how often."""

    suggested: T
    chosen: T
    times: int


@dataclass(frozen=True, slots=True)
class Report:
    """All figures. ``by_department`` is by the chosen one, ``by_month`` by the month's first day, oldest first.

    ``corrected``: leads that were changed later; ``unsuggested``: decisions without any suggestion.
    """

    whole: Accepted
    by_department: tuple[tuple[T, Accepted], ...]
    by_month: tuple[tuple[date, Accepted], ...]
    pairs: tuple[Pair, ...]
    corrected: int
    unsuggested: int


def report(work: Work, group_key: str = "") -> Report:
    """The last twelve months, of one group or of all."""
    since = (work.today.replace(day=1) - timedelta(days=330)).replace(day=1)
    wanted = select(SuggestionRecord).where(SuggestionRecord.at >= work.at(since))
    if group_key:
        wanted = wanted.where(SuggestionRecord.group_key == group_key)
    found = list(work.session.scalars(wanted.order_by(SuggestionRecord.id)))
    names = {d.key: d.name for d in work.session.scalars(select(Department))}
    decided = [r for r in found if r.kind == "confirmed" and r.first]
    return Report(
        accepted(decided), _by_department(decided, names), _by_month(work, decided), _pairs(found, names),
        sum(r.kind == "corrected" for r in found), sum(r.kind == "confirmed" and not r.first for r in found),
    )  # fmt: skip


def memories_of(work: Work) -> Sequence[PluginMemory]:
    """What plugins remember, without the memories themselves."""
    wanted = select(PluginMemory).order_by(PluginMemory.group_key, PluginMemory.plugin)
    return work.session.scalars(wanted.options(defer(PluginMemory.content))).all()


def accepted(records: Iterable[SuggestionRecord]) -> Accepted:
    """The rates of some decisions."""
    rows = list(records)
    sure = [r for r in rows if r.sure]
    return Accepted(
        Rate(sum(r.first == r.chosen for r in rows), len(rows)),
        Rate(sum(any(key == r.chosen for key, _ in r.offered) for r in rows), len(rows)),
        Rate(sum(r.first == r.chosen for r in sure), len(sure)),
    )


def _by_department(records: Iterable[SuggestionRecord], names: dict[str, T]) -> tuple[tuple[T, Accepted], ...]:
    of: defaultdict[str, list[SuggestionRecord]] = defaultdict(list)
    for record in records:
        of[record.chosen].append(record)
    ordered = sorted(of, key=lambda key: (-len(of[key]), key))
    return tuple((names.get(key, T.same(key)), accepted(of[key])) for key in ordered)


def _by_month(work: Work, records: Iterable[SuggestionRecord]) -> tuple[tuple[date, Accepted], ...]:
    of: defaultdict[date, list[SuggestionRecord]] = defaultdict(list)
    for record in records:
        of[work.local(record.at).date().replace(day=1)].append(record)
    return tuple((month, accepted(of[month])) for month in sorted(of))


def _pairs(records: Iterable[SuggestionRecord], names: dict[str, T]) -> tuple[Pair, ...]:
    mixed = Counter((r.first, r.chosen) for r in records if r.first and r.first != r.chosen)
    return tuple(
        Pair(names.get(one, T.same(one)), names.get(other, T.same(other)), times)
        for (one, other), times in mixed.most_common(MOST_PAIRS)
    )
