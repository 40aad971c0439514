"""Answers to cases that are made public, by a person, in words without personal data; and taken back."""

from typing import Final, NamedTuple

from sqlalchemy import select

from duijie.domain.errors import Forbidden, Refused
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import masking, people
from duijie.services.typed import needed
from duijie.services.work import Work
from duijie.storage.models import Case, PublicAnswer, Reply

DONE: Final = (CaseState.ANSWERED, CaseState.CLOSED)


class Draft(NamedTuple):
    """What would be made public: to be read and mended by a person first."""

    question: str
    answer: str


def of(work: Work, case: Case) -> PublicAnswer | None:
    """What is public of ``case``."""
    return work.session.get(PublicAnswer, case.id)


def draft(case: Case) -> Draft | None:
    """The case's title and its lead department's last reply without personal data; None while there is no reply."""
    said = reply_of(case)
    if case.state not in DONE or said is None:
        return None
    names = masking.names_of(case)
    return Draft(masking.hidden(case.title, names)[:200], masking.hidden(said.text, names))


def reply_of(case: Case) -> Reply | None:
    """The reply that counts: the lead department's last, else the last of all."""
    lead = case.lead.department_id if case.lead else None
    own = [reply for reply in case.replies if reply.department_id == lead]
    return next(iter((own or list(case.replies))[::-1]), None)


def publish(work: Work, case: Case, question: str, answer: str) -> PublicAnswer:
    """Make an answer public; numbers and the requester's names are taken out of what was typed once more.

    Raises Forbidden, Invalid (``question``, ``answer``), or Refused while the case is not answered.
    """
    said = reply_of(case)
    if not people.coordinates(work, case):
        raise Forbidden
    if case.state not in DONE or said is None:
        raise Refused(T("已答复或已办结的诉求才能公开答复。", en="Only an answered or closed case can be made public."))
    names = masking.names_of(case)
    question = masking.spared(needed(question, "question", "公开的问题", "the question", 200), names)[:200]
    answer = masking.spared(needed(answer, "answer", "公开的答复", "the answer"), names)
    kept = of(work, case) or PublicAnswer(case_id=case.id, group_key=case.group_key)
    kept.question, kept.answer, kept.department_id = question, answer, said.department_id
    kept.published_at, kept.by = work.now, work.actor.name
    work.session.add(kept)
    work.record("case.published", "case", case.id, question=question)
    work.session.flush()
    return kept


def take_back(work: Work, case: Case) -> None:
    """Show the answer to the public no longer. Raises Forbidden."""
    if not people.coordinates(work, case):
        raise Forbidden
    kept = of(work, case)
    if kept is not None:
        work.session.delete(kept)
        work.record("case.unpublished", "case", case.id)
        work.session.flush()


def showing(work: Work, group_key: str) -> list[PublicAnswer]:
    """What the public may see of a group: answers whose cases are still answered or closed, the newest first."""
    wanted = (
        select(PublicAnswer)
        .join(Case, Case.id == PublicAnswer.case_id)
        .where(PublicAnswer.group_key == group_key, Case.state.in_(DONE))
        .order_by(PublicAnswer.published_at.desc(), PublicAnswer.case_id.desc())
        .limit(1_000)
    )
    return list(work.session.scalars(wanted))
