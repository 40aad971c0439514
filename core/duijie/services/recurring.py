"""Topics that come up again and again in an area, month by month."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select

from duijie.likeness.telling import telling_words
from duijie.services import alike
from duijie.services.work import Work
from duijie.storage.models import Case
from duijie.storage.queries.scope import cases_open_to

MONTHS: Final = 6
LEAST: Final = 2      # cases that make a topic
MOST: Final = 12      # topics shown
OTHERS: Final = 150   # other cases that a topic's name is told from


@dataclass(frozen=True, slots=True)
class Topic:
    """A problem that several brought: its words, the latest case as an example, cases by month, how many are open."""

    group_key: str
    words: tuple[str, ...]
    example: Case
    by_month: tuple[int, ...]
    total: int
    open: int
    areas: int
    cases: tuple[Case, ...]


def months(work: Work) -> list[date]:
    """The first days of the last `MONTHS` months, this one last."""
    year, month, found = work.today.year, work.today.month, []
    for _ in range(MONTHS):
        found.append(date(year, month, 1))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found[::-1]


def topics(work: Work, area_id: int | None = None, group_key: str = "") -> list[Topic]:
    """The topics of the cases that the actor may see (of one area, of one group), those with most cases first."""
    shown = months(work)
    found: list[Topic] = []
    for key in [parts.group.key for parts in work.office.groups]:
        if not group_key or key == group_key:
            found += _of_group(work, key, area_id, shown)
    return sorted(found, key=lambda t: (-t.total, -t.example.id))[:MOST]


def _of_group(work: Work, group_key: str, area_id: int | None, shown: list[date]) -> list[Topic]:
    grouped = alike.groups(work, group_key)
    wanted = select(Case).where(Case.group_key == group_key, cases_open_to(work.actor))
    wanted = wanted.where(Case.received_at >= work.at(shown[0]))
    if area_id is not None:
        wanted = wanted.where(Case.area_id == area_id)
    seen = {case.id: case for case in work.session.scalars(wanted)}
    mine = [[seen[i] for i in ids if i in seen] for ids in grouped]
    return [_topic(work, group_key, cases, seen, shown) for cases in mine if len(cases) >= LEAST]


def _topic(work: Work, group_key: str, cases: list[Case], seen: dict[int, Case], shown: list[date]) -> Topic:
    ids = {case.id for case in cases}
    others = [case.text for case in list(seen.values())[-OTHERS:] if case.id not in ids]
    words = telling_words([f"{case.title}\n{case.text}" for case in cases], others, most=3)
    counted = Counter(work.local(case.received_at).date().replace(day=1) for case in cases)
    return Topic(
        group_key, tuple(word for word, _ in words), cases[-1], tuple(counted[month] for month in shown),
        len(cases), sum(case.state.is_open for case in cases), len({case.area_id for case in cases}), tuple(cases[::-1]),
    )  # fmt: skip
