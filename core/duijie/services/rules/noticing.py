"""Before a transaction ends: rules take notice of what happened in it, whoever recorded it.

Rules on an event, and those on the day of a meeting, hang on entries of the history that many services write;
none of them has to remember that there are rules.
"""

from typing import Final

from sqlalchemy import select

from duijie.domain.rules import Anchor
from duijie.services.rules import arming
from duijie.services.rules.ruleset import rules_of
from duijie.services.work import Recorded, Work
from duijie.storage.models import AgendaItem, Case, Meeting

_OF_A_MEETING: Final = frozenset({
    "meeting.inviting", "meeting.published", "meeting.moved", "meeting.cancelled", "meeting.concluded",
})  # fmt: skip
_OF_AN_AGENDA: Final = frozenset({"case.on_agenda", "case.off_agenda"})


def before_commit(work: Work, recorded: frozenset[Recorded]) -> None:
    """Arm and stop the steps of every case that something was ``recorded`` about which a rule hangs on."""
    cases = _by_event(work, recorded) | _by_meeting(work, recorded)
    for case_id in sorted(cases):  # always in this order, so that nobody waits for one another
        arming.sync(work.as_system(), work.session.get_one(Case, case_id))


def _by_event(work: Work, recorded: frozenset[Recorded]) -> set[int]:
    found = set()
    for kind, about, case_id in recorded:
        if about == "case" and case_id is not None and (case := work.session.get(Case, case_id)):
            rules = rules_of(work, case.group_key)
            on_day = kind in _OF_AN_AGENDA and any(rule.on is Anchor.MEETING_DAY for rule in rules)
            if on_day or any(rule.event == kind for rule in rules):
                found.add(case.id)
    return found


def _by_meeting(work: Work, recorded: frozenset[Recorded]) -> set[int]:
    found: set[int] = set()
    for meeting_id in {number for kind, _, number in recorded if kind in _OF_A_MEETING}:
        meeting = work.session.get(Meeting, meeting_id)
        if meeting and any(rule.on is Anchor.MEETING_DAY for rule in rules_of(work, meeting.group_key)):
            found |= set(work.session.scalars(select(AgendaItem.case_id).where(AgendaItem.meeting_id == meeting_id)))
    return found
