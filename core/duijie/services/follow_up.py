"""Follow-up rules at work: arms the steps of a group's rules for a case, stops them, and runs what is due."""

import traceback
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic, sleep
from typing import Final

from sqlalchemy import Select, or_, select

from duijie.domain.errors import Busy
from duijie.domain.followup import MOMENTS, firing_moment, still_sensible
from duijie.domain.roles import SYSTEM
from duijie.domain.rules import Anchor, Rule
from duijie.domain.states import CaseState
from duijie.services import overview
from duijie.services.rules.acts import Firing, fire, held_by
from duijie.services.rules.arming import holds_still, key_of, lock_case, new_row, skip_missed, sync
from duijie.services.rules.facts import GONE, Held
from duijie.services.rules.people import remember
from duijie.services.rules.ruleset import applies, rule_of, rules_of
from duijie.services.work import Office, Work
from duijie.storage.models import Case, FollowUp, Meeting
from duijie.storage.queries.due import cases_to_lock, due_follow_ups, steps

__all__ = ["moment", "run_due", "sync", "sync_all", "sync_group"]

MOST_TRIES: Final = 5
TOGETHER: Final = 20  # steps that share a transaction; others wait for it some 50 ms
RULE_MISSING: Final = timedelta(hours=1)
LOOK_BACK: Final = timedelta(days=60)  # closed cases that rules may still be about
# SQLite has no queue for its one writer: who waits looks again every 0.1 s at most. A row of transactions without
# a pause would keep everybody else out for as long as it lasts (seconds, both).
_STRETCH: Final = 0.5
_BREATH: Final = 0.15


def moment(work: Work, case: Case, anchor: Anchor, anchor_id: str, **facts: object) -> None:
    """Run the rules of a moment (`Anchor.RATED_BADLY` with ``stars``, `Anchor.NOT_HEARD`) for ``case``, now.

    ``anchor_id`` names the moment (the rating's or the outcome's id), so that saying it twice does it once.
    ``meeting`` (a Meeting) says where it was. Steps with a delay are armed; those without run in the caller's
    transaction, in duijie's own name.
    """
    lock_case(work, case.id)
    meeting = facts.get("meeting")
    meeting_id = meeting.id if isinstance(meeting, Meeting) else None
    lead = case.lead
    held = Held(anchor, anchor_id, work.local(work.now), lead.department_id if lead else None)
    for rule in rules_of(work, case.group_key):
        if rule.on is anchor and applies(work, rule, case, held.department_id) and _bad_enough(rule, facts):
            _begin(work, case, rule, held, meeting_id)
    sync(work, case)


def run_due(office: Office, limit: int = 100) -> int:
    """Run up to ``limit`` steps whose moment has come; answers how many.

    Any number of processes may do this at once: a case is locked while it runs, and a step fires once. Some share a
    transaction, with all that they write; one that fails takes nothing down with it, is tried again later, and
    given up after `MOST_TRIES`.
    """
    with office.read(SYSTEM) as work:
        due = work.session.scalars(due_follow_ups(work.now, limit)).all()
    for first in range(0, len(due), TOGETHER):
        _run_together(office, due[first : first + TOGETHER])
    return len(due)


def sync_all(office: Office) -> int:
    """Sync every case, each in its own transaction: arms the rules that a new release brings."""
    return _sync_each(office, select(Case.id).order_by(Case.id))


def sync_group(office: Office, group_key: str) -> int:
    """Sync the cases of a group that its rules may still speak about: an administrator has changed them."""
    with office.read(SYSTEM) as work:
        recently = work.now - LOOK_BACK
    alive = or_(Case.state.not_in((*GONE, CaseState.CLOSED)), Case.closed_at > recently)
    return _sync_each(office, select(Case.id).where(Case.group_key == group_key, alive).order_by(Case.id))


