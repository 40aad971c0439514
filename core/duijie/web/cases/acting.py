"""What every action on a case has in common: do it, say so, or show the page again with what was typed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.text import T
from duijie.services import find
from duijie.services.work import Work
from duijie.web.cases.page import case_page
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from duijie.storage.models import Case


def act(case_id: int, action: str, done: T, change: Callable[[Work, "Case"], object]) -> ResponseReturnValue:
    """Run ``change`` on the case in one transaction; ``done`` is said on the next page, and what ``change`` answers.

    Whoever may not see the case any more afterwards (it was handed back) goes to their own first page.
    """
    try:
        with write() as work:
            more = change(work, find.case(work, case_id, version()))
    except NotFound:
        raise
    except DuijieError as error:
        return case_page(case_id, action, error)
    notice(joined_sentences(done, more) if isinstance(more, T) else done)
    return redirect(
        url_for("cases.one", case_id=case_id) if _still_mine(case_id) else url_for("account.start")
    )


def joined_sentences(one: T, other: T) -> T:
    """Two sentences, one after the other."""
    return T(one.zh + other.zh, en=f"{one.en} {other.en}".strip())


def _still_mine(case_id: int) -> bool:
    with read() as work:
        try:
            find.case(work, case_id)
        except NotFound:
            return False
    return True
