"""What these pages read from the address and from a form."""

from datetime import date

from flask import request

from duijie.domain.errors import DuijieError, Invalid, Problem
from duijie.domain.text import T


def bilingual(name: str) -> T:
    """A text in both languages from ``<name>_zh`` and ``<name>_en``; missing English reads as Chinese."""
    zh = request.form.get(f"{name}_zh", "").strip()[:200]
    return T(zh, en=request.form.get(f"{name}_en", "").strip()[:200] or zh)


def day_of(values: dict[str, str], name: str) -> date | None:
    """A date from a date field, or None when there is none that can be read."""
    try:
        return date.fromisoformat(values.get(name, ""))
    except ValueError:
        return None


def needed_day(name: str) -> date:
    """A date that a form must bring. Raises Invalid."""
    found = day_of(request.form.to_dict(), name)
    if found is None:
        raise Invalid.field(name, "请选择日期。", "Choose a date.")
    return found


def page_number() -> int:
    """The page of a list, from 1."""
    return max(1, request.args.get("page", 1, type=int))


def problems_of(error: DuijieError | None) -> tuple[Problem, ...]:
    """What an error page lists: each field's problem, or the whole message."""
    if error is None:
        return ()
    return error.problems if isinstance(error, Invalid) else (Problem("", error.message),)
