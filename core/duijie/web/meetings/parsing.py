"""Reads what forms of this audience send; what cannot be read raises Invalid with its field."""

from datetime import date, time

from flask import request

from duijie.domain.errors import Invalid, Problem
from duijie.domain.text import T
from duijie.services.meetings.answering import Answer
from duijie.web.whole import whole


def text(name: str) -> str:
    """A text field, trimmed."""
    return request.form.get(name, "").strip()


def number(name: str, default: int | None = None) -> int:
    """A whole number. Raises Invalid."""
    given = text(name)
    if not given and default is not None:
        return default
    return whole_number(name, given)


def whole_number(name: str, given: str) -> int:
    """``given`` as a whole number of the field ``name``. Raises Invalid."""
    try:
        return int(given)
    except ValueError:
        raise Invalid(Problem(name, T("请填写整数。", en="Write a whole number."))) from None


def numbers(name: str) -> list[int]:
    """All whole numbers sent under one name; anything else is left out."""
    return [number for value in request.form.getlist(name) if (number := whole(value)) is not None]


def day_of(name: str = "day") -> date:
    """A date as browsers send it. Raises Invalid."""
    try:
        return date.fromisoformat(text(name))
    except ValueError:
        raise Invalid(Problem(name, T("请选择日期。", en="Choose a date."))) from None


def time_of(name: str = "start") -> time:
    """A time as browsers send it. Raises Invalid."""
    return clock(name, text(name))


def clock(name: str, given: str) -> time:
    """``given`` as a time of day of the field ``name``. Raises Invalid."""
    try:
        return time.fromisoformat(given)
    except ValueError:
        raise Invalid(Problem(name, T("请填写开始时间，如 14:00。", en="Write the start, such as 14:00."))) from None


def seats() -> dict[int, int]:
    """Department id → representatives, from ticked departments (``desk``) and their numbers (``seats-<id>``)."""
    found = {}
    for department in numbers("desk"):
        found[department] = whole(text(f"seats-{department}")) or 0
    return found


def answer() -> Answer:
    """The answer to an invitation."""
    return Answer(
        answer=text("answer"),
        note=text("note"),
        away=numbers("away"),
        people=number("people", 1),
        user_id=whole(text("user_id")),
        substitute=text("substitute"),
        substitute_phone=text("substitute_phone"),
        seen=request.form.get("seen"),
    )