def _sync_each(office: Office, wanted: Select[int]) -> int:
    with office.read(SYSTEM) as work:
        cases = work.session.scalars(wanted).all()
    since = monotonic()
    for case_id in cases:
        with office.write(SYSTEM) as work:
            sync(work, work.session.get_one(Case, case_id))
        if monotonic() - since > _STRETCH:
            sleep(_BREATH)
            since = monotonic()
    return len(cases)


def _bad_enough(rule: Rule, facts: dict[str, object]) -> bool:
    stars = facts.get("stars")
    return rule.on is not Anchor.RATED_BADLY or (isinstance(stars, int) and stars <= rule.stars)


def _begin(work: Work, case: Case, rule: Rule, held: Held, meeting_id: int | None) -> None:
    said = select(FollowUp.key).where(FollowUp.case_id == case.id, FollowUp.anchor_id == held.id)
    before = set(work.session.scalars(said))
    for index, step in enumerate(rule.steps):
        for n in range(1, step.times + 1):
            if not step.on or key_of(case.id, held, rule, index, n) in before:
                continue
            due = firing_moment(step, n, held.at, work.calendar)
            row = new_row(work, case, rule, held, index, n, due)
            row.why = row.why | {"meeting": meeting_id}
            if due <= work.now:
                fire(work, Firing(row, case, rule, held, meeting_id))


def _run_together(office: Office, row_ids: Sequence[int]) -> None:
    """Run steps in one transaction, or, where one of them fails, each in its own."""
    try:
        with office.write(SYSTEM) as work:
            remember(work)
            _run(work, row_ids)
    except Busy:
        raise
    except Exception:  # nothing was changed; whose fault it is shows when each runs alone
        for row_id in row_ids:
            _run_one(office, row_id)


def _run_one(office: Office, row_id: int) -> None:
    try:
        with office.write(SYSTEM) as work:
            _run(work, [row_id])
    except Busy:
        raise  # no fault of the rule's: the next tick tries again
    except Exception as error:  # whatever a rule meets, the other cases go on
        with office.write(SYSTEM) as work:
            _note_failure(work, row_id, error)


def _run(work: Work, row_ids: Sequence[int]) -> None:
    """Run those that are still due; a case that somebody is at work on is left for the next tick."""
    cases = {case.id: case for case in work.session.scalars(cases_to_lock(row_ids))}
    for row in work.session.scalars(steps(row_ids)).all():
        if row.case_id in cases:
            _run_step(work, cases[row.case_id], row)


def _run_step(work: Work, case: Case, row: FollowUp) -> None:
    if row.state != "armed" or row.due_at > work.now:
        return  # another process ran it, or it was stopped meanwhile
    rule = rule_of(work, row.group_key, row.rule_key)
    if rule is None or row.step >= len(rule.steps):
        row.retry_at = work.now + RULE_MISSING
        row.last_error = "the rule is missing: its plugin is not installed"
        return
    if rule.on not in MOMENTS and not holds_still(work, case, row):
        sync(work, case)  # what it was tied to ended behind the rules' back: a meeting called off
        return
    held = held_by(work, row)
    if still_sensible(rule.steps[row.step], rule.on, held.at, work.local(work.now)):
        fire(work, Firing(row, case, rule, held, row.why.get("meeting")))
        if rule.on in MOMENTS:
            skip_missed(work, row)
        if rule.steps[row.step].times == 1 and row.state == "fired":
            return  # nothing else is to be armed: who changed the case's state has looked already
    else:
        row.state, row.stop_reason = "skipped", "the due date was over before it could run"
    sync(work, case)


def _note_failure(work: Work, row_id: int, error: Exception) -> None:
    row = work.session.get_one(FollowUp, row_id)
    row.attempts += 1
    row.last_error = repr(error)[:2000]
    row.retry_at = work.now + timedelta(seconds=10 * 2**row.attempts)
    if row.attempts >= MOST_TRIES:
        row.state = "failed"
    where = f"{row.group_key}: rule {row.rule_key}, case {row.case_id}"
    trace = "".join(traceback.format_exception(error))
    overview.keep_fault(work, row.group_key, "follow_up", f"{where}: {row.last_error}", trace)
