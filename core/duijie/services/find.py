"""Finds a record for somebody, or says that there is none: not found and not yours look alike."""

from typing import TypeVar

from sqlalchemy import select

from duijie.domain.errors import Conflict, NotFound
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Case, Meeting, Revisit
from duijie.storage.queries.scope import cases_open_to, meetings_open_to

R = TypeVar("R", Case, Meeting, Revisit)


def case(work: Work, case_id: int, version: int | None = None) -> Case:
    """The case if the actor may see it. Raises NotFound, or Conflict when ``version`` is no longer the latest."""
    found = work.session.scalar(select(Case).where(Case.id == case_id, cases_open_to(work.actor)))
    if found is None:
        raise NotFound
    return _current(found, version)


def meeting(work: Work, meeting_id: int, version: int | None = None) -> Meeting:
    """The meeting if the actor may see it. Raises NotFound, or Conflict when ``version`` is no longer the latest."""
    found = work.session.scalar(select(Meeting).where(Meeting.id == meeting_id, meetings_open_to(work.actor)))
    if found is None:
        raise NotFound
    return _current(found, version)


def revisit(work: Work, revisit_id: int, version: int | None = None) -> Revisit:
    """The revisit if the actor may see its case. Raises NotFound, or Conflict like `case`."""
    theirs = select(Revisit).join(Case, Case.id == Revisit.case_id)
    found = work.session.scalar(theirs.where(Revisit.id == revisit_id, cases_open_to(work.actor)))
    if found is None:
        raise NotFound
    return _current(found, version)


def _current(record: R, version: int | None) -> R:
    if version is not None and record.version != version:
        raise Conflict(
            T("在您填写期间，他人已更新了这条记录。您的内容已保留在页面上，请对照最新情况后再提交。",
              en="Somebody else changed this record while you were writing. What you typed is still on the page: "
              "compare it with the latest and send it again.")
        )
    return record
