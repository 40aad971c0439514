"""What happens around a meeting that nobody planned: cases vanish from under it, people come and go."""

from datetime import time, timedelta

import pytest
from call_meeting import Called, call
from town import Town

from duijie.domain.errors import Invalid, Refused
from duijie.domain.states import MeetingState, OutcomeKind, ReplyKind
from duijie.services import find, triage
from duijie.services.meetings import agenda, desk, live, outcomes, planning, publishing
from duijie.storage.models import Invitation, Meeting, User

TIMED = ("meeting.before:1440", "meeting.before:120")


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town)


def armed(called: Called, name: str) -> set[str]:
    """Who is to be reminded before the meeting because of one invitation, by the start of their address."""
    end = f":i{called.invitation(name)}"
    found = [r for kind in TIMED for r in called.reminders(kind, channel="mail") if r.revision.endswith(end)]
    assert len({r.key for r in found}) == len(found)
    return {r.to_address.partition("@")[0] for r in found}


def told(called: Called, kind: str) -> list[str]:
    return sorted(r.to_address.partition("@")[0] for r in called.reminders(kind, channel="mail"))


def remove(called: Called, name: str) -> None:
    with called.write() as work:
        agenda.remove(work, called.meeting_id, None, called.cases[name])


def test_who_declines_after_publication_is_not_reminded_and_who_comes_back_is(called: Called) -> None:
    called.to("published")
    assert (armed(called, "insurance"), armed(called, "hr")) == ({"01"}, {"rep_hr"})
    called.answer("insurance", answer="declined")
    called.answer("hr", answer="declined", note="另有会议")
    assert armed(called, "insurance") == armed(called, "hr") == set()
    assert armed(called, "economy") == {"rep_economy"}
    called.answer("insurance", answer="accepted")
    called.answer("hr", answer="accepted")
    assert (armed(called, "insurance"), armed(called, "hr")) == ({"01"}, {"rep_hr"})
    assert told(called, "meeting.changed") == ["rep_hr"]  # a requester need not read what has not changed


def test_who_is_named_after_publication_learns_the_appointments_and_is_reminded_instead(called: Called) -> None:
    called.to("published")
    called.answer("hr", answer="delegated", user_id=called.town.actor("head_hr").user_id)
    assert armed(called, "hr") == {"head_hr"}
    assert told(called, "meeting.changed") == ["head_hr"]
    assert "诉求 insurance" in called.reminders("meeting.changed", channel="mail")[0].body.zh
    called.answer("hr", answer="delegated", user_id=called.town.actor("head_hr").user_id, people=2)
    assert told(called, "meeting.changed") == ["head_hr"]  # the same person again: nothing new


def test_a_substitute_whose_account_is_closed_is_not_told_but_the_representatives_are(called: Called) -> None:
    called.to("invited")
    head = called.town.actor("head_hr").user_id or 0
    called.answer("hr", answer="delegated", user_id=head)
    with called.town.office.write(called.town.actor("system_admin")) as work:
        work.session.get_one(User, head).active = False
    called.solve()
    called.publish()
    assert armed(called, "hr") == {"rep_hr"}
    assert "rep_hr" in told(called, "meeting.published")
    assert "head_hr" not in told(called, "meeting.published")
    with pytest.raises(Invalid, match="名单"):
        called.answer("hr", "rep_hr", answer="delegated", user_id=head)


def test_a_case_that_is_taken_off_and_put_back_is_asked_and_planned_again(called: Called) -> None:
    called.to("published")
    was = called.invitation("insurance")
    remove(called, "insurance")
    ended = [r for kind in TIMED for r in called.reminders(kind) if r.revision.endswith(f":i{was}")]
    assert not ended
    assert told(called, "meeting.taken_off") == ["01"]
    with called.write() as work:
        agenda.add(work, called.meeting_id, None, [called.cases["insurance"]])
        meeting = work.session.get_one(Meeting, called.meeting_id)
        assert any(w.item.case_id == called.cases["insurance"] for w in planning.wanted(meeting))
    assert told(called, "meeting.invited").count("01") == 1
    called.solve()
    called.publish()
    assert armed(called, "insurance") == {"01"}


def test_who_was_taken_off_hears_no_more_of_the_meeting(called: Called) -> None:
    called.to("published")
    was = called.invitation("insurance")
    remove(called, "insurance")
    called.solve()
    called.publish()
    assert "01" not in told(called, "meeting.changed")
    with called.write() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        day = work.local(meeting.starts_at).date() + timedelta(days=1)
        publishing.move(
            work, meeting.id, None, day=day, start=time(14), place=meeting.place, slot_minutes=12, slots_=10
        )
        assert work.session.get_one(Invitation, was).answer == "declined"
    assert "01" not in told(called, "meeting.moved")
    assert "02" in told(called, "meeting.moved")
    with called.write() as work:
        publishing.cancel(work, called.meeting_id, None, "台风")
    assert "01" not in told(called, "meeting.cancelled")


def test_a_case_merged_away_stands_out_and_cannot_be_answered_in_its_own_name(called: Called) -> None:
    called.to("published")
    with called.write() as work:
        one, other = (find.case(work, called.cases[name]) for name in ("insurance", "permit"))
        triage.merge(work, one, other, "同一问题")
    with called.write() as work:
        meeting = work.session.get_one(Meeting, called.meeting_id)
        newest = planning.current(work, meeting)
        assert newest is not None
        assert any("已不需要" in text.zh for text in planning.stale(work, meeting, newest))
        live.start(work, called.meeting_id)
        talk = next(a for a in desk.published(work, meeting) if a.case_id == one.id)
    hr = called.town.department_id("hr")
    with called.write("rep_hr") as work, pytest.raises(Refused, match="并案"):
        outcomes.record_outcome(work, talk.id, hr, OutcomeKind.ANSWERED, text="好", result=ReplyKind("solved"))
    with called.write() as work:
        live.conclude(work, called.meeting_id)
        assert find.case(work, one.id).carried_from_id is None  # it lives on in the other one


def test_a_live_meeting_cannot_be_cancelled_nor_moved_and_says_why(called: Called) -> None:
    called.to("published")
    with called.write() as work:
        live.start(work, called.meeting_id)
    with called.write() as work, pytest.raises(Refused, match="进行中"):
        publishing.cancel(work, called.meeting_id, None, "台风")
    with called.read() as work:
        tomorrow = work.today + timedelta(days=1)
    with called.write() as work, pytest.raises(Refused, match="进行中"):
        publishing.move(work, called.meeting_id, None, day=tomorrow, start=time(14), place="三楼", slot_minutes=12, slots_=10)
    with called.read() as work:
        assert work.session.get_one(Meeting, called.meeting_id).state is MeetingState.LIVE
