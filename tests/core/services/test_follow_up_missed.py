"""Repeats that were missed: one firing stands for them, each leaves its trace, and those to come are armed at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from small_group import START, actor, assigned_case, at, small_office
from sqlalchemy import select

from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, CalendarDays, Rule, Step, Who
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services import follow_up
from duijie.services.rules import changing
from duijie.services.rules.changing import StepChange
from duijie.services.work import Office
from duijie.storage.models import Case, FollowUp

DAY = timedelta(days=1)
DAILY = Step(CalendarDays(1), Act.REMIND, (Who.LEAD,), every=CalendarDays(1), times=5)


@contextmanager
def office_with(folder: Path, rule: Rule, due: date = date(2026, 12, 10)) -> Iterator[Office]:
    """An office with one rule and one case, assigned at START: Monday, nine o'clock."""
    with at(START), small_office(folder, f"sqlite:///{folder}/d.db", [rule]) as office:
        with office.write(SYSTEM) as work:
            assigned_case(work, due)
        yield office


def firings(office: Office) -> list[tuple[int, str]]:
    """(n, state) in order."""
    with office.read(SYSTEM) as work:
        return [(row.n, row.state) for row in work.session.scalars(select(FollowUp).order_by(FollowUp.n))]


def test_every_repeat_that_was_missed_leaves_its_trace(tmp_path: Path) -> None:
    with office_with(tmp_path, Rule("daily", T("每日", en="Daily"), Anchor.OPEN, (DAILY,))) as office:
        with at(START + 3 * DAY):  # nothing ran for three days
            run_now(office)
        assert firings(office) == [(1, "fired"), (2, "skipped"), (3, "skipped"), (4, "armed")]
        with office.read(SYSTEM) as work:
            skipped = work.session.scalars(select(FollowUp.stop_reason).where(FollowUp.state == "skipped"))
            assert all("missed" in reason for reason in skipped)


def test_a_warning_that_is_past_when_it_is_armed_arms_its_next_one_at_once(tmp_path: Path) -> None:
    """Not only with the nightly sync, by which it would be late."""
    warn = Step(CalendarDays(-3), Act.REMIND, (Who.LEAD,), every=CalendarDays(2), times=2)
    with office_with(tmp_path, Rule("due", T("到期", en="Due"), Anchor.LEAD_DUE, (warn,)), date(2026, 11, 25)) as office:
        assert firings(office) == [(1, "skipped"), (2, "armed")]


def test_what_was_due_before_a_change_of_the_rule_arms_its_next_one(tmp_path: Path) -> None:
    with office_with(tmp_path, Rule("daily", T("每日", en="Daily"), Anchor.OPEN, (DAILY,))) as office:
        with at(START + 1.5 * DAY):  # Tuesday evening; Tuesday's was not sent
            with office.write(actor(office, "administrator")) as work:
                changing.change(work, "small", "daily", {0: StepChange(1, DAILY.after.unit, 8, (Who.LEAD,))})
            follow_up.sync_group(office, "small")
        assert firings(office) == [(1, "skipped"), (2, "armed")]


def test_missed_repeats_of_a_moment_do_not_come_all_at_once(tmp_path: Path) -> None:
    rule = Rule("site", T("踏勘", en="Site visit"), Anchor.EVENT, (DAILY,), event="case.site_visit")
    with office_with(tmp_path, rule) as office:
        with office.write(SYSTEM) as work:
            case = work.session.scalars(select(Case)).one()
            work.record("case.site_visit", "case", case.id, department="x", text="y")
        with at(START + 3 * DAY):
            run_now(office)
            assert firings(office) == [(1, "fired"), (2, "skipped"), (3, "skipped"), (4, "armed"), (5, "armed")]
        with at(START + 9 * DAY):
            run_now(office)
        assert firings(office)[3:] == [(4, "fired"), (5, "skipped")]
