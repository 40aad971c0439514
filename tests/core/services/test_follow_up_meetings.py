"""Rules that hang on a meeting's day or on an entry of the history take hold at once, whoever wrote it."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, department, small_office
from sqlalchemy import select

from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Act, Anchor, Hours, Rule, Step, Who, WorkingDays
from duijie.domain.text import T
from duijie.schedule import run_now
from duijie.services.meetings import agenda, calling, publishing
from duijie.services.work import Office
from duijie.storage.models import Area, Case, FollowUp, Reminder

DAY = timedelta(days=1)
RULES = (
    Rule("eve", T("会前准备", en="Prepare"), Anchor.MEETING_DAY, (
        Step(WorkingDays(-2), Act.REMIND, (Who.LEAD,)), Step(WorkingDays(0, 8), Act.REMIND, (Who.HEAD,)))),
    Rule("site", T("踏勘", en="Site visit"), Anchor.EVENT, (Step(Hours(0), Act.REMIND, (Who.LEAD,)),), event="case.site_visit"),
)  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path}/d.db", RULES) as opened:
        with opened.write(SYSTEM) as work:
            for number in ("S-1", "S-2"):
                assigned_case(work, date(2026, 12, 10), number)
        yield opened


def meet(office: Office) -> int:
    """A meeting on Tuesday 1 December with both cases, as its coordinator calls it; not invited to yet."""
    with office.write(actor(office, "coordinator")) as work:
        area = work.session.scalars(select(Area.id)).one()
        new = calling.NewMeeting("small", area, "路灯对接会", "镇政府", date(2026, 12, 1), time(14), 10, 6,
                                 seats={department(work, "power"): 1})
        meeting = calling.create(work, new)
        agenda.add(work, meeting.id, None, work.session.scalars(select(Case.id)).all())
        return meeting.id


def armed(office: Office) -> list[tuple[str, str]]:
    """(case, when) of every armed step."""
    with office.read(SYSTEM) as work:
        rows = select(FollowUp, Case.number).join(Case, Case.id == FollowUp.case_id).where(FollowUp.state == "armed")
        found = work.session.execute(rows.order_by(Case.number, FollowUp.due_at))
        return [(number, f"{work.local(row.due_at):%m-%d %H}") for row, number in found]


def both(*moments: str) -> list[tuple[str, str]]:
    return [(number, moment) for number in ("S-1", "S-2") for moment in moments]


def test_the_day_of_a_meeting_follows_it_from_the_invitation_to_the_cancellation(office: Office) -> None:
    coordinator = actor(office, "coordinator")
    meeting_id = meet(office)
    assert armed(office) == []  # a draft is nobody's business
    with office.write(coordinator) as work:
        publishing.invite(work, meeting_id, None)
    assert armed(office) == both("11-27 09", "12-01 08")
    with office.write(coordinator) as work:
        publishing.move(work, meeting_id, None, day=date(2026, 12, 3), start=time(14), place="镇政府", slot_minutes=10, slots_=6)
    assert armed(office) == both("12-01 09", "12-03 08")
    with office.write(coordinator) as work:
        second = work.session.scalars(select(Case.id).where(Case.number == "S-2")).one()
        agenda.remove(work, meeting_id, None, second)
    assert armed(office) == both("12-01 09", "12-03 08")[:2]
    with office.write(coordinator) as work:
        agenda.add(work, meeting_id, None, [second])
    assert armed(office) == both("12-01 09", "12-03 08")
    with at(START + 8 * DAY + timedelta(minutes=5)):  # Tuesday, past nine: both leads are told once
        run_now(office)
        run_now(office)
    with office.read(SYSTEM) as work:
        of_rule = select(Reminder).where(Reminder.kind.startswith("rule:eve"), Reminder.channel == "mail")
        said = work.session.scalars(of_rule).all()
        assert [r.to_address for r in said] == ["rep@example.test"] * 2
        assert all("对接会 12月3日" in r.why.zh for r in said), [r.why.zh for r in said]
    with office.write(coordinator) as work:
        publishing.cancel(work, meeting_id, None, "停电")
    assert armed(office) == []


def test_an_entry_of_the_history_is_acted_on_within_the_transaction_that_wrote_it(office: Office) -> None:
    with office.write(actor(office, "rep")) as work:
        case = work.session.scalars(select(Case).where(Case.number == "S-1")).one()
        work.record("case.site_visit", "case", case.id, department="x", text="y")
    assert armed(office) == [("S-1", "11-23 09")]
    run_now(office)
    with office.read(SYSTEM) as work:
        assert [row.state for row in work.session.scalars(select(FollowUp))] == ["fired"]
        assert {r.to_address for r in work.session.scalars(select(Reminder)) if r.channel == "mail"} == {"rep@example.test"}


def test_what_did_not_happen_after_all_sets_nothing_off(office: Office) -> None:
    def visit_and_fail() -> None:
        with office.write(actor(office, "rep")) as work:
            case = work.session.scalars(select(Case).where(Case.number == "S-1")).one()
            work.record("case.site_visit", "case", case.id, department="x", text="y")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        visit_and_fail()
    assert armed(office) == []
