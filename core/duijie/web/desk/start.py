"""A representative's first screen: what is due, what waits for others, the coming meetings."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.services import todo
from duijie.web.access import only
from duijie.web.cases.page import whose_move
from duijie.web.desk.blueprint import desk
from duijie.web.display import days_left
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.storage.models import Meeting


@desk.get("/", endpoint="start")
@only(Role.REPRESENTATIVE)
def start_page() -> ResponseReturnValue:
    """Due today, this week, waiting for others; then the coming meetings."""
    with read() as work:
        return render_template(
            "desk/start.html",
            todo=todo.to_do(work),
            coming=todo.coming(work),
            today=work.today,
            days_left=lambda day: days_left(work, day),
            move=whose_move,
            at=slot_time,
        )


@desk.get("/cases/<int:case_id>")
@only(Role.REPRESENTATIVE)
def case(case_id: int) -> ResponseReturnValue:
    """Where reminders point; the case has one page for everybody."""
    return redirect(url_for("cases.one", case_id=case_id))


def slot_time(meeting: "Meeting", slot: int | None) -> datetime | None:
    """The moment a slot begins, or None where it has none."""
    return None if slot is None else meeting.starts_at + timedelta(minutes=meeting.slot_minutes * slot)
