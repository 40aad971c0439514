"""What a requester may do with their case besides looking: add, rate, reopen."""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import Invalid, Refused
from duijie.domain.rules import Anchor, Rule
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import casework, follow_up, moves, people, uploads
from duijie.services.rules.ruleset import applies, rules_of
from duijie.services.tracking import as_requester, principal
from duijie.services.typed import needed, optional
from duijie.services.work import Work
from duijie.storage.models import Addition, Case, Rating

BAD_STARS: Final = 2  # what counts as bad in a group that says nothing about it
MOST_TEXT: Final = 2000


def add(work: Work, case: Case, text: str, draft: str = "", files: Collection[str] = ()) -> Addition:
    """Something the requester has to add, in words, files or both. Raises Invalid or Refused."""
    text = _said(work, text, draft, files)
    if case.state in (CaseState.CLOSED, CaseState.DECLINED):
        raise Refused(T("诉求{state}，不能再补充。需要继续办理的，请申请重办。",
                        en="It is “{state}”: nothing can be added. Ask to reopen it if it should go on.")
                      .fill(state=case.state.label))
    own = as_requester(work, case)
    count = uploads.attach(work, case, draft, files)
    said = text or T(f"上传了 {count} 个文件", en=f"{count} file{'s' * (count != 1)} added").to(case.language)
    addition = Addition(
        case_id=case.id, text=said, by=case.requester, by_requester=True, public=True, at=work.now
    )
    work.session.add(addition)
    work.session.flush()
    own.record("case.noted", "case", case.id, public=True, text=said)
    _tell(work, case, said)
    return addition


def rate(work: Work, case: Case, stars: int, comment: str = "") -> Rating:
    """Rate the reply, 1 to 5 stars, once for each time it was answered. Raises Invalid or Refused.

    A rating that the group's rules call bad sets those rules off (they reopen the case); any other closes it.
    """
    comment = optional(comment, "comment", MOST_TEXT)
    if not 1 <= stars <= 5:
        raise Invalid.field("stars", "请选择 1 到 5 星。", "Please choose 1 to 5 stars.")
    _hold(work, case)
    if not may_rate(work, case):
        raise Refused(T("这次答复已经评价过，或诉求还没有答复。",
                        en="This reply was rated before, or there is none yet."))
    own = as_requester(work, case)
    rating = Rating(case_id=case.id, stay=case.stay, stars=stars, comment=comment, at=work.now)
    work.session.add(rating)
    work.session.flush()
    said = T(f"：{comment}", en=f": {comment}") if comment else T("", en="")
    own.record("case.rated", "case", case.id, public=True, stars=stars, comment=said)
    if stars <= bad_from(work, case):
        _rated_badly(own, case, rating)
    else:
        reason = T(f"诉求人评价 {stars} 星", en=f"the requester gave {stars} of 5 stars")
        moves.move(own, case, CaseState.CLOSED, "case.closed", reason=reason)
    follow_up.sync(work, case)
    return rating


def may_rate(work: Work, case: Case) -> bool:
    """Whether there is a reply that was not rated yet."""
    rated = select(Rating.id).where(Rating.case_id == case.id, Rating.stay == case.stay)
    return case.state is CaseState.ANSWERED and work.session.scalar(rated.limit(1)) is None


def bad_from(work: Work, case: Case) -> int:
    """The highest number of stars that counts as bad, by the group's rules."""
    return max((rule.stars for rule in _bad_rules(work, case)), default=BAD_STARS)


def reopen(work: Work, case: Case, reason: str) -> None:
    """Not satisfied: back to the lead department with a new clock, or a decline is looked at again.

    Raises Invalid without a reason, Refused when the state or the group's window does not allow it.
    """
    reason = needed(reason, "reason", "理由", "your reason", MOST_TEXT)
    _hold(work, case)
    if not may_reopen(work, case):
        raise Refused(T("诉求目前不能申请重办，或申请重办的期限已过。需要时请重新提交诉求。",
                        en="It cannot be reopened now, or the time for it is over. Please file a new one."))
    own = as_requester(work, case)
    if case.state is CaseState.DECLINED:
        moves.move(own, case, CaseState.RECEIVED, "case.appealed", reason=reason)
        subject = T("{n} 申请重新受理", en="{n}: asked to look at it again").fill(n=case.number)
        people.tell_coordinators(own, case, "case.appealed", subject, T.same(reason))
    else:
        casework.reopen(own, case, reason)


def may_reopen(work: Work, case: Case) -> bool:
    """Whether the requester may ask now for the case to be taken up again."""
    if case.state is CaseState.ANSWERED:
        return True
    until = reopen_until(work, case)
    return until is not None and work.today <= until


def reopen_until(work: Work, case: Case) -> date | None:
    """The last day on which a closed or declined case may be reopened; None in other states."""
    parts = work.parts(case.group_key)
    if parts is None or case.state not in (CaseState.CLOSED, CaseState.DECLINED):
        return None
    since = work.local(case.stay_since).date()
    return work.calendar.add(since, parts.group.terms.reopening_window).day


def rate_until(work: Work, case: Case) -> date | None:
    """The last day of the rating window; None unless the case is answered."""
    parts = work.parts(case.group_key)
    if parts is None or case.state is not CaseState.ANSWERED:
        return None
    return work.calendar.add(work.local(case.stay_since).date(), parts.group.terms.rating_window).day


def _rated_badly(work: Work, case: Case, rating: Rating) -> None:
    if _bad_rules(work, case):
        follow_up.moment(work, case, Anchor.RATED_BADLY, str(rating.id), stars=rating.stars)
    else:
        casework.reopen(work, case, rating.comment or f"{rating.stars} ★")


def _bad_rules(work: Work, case: Case) -> list[Rule]:
    bad = (rule for rule in rules_of(work, case.group_key) if rule.on is Anchor.RATED_BADLY)
    return [rule for rule in bad if applies(work, rule, case) and any(step.on for step in rule.steps)]


def _hold(work: Work, case: Case) -> None:
    """Two clicks at once wait for one another, and the second sees what the first did."""
    work.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    work.session.refresh(case)


def _said(work: Work, text: str, draft: str, files: Collection[str]) -> str:
    if uploads.of_draft(work, draft, files):
        return optional(text, "text", MOST_TEXT)
    return needed(text, "text", "要补充的内容", "what you want to add", MOST_TEXT)


def _tell(work: Work, case: Case, text: str) -> None:
    """Whoever handles the case now hears what was added: the lead department, else the coordinators."""
    handled = principal(work, case)
    subject = T("{n} 诉求人补充了情况", en="{n}: the requester added something").fill(n=handled.number)
    if lead := handled.lead:
        people.tell_department(work, handled, lead.department_id, "case.added_to", subject, T.same(text))
    else:
        people.tell_coordinators(work, handled, "case.added_to", subject, T.same(text))
