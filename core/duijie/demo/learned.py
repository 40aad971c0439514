"""What six weeks of answers have left behind: kept and public answers, and a common question that waits."""

from typing import Final

from sqlalchemy import select

from duijie.demo.life import Life
from duijie.domain.states import CaseState
from duijie.services import common_questions, knowledge, public_answers
from duijie.storage.models import Case

PUBLIC: Final = 3  # of each group


def leave(life: Life) -> None:
    """Let the coordinator make some answers public, keep one of each group, and group what several brought."""
    with life.as_("coordinator") as work:
        for parts in life.office.groups:
            done = select(Case).where(Case.group_key == parts.group.key, Case.state.in_(public_answers.DONE))
            shown = [case for case in work.session.scalars(done.order_by(Case.id)) if public_answers.draft(case)]
            for number, case in enumerate(shown[:PUBLIC]):
                question, answer = public_answers.draft(case) or ("", "")
                public_answers.publish(work, case, question, answer)
                said = public_answers.reply_of(case)
                if number == 0 and said is not None:
                    draft = knowledge.Draft(parts.group.key, said.department_id, question, answer, "", None, public=True)
                    knowledge.add(work, draft, case)
        waiting = select(Case).where(Case.state == CaseState.RECEIVED).order_by(Case.title, Case.id)
        cases = list(work.session.scalars(waiting))
        same = [case for case in cases if sum(case.title == other.title for other in cases) > 1]
        if same:
            first = same[0]
            alike = [case.id for case in same if (case.title, case.group_key) == (first.title, first.group_key)]
            common_questions.open_(work, first.title, alike)
