"""Several forms stand on a case's page; each names its fields ``<action>-<field>``."""

from collections.abc import Sequence
from datetime import date

from flask import request

from duijie.domain.errors import DuijieError, Invalid, Problem
from duijie.domain.text import T


def text(action: str, field: str) -> str:
    """What was typed into a field of the form ``action``."""
    return request.form.get(f"{action}-{field}", "")


def number(action: str, field: str) -> int | None:
    """A whole number from the form, or None."""
    return request.form.get(f"{action}-{field}", type=int)


def numbers(action: str, field: str) -> list[int]:
    """Every whole number ticked under one name."""
    return request.form.getlist(f"{action}-{field}", type=int)


def day(action: str, field: str) -> date | None:
    """A date from the form; None when it is empty. Raises Invalid when it is no date."""
    typed = text(action, field).strip()
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Invalid.field(field, "请按“年-月-日”填写日期。", "Enter the date as year-month-day.") from error


def problems(action: str, error: DuijieError | None) -> Sequence[Problem]:
    """The problems of ``error``, each beside its own field of the form ``action``."""
    if isinstance(error, Invalid):
        return [Problem(f"{action}-{p.field}" if p.field else "", p.message) for p in error.problems]
    return [Problem("", error.message)] if error else []


def kept(name: str, otherwise: object = "") -> object:
    """For templates: what was typed under ``name`` when this page answers a form, else ``otherwise``."""
    return request.form.get(name, otherwise) if request.method == "POST" else otherwise


def ticked(name: str, value: object, otherwise: bool = False) -> bool:
    """For templates: whether ``value`` was chosen under ``name`` when this page answers a form."""
    sent_here = request.method == "POST" and request.form.get("action") == name.split("-")[0]
    return str(value) in request.form.getlist(name) if sent_here else otherwise


def shown(names: dict[str, T]) -> list[tuple[T, str]]:
    """What the person typed, for comparing it with what somebody else has changed meanwhile."""
    own = [(names.get(key.split("-")[-1]), value) for key, value in request.form.items() if "-" in key]
    return [(name, value) for name, value in own if name and value.strip()]
