"""The figures that groups count besides the three rates, from what their cases answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from duijie.domain.forms.display import yuan
from duijie.domain.forms.exchange import form_from_json
from duijie.domain.forms.values import Field, FieldType, Form
from duijie.domain.text import T
from duijie.hooks.capabilities import Metric, Sum
from duijie.hooks.groups import GroupParts
from duijie.services.work import Work
from duijie.storage.queries.ledger import LedgerFilter, answered, forms

HOW = {
    Sum.TOTAL: T("合计", en="total"),
    Sum.MEDIAN: T("中位数", en="median"),
    Sum.CASES: T("件数", en="cases"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. ``value`` is what the page shows, None where nothing was answered; ``cases`` how many it is made of."""

    metric: Metric
    value: T | None
    cases: int


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The figures of one group. ``total``: how many cases the filter holds of it."""

    name: T
    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Answer:
    topic: str
    form: Form
    answers: Mapping[str, Any]


def by_group(work: Work, wanted: LedgerFilter) -> list[GroupFigures]:
    """The figures of every group that declares some and has a case among those that the rates count."""
    rows = answered(work.session, work.actor, wanted)
    versions = {key: form_from_json(content) for key, content in forms(work.session, {row[2] for row in rows}).items()}
    found = []
    for parts in work.office.groups:
        own = [_Answer(topic, versions[key], answers) for group, topic, key, answers in rows if group == parts.group.key]
        if own and parts.metrics:
            found.append(GroupFigures(parts.group.name, tuple(_line(parts, m, own) for m in parts.metrics), len(own)))
    return found


def _line(parts: GroupParts, metric: Metric, cases: Iterable[_Answer]) -> Line:
    cases = [one for one in cases if not metric.topics or one.topic in metric.topics]
    field = _declared(parts, metric.field)
    if metric.how is Sum.CASES:
        number = sum(_said_so(metric, one) for one in cases)
        return Line(metric, _words(number, None, metric.unit), number)
    values = [value for one in cases if (value := _number(field, one)) is not None]
    if not values:
        return Line(metric, None, 0)
    made = sum(values) if metric.how is Sum.TOTAL else median(values)
    return Line(metric, _words(made, field, metric.unit), len(values))


def _declared(parts: GroupParts, key: str) -> Field | None:
    return next((field for form in parts.forms if (field := form.find(key))), None)


def _said_so(metric: Metric, case: _Answer) -> bool:
    """Whether a case is counted: by its topic alone, by any answer, or by this one."""
    if not metric.field:
        return True
    value = case.answers.get(metric.field)
    if metric.answer is None:
        return value is not None
    if isinstance(value, list):
        return metric.answer in value
    return type(value) is type(metric.answer) and bool(value == metric.answer)  # True is not 1


def _number(field: Field | None, case: _Answer) -> float | None:
    """A number answered on whatever version of the form, where that version asked for the same kind of number.

    What stands inside a repeated part is a list and so is left out.
    """
    asked = case.form.find(field.key) if field else None
    value = case.answers.get(field.key) if field else None
    if asked is None or field is None or asked.type is not field.type:
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _words(number: float, field: Field | None, unit: T | None) -> T:
    if field and field.type is FieldType.MONEY:
        return T("{n} 元", en="{n} yuan").fill(n=yuan(number))
    rounded = round(number, 2)
    said = f"{int(rounded):,}" if rounded == int(rounded) else f"{rounded:,}"
    named = unit or (field.unit if field else None)
    return T("{n} {unit}", en="{n} {unit}").fill(n=said, unit=named) if named else T.same(said)
