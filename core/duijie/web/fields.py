"""A declared form made ready for drawing: what each question's input looks like, and what stands in it."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from duijie.domain.errors import Problem
from duijie.domain.forms.conditions import condition_as_json
from duijie.domain.forms.display import NO, YES
from duijie.domain.forms.validate import longest
from duijie.domain.forms.values import Condition, Field, FieldType, Form
from duijie.domain.forms.wording import condition_in_words
from duijie.domain.text import T

RADIOS_AT_MOST: Final = 6
"""Up to so many choices stand open as cards; more go into a list."""

ACCEPT: Final = "image/*,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.wps,.et,.dps,.txt,.csv"
"""What the file picker offers. What is taken is decided where files are stored."""

_SHORT: Final = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.DATE, FieldType.MOBILE})
_CODE: Final = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
_ATTRIBUTES: Final[Mapping[FieldType, Mapping[str, str]]] = {
    FieldType.NUMBER: {"type": "text", "inputmode": "decimal", "autocomplete": "off"},
    FieldType.MONEY: {"type": "text", "inputmode": "decimal", "autocomplete": "off"},
    FieldType.DATE: {"type": "date"},
    FieldType.MOBILE: {"type": "tel", "inputmode": "tel", "autocomplete": "tel"},
    FieldType.EMAIL: {"type": "email", "inputmode": "email", "autocomplete": "email", "spellcheck": "false"},
    FieldType.CREDIT_CODE: {"type": "text", **_CODE},
}
_WIDGETS: Final = {
    FieldType.LONG_TEXT: "textarea",
    FieldType.YES_NO: "radios",
    FieldType.CHOICES: "checkboxes",
    FieldType.DEPARTMENTS: "checkboxes",
    FieldType.ATTACHMENTS: "files",
    FieldType.NOTE: "note",
}
_LEAVE_OPEN: Final = T("暂不选择", en="Leave open")


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was uploaded with an earlier try. ``size`` in bytes; ``token`` is how it is known."""

    name: str
    size: int
    token: str

    @property
    def size_in_words(self) -> str:
        """12 KB, 3.4 MB."""
        if self.size < 1024 * 1024:
            return f"{max(1, round(self.size / 1024))} KB"
        return f"{self.size / 1024 / 1024:.1f} MB"


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button, check box or list entry."""

    id: str
    value: str
    label: T
    checked: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as the templates draw it.

    ``widget`` is one of ``input textarea radios select checkboxes files note``; ``id`` is the element that
    an error links to; ``show_if`` the condition as JSON. A ``secret`` is typed unseen.
    """

    field: Field
    widget: str
    value: str = ""
    options: tuple[Option, ...] = ()
    error: T | None = None
    autocomplete: str = ""
    files: tuple[UploadedFile, ...] = ()
    secret: bool = False

    @property
    def id(self) -> str:
        """The id of the input, or of the first one of a group."""
        return field_id(self.field.key)

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a single-line input."""
        if self.secret:
            return {"type": "password", "autocomplete": "new-password", "spellcheck": "false"}
        own = dict(_ATTRIBUTES.get(self.field.type, {"type": "text"}))
        return own | ({"autocomplete": self.autocomplete} if self.autocomplete else {})

    @property
    def accept(self) -> str:
        """What a file picker offers."""
        return ACCEPT

    @property
    def short(self) -> bool:
        """Whether the input need not be as wide as the page."""
        return self.field.type in _SHORT

    @property
    def unit(self) -> T | None:
        """What stands behind the input."""
        return T("元", en="yuan") if self.field.type is FieldType.MONEY else self.field.unit

    @property
    def most(self) -> int | None:
        """How many characters a long text takes, to be counted down."""
        return longest(self.field) if self.widget == "textarea" else None

    @property
    def described_by(self) -> str:
        """The ids of hint, error and count, in reading order."""
        parts = {"hint": self.field.hint, "error": self.error, "unit": self._unit_shown, "count": self.most}
        return " ".join(f"{self.id}-{name}" for name, there in parts.items() if there)

    @property
    def show_if(self) -> str | None:
        """The condition for the browser."""
        condition = self.field.show_if
        return json.dumps(condition_as_json(condition), ensure_ascii=False) if condition else None

    @property
    def _unit_shown(self) -> bool:
        return self.widget == "input" and self.unit is not None


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring fields with one condition; ``when`` says it in words, None when always shown."""

    when: T | None
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A heading and what stands under it."""

    title: T
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class FormView:
    """The form as the templates draw it. ``problems`` are (id of the input or "", message)."""

    form: Form
    sections: tuple[SectionView, ...]
    problems: tuple[tuple[str, T], ...]
    rerendered: bool

    def error_of(self, key: str) -> T | None:
        """The message for an input beside the declared ones, such as ``consent``."""
        return next((message for target, message in self.problems if target == field_id(key)), None)


@dataclass(frozen=True, slots=True)
class _Given:
    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, T]
    departments: Sequence[tuple[str, T]]
    files: Mapping[str, Sequence[UploadedFile]] = field(default_factory=dict)
    secrets: Collection[str] = ()


def form_view(
    form: Form,
    values: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    *,
    departments: Sequence[tuple[str, T]] = (),
    files: Mapping[str, Sequence[UploadedFile]] | None = None,
    secrets: Collection[str] = (),
) -> FormView:
    """Make ``form`` ready for ``fields/form.html``.

    ``values`` are raw answers as they were typed (`from_html`) or stored ones; ``departments`` the options
    of DEPARTMENTS fields (key, name), which are left out when there are none; ``files`` what was uploaded
    already, by field key; ``secrets`` the keys of what is typed unseen.
    """
    errors: dict[str, T] = {}
    for problem in problems:
        errors.setdefault(problem.field, problem.message)
    given = _Given(form, values or {}, errors, departments, files or {}, secrets)
    return FormView(
        form=form,
        sections=tuple(SectionView(s.title, _blocks(s.fields, given)) for s in form.sections),
        problems=tuple((field_id(p.field) if p.field else "", p.message) for p in problems),
        rerendered=values is not None,
    )


def field_id(key: str) -> str:
    """The id of the input of the field ``key``."""
    return f"field-{key}"


def kept_files(form: Form, getlist: Callable[[str], Sequence[str]]) -> dict[str, list[str]]:
    """Tokens of the files uploaded before and not ticked for removal, by key of the attachment field."""
    keys = [f.key for f in form.fields() if f.type is FieldType.ATTACHMENTS]
    return {key: _without(getlist(f"{key}.kept"), getlist(f"{key}.removed")) for key in keys}


def _without(tokens: Sequence[str], removed: Sequence[str]) -> list[str]:
    return [token for token in dict.fromkeys(tokens) if token not in removed]


def _blocks(fields: tuple[Field, ...], given: _Given) -> tuple[Block, ...]:
    drawn = [f for f in fields if f.type is not FieldType.DEPARTMENTS or given.departments]
    return tuple(
        Block(_when(condition, given.form), tuple(_view(f, given) for f in group))
        for condition, group in groupby(drawn, key=lambda f: f.show_if)
    )


def _when(condition: Condition | None, form: Form) -> T | None:
    if condition is None:
        return None
    words = condition_in_words(condition, form)
    return T("如{words}，请填写：", en="If {words}, please fill in:").fill(words=words)


def _view(asked: Field, given: _Given) -> FieldView:
    value = given.values.get(asked.key)
    return FieldView(
        field=asked,
        widget=_widget(asked),
        value=_text(asked, value),
        options=_options(asked, value, given.departments),
        error=given.errors.get(asked.key),
        autocomplete="name" if asked.key == given.form.contact_field else "",
        files=tuple(given.files.get(asked.key, ())),
        secret=asked.key in given.secrets,
    )


def _widget(asked: Field) -> str:
    if asked.type is FieldType.CHOICE:
        return "radios" if len(asked.choices) <= RADIOS_AT_MOST else "select"
    return _WIDGETS.get(asked.type, "input")


def _options(asked: Field, value: Any, departments: Sequence[tuple[str, T]]) -> tuple[Option, ...]:
    offered = _offered(asked, departments)
    chosen = _chosen(value)
    return tuple(
        Option(field_id(asked.key) + (f"-{n}" if n else ""), key, label, key in chosen)
        for n, (key, label) in enumerate(offered)
    )


def _offered(asked: Field, departments: Sequence[tuple[str, T]]) -> list[tuple[str, T]]:
    open_end = [] if asked.required else [("", _LEAVE_OPEN)]
    match asked.type:
        case FieldType.YES_NO:
            return [("yes", YES), ("no", NO), *open_end]
        case FieldType.CHOICE:
            listed = [(c.key, c.label) for c in asked.choices]
            return listed + open_end if _widget(asked) == "radios" else listed
        case FieldType.CHOICES:
            return [(c.key, c.label) for c in asked.choices]
        case FieldType.DEPARTMENTS:
            return list(departments)
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
