"""What a browser posts becomes raw answers: to be validated, or drawn again as they were typed.

Inside a repeat a row is known by a number: ``plots`` is sent once per row with it, ``plots.3.plot_no`` is an answer
of the row 3, ``plots.removed`` names a row to be left out. ``add`` names a repeat that wants one more row.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from duijie.domain.forms.reading import LISTS, WITHOUT_ANSWER
from duijie.domain.forms.values import Field, FieldType, Form

GetList = Callable[[str], Sequence[str]]

ADD: Final = "add"
"""The name of the button that asks for one more row; its value is the repeat's key."""

_ROWS_READ: Final = 200
_NUMBER: Final = re.compile(r"[0-9]{1,4}")


def from_html(form: Form, getlist: GetList) -> dict[str, Any]:
    """The raw answers of a posted form. ``getlist`` is that of a multidict, such as ``request.form.getlist``."""
    return _raw(form.fields(), getlist, "")


def wants_row(form: Form, getlist: GetList) -> bool:
    """Whether the form was posted to get one more row, not to be filed."""
    asked = set(getlist(ADD))
    return any(f.type is FieldType.REPEAT and f.key in asked for f in form.fields())


def _raw(fields: tuple[Field, ...], getlist: GetList, at: str) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for field in fields:
        if field.type is FieldType.REPEAT:
            rows = _rows(field, getlist)
            raw |= {field.key: rows} if rows else {}
            continue
        sent = list(getlist(at + field.key)) if field.type not in WITHOUT_ANSWER else []
        if sent:
            raw[field.key] = sent if field.type in LISTS else sent[0]
        if field.other and (beside := getlist(at + field.other_key)):
            raw[field.other_key] = beside[0]
    return raw


def _rows(field: Field, getlist: GetList) -> list[dict[str, Any]]:
    removed = set(getlist(f"{field.key}.removed"))
    numbers = [n for n in dict.fromkeys(getlist(field.key)) if _NUMBER.fullmatch(n) and n not in removed]
    rows = [_raw(field.fields, getlist, f"{field.key}.{number}.") for number in numbers[:_ROWS_READ]]
    return [*rows, {}] if field.key in getlist(ADD) else rows
