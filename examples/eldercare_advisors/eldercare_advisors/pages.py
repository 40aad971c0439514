"""The page of visits, and the panels that lead to it."""

from datetime import date
from zoneinfo import ZoneInfo

from duijie.api import CaseFacts, Context, MeetingFacts, MenuEntry, Panel, PanelContent, Place, T, Views, current_page, permission
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, or_, select
from werkzeug.wrappers import Response

from eldercare_advisors.models import Visit

RIGHT = "visits"
TITLE = T("上门探访", en="Home visits")
LINKS = ((T("探访登记", en="Write a visit down"), "/visits"),)
pages = Blueprint("eldercare_advisors", __name__)


@pages.get("/visits")
@permission(RIGHT)
def visits() -> str:
    """The visits of one's own areas and departments: those to come, then those done."""
    with current_page().context.store.read() as session:
        found = session.scalars(select(Visit).where(_own()).order_by(Visit.done_on.is_not(None), Visit.due_on).limit(300)).all()
        return render_template("eldercare_advisors/visits.html", visits=found, today=today(current_page().context))


@pages.post("/visits/<int:event_id>")
@permission(RIGHT)
def done(event_id: int) -> Response:
    """Write down that a visit was paid, and what was seen."""
    with current_page().context.store.write() as session:
        visit = session.scalar(select(Visit).where(Visit.event_id == event_id, _own())) or abort(404)
        visit.done_on, visit.note = today(current_page().context), request.form.get("note", "").strip()[:500]
    flash(T("探访已登记。", en="The visit is written down.").to(current_page().language), "ok")
    return redirect(url_for("eldercare_advisors.visits"))


def today(context: Context) -> date:
    """The local date."""
    return context.now.astimezone(ZoneInfo(context.zone)).date()


def on_case(case: CaseFacts | MeetingFacts | None, context: Context) -> PanelContent | None:
    """The visits after this case; no box where there are none."""
    with context.store.read() as session:
        found = session.scalars(select(Visit).where(Visit.case_id == (case.id if case else None)).order_by(Visit.due_on)).all()
        lines = tuple((T.same(str(v.due_on)), T.same(v.note) if v.done_on else T("待探访", en="To be paid")) for v in found)
    return PanelContent(lines, links=LINKS) if lines else None


def on_desk(_: CaseFacts | MeetingFacts | None, context: Context) -> PanelContent | None:
    """How many visits are due, as a number only: whose they are stands on the page."""
    return PanelContent(text=T(f"到期待探访 {n} 次", en=f"Visits due: {n}"), links=LINKS) if (n := due(context)) else None


def due(context: Context) -> int:
    """How many visits are due by today."""
    with context.store.read() as session:
        return session.query(Visit).where(Visit.done_on.is_(None), Visit.due_on <= today(context)).count()


def _own() -> ColumnElement[bool]:
    return or_(Visit.area.in_(current_page().actor.areas), Visit.department.in_(current_page().actor.departments))


PANELS = (Panel("case", Place.CASE, TITLE, on_case, RIGHT), Panel("desk", Place.DESK, TITLE, on_desk, RIGHT))
VIEWS = Views(pages, (MenuEntry(TITLE, "/visits"),), PANELS)
