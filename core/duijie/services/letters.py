"""Letters on a case: which ones there are for it, and what they are made of."""

from typing import Any, Final

from duijie.domain.errors import NotFound
from duijie.domain.forms.display import display
from duijie.domain.forms.exchange import form_from_json
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.hooks.values import Document
from duijie.services import areas, casework, documents, find, people, rosters
from duijie.services.documents import MadeFile
from duijie.services.work import Work
from duijie.storage.models import Case
from duijie.storage.queries import one_case

_ANONYMOUS: Final = T("匿名", en="Anonymous")
_PROMISES: Final = {
    "open": T("办理中", en="under way"),
    "kept": T("已兑现", en="kept"),
    "withdrawn": T("已撤销", en="withdrawn"),
}


def offered(work: Work, case: Case) -> list[Document]:
    """The letters that the actor can make of ``case``; none for somebody who does not handle it."""
    return documents.letters(work, case.group_key, case.area.key) if _handles(work, case) else []


def make(work: Work, case_id: int, key: str, language: str) -> tuple[MadeFile, Document]:
    """The letter named ``key`` on a case. Raises NotFound, Refused when its plugin fails."""
    case = find.case(work, case_id)
    letter = next((one for one in offered(work, case) if one.key == key), None)
    if letter is None:
        raise NotFound(T("这件诉求没有这种文书。", en="There is no such letter for this case."))
    return documents.make(work, key, data_of(work, case, language), language, case.number, case.group_key), letter


def made(work: Work, case_id: int, letter: Document) -> None:
    """Note in the history that a letter was made."""
    work.record("case.letter_made", "case", case_id, what=letter.title)


def data_of(work: Work, case: Case, language: str) -> dict[str, Any]:
    """What every letter is made of (docs/plugins/documents.md): words in ``language``, dates, lists.

    No personal data but the requester's name.
    """
    parts = work.parts(case.group_key)
    topic = parts.group.topic(case.topic) if parts else None
    late = is_late(work, case)
    return {
        "number": case.number, "title": case.title, "text": case.text,
        "requester": _ANONYMOUS.to(language) if case.anonymous else case.requester,
        "area": case.area.name.to(language), "group": parts.group.name.to(language) if parts else case.group_key,
        "topic": topic.label.to(language) if topic else case.topic, "state": case.state.label.to(language),
        "answered": case.state in (CaseState.ANSWERED, CaseState.CLOSED),
        "received": work.local(case.received_at).date(), "expected": case.expected_on, "due": case.due_on,
        "days_late": -work.calendar.between(work.today, case.due_on) if late and case.due_on else 0,
        "lead": case.lead.department.name.to(language) if case.lead else "",
        "co": [given.department.name.to(language) for given in case.co],
        "replies": [_reply(work, reply, language) for reply in case.replies],
        "commitments": [_commitment(promise, language) for promise in case.commitments],
        "answers": _answers(work, case, language), "today": work.today, "by": work.actor.name,
    }  # fmt: skip


def is_late(work: Work, case: Case) -> bool:
    """Whether the case is open past its deadline."""
    return case.due_on is not None and case.state.is_open and case.due_on < work.today


def _handles(work: Work, case: Case) -> bool:
    return people.coordinates(work, case) or any(
        given.active and given.department_id in work.actor.departments for given in case.assignments
    )


def _reply(work: Work, reply: Any, language: str) -> dict[str, Any]:
    way = casework.WAYS.get(reply.way)
    return {
        "department": reply.department.name.to(language), "kind": reply.kind.label.to(language), "text": reply.text,
        "way": way.to(language) if way else reply.way, "by": reply.by, "on": work.local(reply.at).date(),
    }  # fmt: skip


def _commitment(promise: Any, language: str) -> dict[str, Any]:
    return {
        "department": promise.department.name.to(language), "text": promise.text, "officer": promise.officer,
        "made": promise.made_on, "due": promise.due_on, "working_days": promise.working_days,
        "state": promise.state, "state_words": _PROMISES[promise.state].to(language), "result": promise.result,
    }  # fmt: skip


def _answers(work: Work, case: Case, language: str) -> list[dict[str, Any]]:
    """What was filled in, section by section, drawn from its own version of the form; private answers left out."""
    submission = one_case.submission(work.session, case.id)
    if submission is None:
        return []
    names = {e.department.key: e.department.name for e in rosters.entries_of(work, case.group_key)}
    form, places = form_from_json(submission.form.content), areas.names(work)
    sections = display(form, submission.answers, language, names=names, areas=places)
    shown = [(title, [(label, said) for label, said, private in lines if not private]) for title, lines in sections]
    return [{"section": title, "lines": lines} for title, lines in shown if lines]
