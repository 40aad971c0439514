"""What a case's page shows of its relatives: alike cases, the common question, what is public of it."""

from typing import TYPE_CHECKING, Any

from duijie.domain.states import CaseState
from duijie.services import alike, common_questions, public_answers
from duijie.services.work import Work

if TYPE_CHECKING:
    from duijie.storage.models import Case


def of_case(work: Work, case: "Case") -> dict[str, Any]:
    """For a coordinator: alike cases while there is something to be done about them, and what may be made public."""
    groupable = case.state in common_questions.ANSWERABLE
    question = common_questions.of_case(work, case)
    found = alike.similar(work, case) if groupable else []
    return {
        "similar": found if case.state in (CaseState.RECEIVED, CaseState.ASSIGNED) else [],
        "alike": [one for one in found if one.case.state in common_questions.ANSWERABLE],
        "question": question,
        "open_questions": _open_questions(work, case) if groupable and question is None else [],
        "public_answer": public_answers.of(work, case),
        "public_draft": public_answers.draft(case),
    }


def _open_questions(work: Work, case: "Case") -> list[tuple[int, str]]:
    questions = common_questions.listed(work)
    return [(q.id, q.title) for q in questions if q.state == "open" and q.group_key == case.group_key][:20]
