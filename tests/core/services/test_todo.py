"""A representative's work, each thing where its day puts it."""

from datetime import UTC, datetime, timedelta

import time_machine
from filed import file
from town import Town

from duijie.domain.states import ReplyKind
from duijie.services import casework, find, todo, triage

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def assigned(town: Town, days: int, *, taken: bool = True) -> int:
    """A case of the economy bureau due ``days`` calendar days after Monday."""
    case_id, economy = file(town), town.department_id("economy")
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), economy, [], work.today + timedelta(days=days))
    if taken:
        with town.office.write(town.actor("rep_economy")) as work:
            casework.take_up(work, find.case(work, case_id), economy)
    return case_id


def test_everything_stands_once_where_its_day_puts_it(town: Town) -> None:
    with time_machine.travel(MONDAY, tick=False):
        fresh = assigned(town, 3, taken=False)
        late, today, week, later, done = (assigned(town, days) for days in (1, 2, 4, 9, 9))
        economy = town.department_id("economy")
        with town.office.write(town.actor("rep_economy")) as work:
            casework.commit(work, find.case(work, later), economy, "周五前回访", 4, "")
            casework.reply(work, find.case(work, done), economy, ReplyKind.SOLVED, "已解决", "phone")
    with (
        time_machine.travel(MONDAY + timedelta(days=2), tick=False),
        town.office.read(town.actor("rep_economy")) as work,
    ):
        found = todo.to_do(work)
        assert [a.case_id for a in found.new] == [fresh]
        assert [d.case.id for d in found.today] == [late, today]
        assert [(d.case.id, d.promise is not None) for d in found.week] == [(week, False), (later, True)]
        assert [d.case.id for d in found.later] == [later]
        assert [c.id for c in found.waiting] == [done]


def test_another_department_s_work_is_not_shown(town: Town) -> None:
    assigned(town, 3)
    with town.office.read(town.actor("rep_tax")) as work:
        assert todo.to_do(work) == todo.ToDo()
        assert todo.coming(work) == []
