"""What was filled in, as a page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from duijie.domain.forms.display import display
from duijie.domain.forms.exchange import form_from_json
from duijie.services import areas, rosters
from duijie.services.work import Work
from duijie.storage.queries import one_case

if TYPE_CHECKING:
    from duijie.storage.models import Case


def sections(work: Work, case: Case) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """The submission of ``case``, drawn from its own version of the form, without the text the page shows anyway."""
    submission = one_case.submission(work.session, case.id)
    if submission is None:
        return []
    form = form_from_json(submission.form.content)
    names = {e.department.key: e.department.name for e in rosters.entries_of(work, case.group_key)}
    answers = {key: value for key, value in submission.answers.items() if key != form.text_field}
    return display(form, answers, g.language, names=names, areas=areas.names(work))
