"""Reminders before a meeting: as early as its coordinator wants, each person's own, each exactly once."""

from datetime import timedelta

import pytest
from call_meeting import Called, call
from town import Town

from duijie.domain.errors import Refused
from duijie.domain.leads import CHOICES, DAY, chosen, in_words
from duijie.domain.roles import SYSTEM
from duijie.services.meetings import before, leads, publishing
from duijie.services.meetings import slots as times
from duijie.services.reminders import Recipient
from duijie.storage.models import Meeting


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town)


def armed(called: Called, lead: int, state: str = "planned") -> dict[str, str]:
    """Who gets a reminder ``lead`` minutes before by mail, and what they read."""
    found = called.reminders(before.kind_of(lead), state, "mail")
    assert len({r.to_address for r in found}) == len(found) or state != "planned"
    return {r.to_address: r.body.zh for r in found}


def move(called: Called, days: int) -> None:
    with called.write() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        local = work.local(meeting.starts_at)
        publishing.move(work, called.meeting_id, None, day=local.date() + timedelta(days=days), start=local.time(),
                        place=meeting.place, slot_minutes=meeting.slot_minutes, slots_=meeting.slots)


def test_leads_in_words() -> None:
    assert in_words([120, 10080, DAY, 7]).zh == "会前 7 天、1 天、2 小时"
    assert in_words([30]).en == "30 minutes before"
    assert in_words([]).zh == "会前不提醒"
    assert chosen(list(CHOICES) * 2) == list(CHOICES)


def test_departments_are_reminded_from_the_invitation_on_and_requesters_once_they_have_a_time(called: Called) -> None:
    move(called, 30)
    called.to("invited")
    early = armed(called, 7 * DAY)
    assert set(early) == {f"rep_{key}@example.test" for key in ("hr", "economy", "organization", "power", "ecology")} | {
        "coordinator@example.test"}
    assert "尚未回复的" in early["rep_hr@example.test"]
    called.solve()
    called.publish()
    for lead in (7 * DAY, DAY, 120):
        assert len(armed(called, lead)) == 9
    own = armed(called, 120)
    assert "贵部门（5号席）的对接安排" in own["rep_power@example.test"]
    assert "诉求 capacity" in own["rep_power@example.test"]
    assert "诉求 insurance" not in own["rep_power@example.test"]
    assert "供电公司（席位 5）" in own["02@firm.test"]
    assert "诉求 permit" not in own["02@firm.test"]


def test_a_meeting_that_moves_twice_and_is_cancelled_has_each_reminder_once_and_then_none(called: Called) -> None:
    move(called, 30)
    called.to("published")
    for n in (1, 2):
        move(called, 1)
        planned = called.reminders(before.kind_of(DAY), channel="mail")
        assert [r.revision.partition(":")[0] for r in planned] == [str(1 + n)] * 9
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    assert not [r for kind in before.KINDS for r in called.reminders(kind)]


def test_another_choice_of_reminders_takes_hold_at_once_and_can_be_kept_for_later_meetings(called: Called) -> None:
    move(called, 30)
    called.to("published")
    with called.write() as work:
        before.choose(work, called.meeting_id, None, [3 * DAY, 60, 12345], for_all=True)
    assert {lead for lead in CHOICES if armed(called, lead)} == {3 * DAY, 60}
    assert len(armed(called, 60)) == 9
    with called.write() as work:  # and back again: taken-back keys do not stand in the way
        before.choose(work, called.meeting_id, None, [DAY, 120])
    other = call(called.town, cases=())
    assert len(armed(called, DAY)) == 9
    with called.town.office.read(SYSTEM) as work:
        assert leads.of_meeting(work, work.session.get_one(Meeting, other.meeting_id)) == [3 * DAY, 60]
    with called.write() as work:
        before.choose(work, called.meeting_id, None, [])
    assert not [r for kind in before.KINDS for r in called.reminders(kind)]


def test_a_meeting_that_is_over_is_not_reminded_of(called: Called) -> None:
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    with called.write() as work, pytest.raises(Refused):
        before.choose(work, called.meeting_id, None, [DAY])


def test_nobody_is_reminded_at_the_full_or_half_hour_and_everybody_at_a_moment_of_their_own(called: Called) -> None:
    with called.town.office.read(SYSTEM) as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        people = [Recipient(f"第 {n} 人", n + 1) for n in range(200)]
        for lead in CHOICES:
            for start in (meeting.starts_at, times.starts(meeting, 1)):
                moments = [before.moment(work, meeting, to, start, lead) for to in people]
                assert moments == [before.moment(work, meeting, to, start, lead) for to in people]
                assert len(set(moments)) > 5
                assert all(moment.minute % 30 for moment in moments)
                if lead < DAY:
                    early = [start - timedelta(minutes=lead) - moment for moment in moments]
                    assert timedelta() < min(early)
                    assert max(early) <= timedelta(minutes=15)
                else:
                    assert {work.local(moment).hour for moment in moments} == {9}
