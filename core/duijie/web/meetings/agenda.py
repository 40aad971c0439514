"""Choosing the cases a meeting hears, and giving their departments desks."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.meetings import agenda, desks
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.meetings import parsing
from duijie.web.meetings.blueprint import meetings
from duijie.web.meetings.pages import meeting_page, overseen
from duijie.web.work import notice, read, version, write


@meetings.get("/<int:meeting_id>/cases")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def cases(meeting_id: int) -> ResponseReturnValue:
    """What is on the agenda, and what the open pool suggests."""
    return _page(meeting_id)


@meetings.post("/<int:meeting_id>/cases")
@only(Role.COORDINATOR)
def add_cases(meeting_id: int) -> ResponseReturnValue:
    """Take the ticked cases on the agenda."""
    try:
        with write() as work:
            agenda.add(work, meeting_id, version(), parsing.numbers("case"), with_desks="with_desks" in request.form)
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已列入议程。", en="They are on the agenda."))
    return redirect(url_for("meetings.cases", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/agenda")
@only(Role.COORDINATOR)
def change_agenda(meeting_id: int) -> ResponseReturnValue:
    """How long each case needs, and whose departments sit together."""
    together = set(parsing.numbers("together"))
    try:
        wanted = {case: (parsing.number(f"length-{case}"), case in together) for case in parsing.numbers("item")}
        with write() as work:
            agenda.change(work, meeting_id, version(), wanted)
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("议程已保存。", en="The agenda is saved."))
    return redirect(url_for("meetings.cases", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/cases/<int:case_id>/remove")
@only(Role.COORDINATOR)
def remove_case(meeting_id: int, case_id: int) -> ResponseReturnValue:
    """Give a case back to the pool."""
    try:
        with write() as work:
            agenda.remove(work, meeting_id, version(), case_id)
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已撤下，退回待议。", en="Taken off; it is back in the pool."))
    return redirect(url_for("meetings.cases", meeting_id=meeting_id))


@meetings.post("/<int:meeting_id>/desks/add")
@only(Role.COORDINATOR)
def add_desk(meeting_id: int) -> ResponseReturnValue:
    """Give one more department a desk."""
    try:
        with write() as work:
            desks.add(work, meeting_id, version(), parsing.number("department"))
    except NotFound:
        raise
    except DuijieError as error:
        return _page(meeting_id, error), status_of(error)
    notice(T("已增设席位。", en="The desk is added."))
    return redirect(url_for("meetings.cases", meeting_id=meeting_id))


def _page(meeting_id: int, error: DuijieError | None = None) -> str:
    with read() as work:
        meeting = overseen(work, meeting_id)
        groups = work.parts(meeting.group_key)
        return meeting_page(
            "meetings/cases.html", work, meeting, error,
            pool=agenda.suggestions(work, meeting), missing=agenda.missing_desks(meeting),
            typed=request.form if error and "item" in request.form else None, departments_of=agenda.departments_of,
            longest=min(agenda.LONGEST, meeting.slots),
            ticked=set(parsing.numbers("case")) if error else None, group=groups.group if groups else None,
            room=sum(desk.capacity for desk in meeting.desks) * meeting.slots,
        )
