"""The enterprise group's own rules over a promise of seven working days, as the demo's clock shows them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from small_group import START, assigned_case, at
from sqlalchemy import select
from town import Town

from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Card
from duijie.schedule import run_now
from duijie.services import casework, demo_clock
from duijie.services.work import Office
from duijie.storage.models import Case, FollowUp, Reminder


@pytest.fixture
def demo(lite_town: Town) -> Iterator[Office]:
    with at(START):
        yield replace(lite_town.office, demo=True)


@pytest.fixture
def case_id(demo: Office, lite_town: Town) -> int:
    """E2 of the demo: the economy office promises more power on Friday 27 November, by 8 December."""
    with demo.write(SYSTEM) as work:
        case = assigned_case(
            work, date(2026, 12, 30), "E2", "economy",
            group_key="enterprise", area_id=lite_town.area_id, topic="",
        )  # fmt: skip
        found = case.id
    to(demo, 27, 15, month=11)
    with demo.write(lite_town.actor("rep_economy")) as work:
        case = work.session.get_one(Case, found)
        department = lite_town.department_id("economy")
        promise = casework.commit(work, case, department, "增容到 1250 kVA", 7, "王科长")
        assert promise.due_on == date(2026, 12, 8)
    return found


def to(office: Office, day: int, hour: int, month: int = 12) -> None:
    moment = datetime(2026, month, day, hour - 8, tzinfo=UTC)
    demo_clock.forward(office, SYSTEM, moment, lambda: run_now(office))  # type: ignore[arg-type, return-value]


def said(office: Office, login: str) -> list[str]:
    with office.read(SYSTEM) as work:
        wanted = select(Reminder).where(
            Reminder.to_name == login,
            Reminder.channel == "inbox",
            Reminder.kind.startswith("rule:promise_due"),
        )
        rows = work.session.scalars(wanted.order_by(Reminder.id))
        return [f"{work.local(r.due_at):%m-%d} {r.body.zh}" for r in rows]


def card(office: Office, case_id: int) -> tuple[Card | None, int]:
    with office.read(SYSTEM) as work:
        case = work.session.get_one(Case, case_id)
        return case.card, case.supervisions


def test_blue_yellow_red_and_the_head_hears_it(demo: Office, case_id: int) -> None:
    seen = []
    for day in (4, 7, 8, 10, 16):
        to(demo, day, 12)
        seen.append(card(demo, case_id))
    assert seen == [(None, 0), (Card.BLUE, 0), (Card.YELLOW, 0), (Card.RED, 1), (Card.RED, 2)]
    told = said(demo, "rep_economy")
    assert [line[:5] for line in told] == ["12-03", "12-07", "12-08", "12-09", "12-10"]
    assert "12月8日" in told[1]
    assert [line[:5] for line in said(demo, "head_economy")] == ["12-10", "12-16"]
    assert [line[:5] for line in said(demo, "coordinator")] == ["12-16"]


def test_one_jump_of_the_clock_tells_the_same_story(demo: Office, case_id: int) -> None:
    to(demo, 16, 12)
    assert card(demo, case_id) == (Card.RED, 2)
    assert [line[:5] for line in said(demo, "rep_economy")] == ["12-03", "12-07", "12-08", "12-09", "12-10"]
    with demo.read(SYSTEM) as work:
        late = work.session.scalars(select(FollowUp).where(FollowUp.state.in_(("skipped", "failed")))).all()
        assert [row.key for row in late if row.anchor == "commitment_due"] == []


def test_keeping_the_promise_clears_the_card(demo: Office, case_id: int, lite_town: Town) -> None:
    to(demo, 8, 12)
    assert card(demo, case_id)[0] is Card.YELLOW
    with demo.write(lite_town.actor("rep_economy")) as work:
        case = work.session.get_one(Case, case_id)
        casework.keep_commitment(work, case, case.commitments[0], "已增容")
    assert card(demo, case_id) == (None, 0)
    to(demo, 16, 12)
    assert card(demo, case_id) == (None, 0)
