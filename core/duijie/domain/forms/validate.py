"""What somebody filled in becomes clean answers, or a list of what to correct."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from duijie.domain.errors import Problem
from duijie.domain.forms.conditions import holds, row_scope
from duijie.domain.forms.custom import CustomType, as_base
from duijie.domain.forms.display import Mapped, display, mapped
from duijie.domain.forms.limits import limit_problem, longest, missing, other_problem, rows_problem
from duijie.domain.forms.posted import from_html
from duijie.domain.forms.reading import WITHOUT_ANSWER, Offered, clean, read
from duijie.domain.forms.values import OTHER, Field, FieldType, Form
from duijie.domain.text import T

__all__ = ["Mapped", "Validated", "display", "from_html", "longest", "mapped", "shown_fields", "validate"]

NOT_ROWS: Final = T("请逐项填写。", en="Fill this in entry by entry.")
_UNANSWERABLE: Final = frozenset({FieldType.DEPARTMENTS, FieldType.AREA})


@dataclass(frozen=True, slots=True)
class Validated:
    """``answers`` in field order, in the shapes of `FieldType`; to be stored only without ``problems``.

    A problem inside a repeat names ``"plots.0.plot_no"``: the row as it was sent, counted from 0; one with the
    text beside "other" names ``"industry.other"``.
    """

    answers: dict[str, Any]
    problems: tuple[Problem, ...]


def validate(
    form: Form,
    answers: Mapping[str, Any],
    *,
    departments: Collection[str] = (),
    areas: Collection[str] = (),
    custom: Mapping[str, CustomType] | None = None,
) -> Validated:
    """Normalise and check ``answers``; fields that are not shown and keys that are not asked are dropped.

    ``answers`` holds typed values (from JSON) or texts and lists of texts (see `from_html`); ``departments`` and
    ``areas`` the keys that DEPARTMENTS and AREA fields offer; ``custom`` the plugins' types by key,
    without which a custom field is a text. Attachments are checked where they are stored, empty rows are dropped.
    Never raises on whatever was sent.
    """
    sent = answers if isinstance(answers, Mapping) else {}
    return _fields(form.fields(), sent, {}, Offered(departments, areas, custom or {}))


def shown_fields(form: Form, answers: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that are asked, given validated ``answers``; attachments and notes among them."""
    return tuple(field for field in form.fields() if holds(field.show_if, answers))


def _fields(
    fields: tuple[Field, ...], sent: Mapping[str, Any], outer: Mapping[str, Any], offered: Offered, at: str = ""
) -> Validated:
    """Check ``fields``; ``outer`` are the answers around a row, ``at`` stands in front of its problems."""
    kept: dict[str, Any] = {}
    problems: list[Problem] = []
    keys = {field.key for field in fields}
    for field in fields:
        if field.type in WITHOUT_ANSWER or not holds(field.show_if, row_scope(outer, kept, keys)):
            continue
        if field.type is FieldType.REPEAT:
            found = _rows(field, sent.get(field.key), row_scope(outer, kept, keys), offered)
        else:
            found = _one(field, sent, offered)
        kept.update(found.answers)
        problems += [Problem(at + problem.field, problem.message) for problem in found.problems]
    return Validated(kept, tuple(problems))


def _one(field: Field, sent: Mapping[str, Any], offered: Offered) -> Validated:
    result = read(field, sent.get(field.key), offered)
    problem = result.problem or _problem(field, result.value, offered)
    problems = [Problem(field.key, problem)] if problem else []
    if result.value is None:
        return Validated({}, tuple(problems))
    kept = {field.key: result.value}
    if field.other and OTHER in (result.value if isinstance(result.value, list) else [result.value]):
        raw = sent.get(field.other_key)
        first = raw[0] if isinstance(raw, list | tuple) and raw else raw
        text = clean(first, lines=False) if isinstance(first, str) else ""
        kept |= {field.other_key: text} if text else {}
        if beside := other_problem(field, text):
            problems.append(Problem(field.other_key, beside))
    return Validated(kept, tuple(problems))


def _rows(field: Field, raw: Any, outer: Mapping[str, Any], offered: Offered) -> Validated:
    """The rows that hold an answer or a mistake; the others were left empty and are dropped."""
    sent = raw if isinstance(raw, list | tuple) else [] if raw is None or raw == "" else [raw]
    if not all(isinstance(row, Mapping) for row in sent):
        return Validated({}, (Problem(field.key, NOT_ROWS),))
    kept: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, row in enumerate(sent):
        if _is_empty(field.fields, row):
            continue
        found = _fields(field.fields, row, outer, offered, f"{field.key}.{number}.")
        problems += found.problems
        kept += [found.answers] if found.answers else []
    problem = missing(field) if field.required and not kept and not problems else rows_problem(field, len(kept))
    if problem:
        problems.insert(0, Problem(field.key, problem))
    return Validated({field.key: kept} if kept else {}, tuple(problems))


def _is_empty(fields: Sequence[Field], row: Mapping[str, Any]) -> bool:
    """Whether nothing was filled in; a choice of "leave open" and blanks are nothing."""
    return all(_blank(row.get(key)) for field in fields for key in (field.key, field.other_key))


def _blank(raw: Any) -> bool:
    if isinstance(raw, list | tuple):
        return all(_blank(item) for item in raw)
    return raw is None or (isinstance(raw, str) and not clean(raw, lines=False))


def _problem(field: Field, value: Any, offered: Offered) -> T | None:
    if value is None:
        unanswerable = field.type in _UNANSWERABLE and not offered.keys(field)
        return missing(field) if field.required and not unanswerable else None
    return limit_problem(as_base(field, offered.custom), value)
