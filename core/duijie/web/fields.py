"""A declared form made ready for drawing: what each question's input looks like, and what stands in it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from duijie.domain.errors import Problem
from duijie.domain.forms.custom import CustomType, as_base
from duijie.domain.forms.display import NO, YES
from duijie.domain.forms.values import Condition, Field, FieldType, Form
from duijie.domain.forms.wording import condition_in_words
from duijie.domain.text import T
from duijie.web.field_views import (
    Block,
    FieldView,
    FormView,
    Option,
    OtherView,
    RowView,
    SectionView,
    UploadedFile,
    field_id,
)

__all__ = ["Areas", "FieldView", "FormView", "UploadedFile", "field_id", "form_view", "kept_files"]

ROW: Final = "__row__"
"""Stands for the number of a row in the pattern that the script copies."""

RADIOS_AT_MOST: Final = 6
"""Up to so many choices stand open as cards; more go into a list."""

_OFFERED_HERE: Final = frozenset({FieldType.DEPARTMENTS, FieldType.AREA})
_WIDGETS: Final = {
    FieldType.LONG_TEXT: "textarea",
    FieldType.YES_NO: "radios",
    FieldType.CHOICES: "checkboxes",
    FieldType.DEPARTMENTS: "checkboxes",
    FieldType.AREA: "select",
    FieldType.REPEAT: "repeat",
    FieldType.ATTACHMENTS: "files",
    FieldType.NOTE: "note",
}
_LEAVE_OPEN: Final = T("暂不选择", en="Leave open")


Areas = Sequence[tuple[str, T, T]]
"""The options of AREA fields: key, name, and the kind they stand under."""


@dataclass(frozen=True, slots=True)
class _Given:
    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, T]
    departments: Sequence[tuple[str, T]]
    areas: Areas
    custom: Mapping[str, CustomType]
    files: Mapping[str, Sequence[UploadedFile]] = field(default_factory=dict)
    secrets: Collection[str] = ()
    row: tuple[Field, ...] = ()  # of the repeat whose row this is
    at: str = ""                 # stands in front of the names in that row

    def in_row(self, asked: Field, number: str, values: Mapping[str, Any]) -> "_Given":
        """The same for one row of the repeat ``asked``."""
        return replace(self, values=values, row=asked.fields, at=f"{self.at}{asked.key}.{number}.")


def form_view(
    form: Form,
    values: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    *,
    departments: Sequence[tuple[str, T]] = (),
    areas: Areas = (),
    custom: Mapping[str, CustomType] | None = None,
    files: Mapping[str, Sequence[UploadedFile]] | None = None,
    secrets: Collection[str] = (),
) -> FormView:
    """Make ``form`` ready for ``fields/form.html``.

    ``values`` are raw answers as they were typed (`from_html`) or stored ones; ``departments`` the options of
    DEPARTMENTS fields (key, name) and ``areas`` those of AREA fields, which are left out when there are none;
    ``custom`` the plugins' field types by key; ``files`` what was uploaded already, by field key;
    ``secrets`` the keys of what is typed unseen.
    """
    errors: dict[str, T] = {}
    for problem in problems:
        errors.setdefault(problem.field, problem.message)
    given = _Given(form, values or {}, errors, departments, areas, custom or {}, files or {}, secrets)
    return FormView(
        form=form,
        sections=tuple(SectionView(s.title, _blocks(s.fields, given)) for s in form.sections),
        problems=tuple((field_id(p.field) if p.field else "", _in_summary(p, form)) for p in problems),
        rerendered=values is not None,
    )


def _in_summary(problem: Problem, form: Form) -> T:
    """The message where all of them stand together: one from a row says which row, and which question there."""
    key, _, rest = problem.field.partition(".")
    number, _, inner = rest.partition(".")
    repeat = form.find(key)
    asked = next((f for f in repeat.fields if f.key == inner.partition(".")[0]), None) if repeat else None
    if repeat is None or asked is None or not number.isdigit():
        return problem.message
    named = asked.label.zh in problem.message.zh
    said = T("{row} {n}：{message}", en="{row} {n}: {message}") if named else T(
        "{row} {n}，{label}：{message}", en="{row} {n}, {label}: {message}"
    )  # fmt: skip
    row = repeat.unit or repeat.label
    return said.fill(row=row, n=int(number) + 1, label=asked.label, message=problem.message)


def kept_files(form: Form, getlist: Callable[[str], Sequence[str]]) -> dict[str, list[str]]:
    """Tokens of the files uploaded before and not ticked for removal, by key of the attachment field."""
    keys = [f.key for f in form.fields() if f.type is FieldType.ATTACHMENTS]
    return {key: _without(getlist(f"{key}.kept"), getlist(f"{key}.removed")) for key in keys}


def _without(tokens: Sequence[str], removed: Sequence[str]) -> list[str]:
    return [token for token in dict.fromkeys(tokens) if token not in removed]


def _blocks(fields: tuple[Field, ...], given: _Given) -> tuple[Block, ...]:
    drawn = [f for f in fields if f.type not in _OFFERED_HERE or _offered(f, given)]
    return tuple(
        Block(_when(condition, given), tuple(_view(f, given) for f in group))
        for condition, group in groupby(drawn, key=lambda f: f.show_if)
    )


def _when(condition: Condition | None, given: _Given) -> T | None:
    if condition is None:
        return None
    words = condition_in_words(condition, given.form, given.row)
    return T("如{words}，请填写：", en="If {words}, please fill in:").fill(words=words)


def _view(asked: Field, given: _Given) -> FieldView:
    kind = given.custom.get(asked.custom)
    drawn, name, value = as_base(asked, given.custom), given.at + asked.key, given.values.get(asked.key)
    return FieldView(
        field=drawn,
        widget=_widget(drawn),
        name=name,
        value=_text(drawn, value),
        options=_options(drawn, value, given),
        error=given.errors.get(name),
        autocomplete="name" if name == given.form.contact_field else "off" if given.row else "",
        files=tuple(given.files.get(asked.key, ())),
        secret=asked.key in given.secrets,
        other=_other(drawn, given) if asked.other else None,
        rows=_rows(asked, value, given) if asked.fields else (),
        empty_row=_row(asked, ROW, {}, given) if asked.fields else None,
        input_mode=kind.input_mode if kind else "",
    )


def _other(asked: Field, given: _Given) -> OtherView:
    name = given.at + asked.other_key
    typed = given.values.get(asked.other_key)
    return OtherView(field_id(name), name, typed if isinstance(typed, str) else "", given.errors.get(name))


def _rows(asked: Field, value: Any, given: _Given) -> tuple[RowView, ...]:
    """The rows that were sent, and empty ones up to how many are needed; one at least."""
    sent = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
    missing = max(int(asked.minimum or 0), 1) - len(sent)
    return tuple(_row(asked, str(n), row, given) for n, row in enumerate([*sent, *([{}] * missing)]))


def _row(asked: Field, number: str, values: Mapping[str, Any], given: _Given) -> RowView:
    own = given.in_row(asked, number, values)
    shown = str(int(number) + 1) if number != ROW else ROW
    return RowView(field_id(f"{given.at}{asked.key}.{number}"), number, shown, _blocks(asked.fields, own))


def _widget(asked: Field) -> str:
    if asked.type is FieldType.CHOICE:
        return "radios" if len(asked.offered) <= RADIOS_AT_MOST else "select"
    return _WIDGETS.get(asked.type, "input")


def _options(asked: Field, value: Any, given: _Given) -> tuple[Option, ...]:
    chosen, name = _chosen(value), given.at + asked.key
    return tuple(
        Option(field_id(name) + (f"-{n}" if n else ""), key, label, key in chosen, kind)
        for n, (key, label, kind) in enumerate(_offered(asked, given))
    )


def _offered(asked: Field, given: _Given) -> list[tuple[str, T, T | None]]:
    open_end: list[tuple[str, T, T | None]] = [] if asked.required else [("", _LEAVE_OPEN, None)]
    match asked.type:
        case FieldType.YES_NO:
            return [("yes", YES, None), ("no", NO, None), *open_end]
        case FieldType.CHOICE | FieldType.CHOICES:
            listed: list[tuple[str, T, T | None]] = [(c.key, c.label, None) for c in asked.offered]
            return listed + open_end if _widget(asked) == "radios" else listed
        case FieldType.DEPARTMENTS:
            return [(key, name, None) for key, name in given.departments]
        case FieldType.AREA:
            return list(given.areas)
        case _:
            return []


def _chosen(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {"yes" if value else "no"}
    items = value if isinstance(value, list | tuple) else [value]
    return {item for item in items if isinstance(item, str)}


def _text(asked: Field, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    # A stored amount is fen; what somebody typed is a text and stays as it was.
    return f"{value / 100:.2f}".removesuffix(".00") if asked.type is FieldType.MONEY else str(value)
