"""The three rates, counted by hand beside the service."""

from datetime import UTC, date, datetime, timedelta

import time_machine
from filed import file
from town import Town

from duijie.domain.states import ReplyKind
from duijie.services import casework, figures, find, triage
from duijie.storage.models import Rating
from duijie.storage.queries.ledger import LedgerFilter

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def answered(town: Town, key: str, after: int, stars: int = 0, kind: ReplyKind = ReplyKind.SOLVED) -> int:
    """A case filed on Monday, due on the 2nd, answered by ``key`` ``after`` days later (negative: not yet)."""
    department = town.department_id(key)
    with time_machine.travel(MONDAY, tick=False):
        case_id = file(town)
        with town.office.write(town.actor("coordinator")) as work:
            triage.accept(work, find.case(work, case_id), department)
    if after >= 0:
        with (
            time_machine.travel(MONDAY + timedelta(days=after), tick=False),
            town.office.write(town.actor(f"rep_{key}")) as work,
        ):
            case = find.case(work, case_id)
            casework.reply(work, case, department, kind, "答复", "phone")
            if stars:
                work.session.add(Rating(case=case, stay=case.stay, stars=stars, at=work.now))
    return case_id


def counted(
    town: Town, on: datetime, wanted: LedgerFilter | None = None, who: str = "coordinator"
) -> dict[str, figures.Figures]:
    with time_machine.travel(on, tick=False), town.office.read(town.actor(who)) as work:
        return {
            f.department.key: f for f in figures.by_department(work, wanted or LedgerFilter()) if f.department
        }


def test_rates_are_what_one_counts_by_hand(town: Town) -> None:
    answered(town, "economy", 1, stars=5)
    answered(town, "economy", 9, stars=4, kind=ReplyKind.EXPLAINED)  # due on the ninth day: still in time
    answered(town, "economy", 10, stars=2, kind=ReplyKind.PLANNED)  # a day late
    answered(town, "economy", -1)  # overdue by then, nobody looked at it
    found = counted(town, MONDAY + timedelta(days=20))["economy"]
    assert (found.total, found.in_time, found.late, found.unfinished, found.overdue_open) == (4, 2, 1, 1, 1)
    assert (found.response.part, found.response.whole) == (2, 4)
    assert (found.resolution.part, found.resolution.whole) == (2, 4)
    assert (found.satisfaction.part, found.satisfaction.whole) == (2, 3)
    assert (found.on_time.part, found.on_time.whole, found.unhappy) == (2, 4, 1)
    assert found.summary() == [4, 2, 1, 1, 0.75, 0.5, 1, 2 / 3, 0.5, 1.0]


def test_what_is_neither_answered_nor_due_counts_for_nothing_yet(town: Town) -> None:
    answered(town, "economy", -1)
    found = counted(town, MONDAY + timedelta(days=2))["economy"]
    assert found.total == 1
    assert [rate.value for rate in (found.response, found.resolution, found.satisfaction, found.on_time)] == [
        None
    ] * 4


def test_the_latest_rating_counts(town: Town) -> None:
    case_id = answered(town, "economy", 1, stars=1)
    with town.office.write(town.actor("coordinator")) as work:
        case = find.case(work, case_id)
        work.session.add(Rating(case=case, stay=case.stay, stars=5, at=work.now))
    found = counted(town, MONDAY + timedelta(days=3))["economy"]
    assert (found.rated, found.satisfied, found.unhappy) == (1, 1, 0)


def test_filters_and_bounds_narrow_what_is_counted(town: Town) -> None:
    answered(town, "economy", 1)
    answered(town, "hr", 1)
    on = MONDAY + timedelta(days=3)
    assert set(counted(town, on)) == {"economy", "hr"}
    assert set(counted(town, on, who="rep_hr")) == {"hr"}
    assert counted(town, on, who="other_coordinator") == {}
    assert counted(town, on, LedgerFilter(group="rural")) == {}
    assert counted(town, on, LedgerFilter(since=MONDAY + timedelta(days=1))) == {}
    assert set(
        counted(town, on, LedgerFilter(until=MONDAY + timedelta(hours=1), area_ids=(town.area_id,)))
    ) == {"economy", "hr"}


def test_the_whole_is_the_sum_of_its_parts(town: Town) -> None:
    answered(town, "economy", 1, stars=5)
    answered(town, "hr", 12, stars=1)
    whole = figures.together(counted(town, MONDAY + timedelta(days=14)).values())
    assert (whole.total, whole.in_time, whole.late, whole.rated, whole.satisfied) == (2, 1, 1, 2, 1)
    assert date(2026, 12, 2) == counted_due(town)


def counted_due(town: Town) -> date | None:
    with town.office.read(town.actor("coordinator")) as work:
        return find.case(work, 1).due_on
