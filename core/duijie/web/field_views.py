"""What the templates draw of a declared form: views with everything in place, made by `duijie.web.fields`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from duijie.domain.forms.conditions import condition_as_json
from duijie.domain.forms.limits import OTHER_AT_MOST, ROWS_AT_MOST, longest
from duijie.domain.forms.values import Field, FieldType, Form
from duijie.domain.text import T

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
    # No draft keeps an identity number on a machine that others use.
    FieldType.IDENTITY: {"type": "text", "maxlength": "40", "data-no-draft": "", **_CODE},
}


def field_id(name: str) -> str:
    """The id of the input posted under ``name``: a field's key, or a path such as ``plots.0.plot_no``."""
    return f"field-{name.replace('.', '-')}"


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
    """One radio button, check box or list entry. ``kind`` is the heading that list entries stand under."""

    id: str
    value: str
    label: T
    checked: bool
    kind: T | None = None


@dataclass(frozen=True, slots=True)
class OtherView:
    """The line beside the choice "other"."""

    id: str
    name: str
    value: str
    error: T | None
    most: int = OTHER_AT_MOST


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a repeat; ``number`` is how its answers are posted, ``shown`` how people count."""

    id: str
    number: str
    shown: str
    blocks: "tuple[Block, ...]"


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as the templates draw it.

    ``widget`` is one of ``input textarea radios select checkboxes files note repeat``; ``name`` is what the answer is
    posted under, ``id`` the element that an error links to; ``show_if`` the condition as JSON. A repeat has ``rows``
    and ``empty_row``, the pattern that the script makes new ones of. A ``secret`` is typed unseen.
    """

    field: Field
    widget: str
    name: str
    value: str = ""
    options: tuple[Option, ...] = ()
    error: T | None = None
    autocomplete: str = ""
    files: tuple[UploadedFile, ...] = ()
    other: OtherView | None = None
    rows: tuple[RowView, ...] = ()
    empty_row: RowView | None = None
    input_mode: str = ""
    secret: bool = False

    @property
    def id(self) -> str:
        """The id of the input, or of the first one of a group."""
        return field_id(self.name)

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a single-line input."""
        if self.secret:
            return {"type": "password", "autocomplete": "new-password", "spellcheck": "false"}
        own = dict(_ATTRIBUTES.get(self.field.type, {"type": "text"}))
        own |= {"inputmode": self.input_mode} if self.input_mode else {}
        return own | ({"autocomplete": self.autocomplete} if self.autocomplete else {})

    @property
    def kinds(self) -> tuple[tuple[T | None, tuple[Option, ...]], ...]:
        """The list entries under their headings, in order."""
        return tuple((kind, tuple(group)) for kind, group in groupby(self.options, key=lambda o: o.kind))

    @property
    def row_name(self) -> T:
        """What one row of a repeat is called."""
        return self.field.unit or T("第", en="Entry")

    @property
    def most_rows(self) -> int:
        """How many rows a repeat takes."""
        return ROWS_AT_MOST if self.field.maximum is None else int(self.field.maximum)

    @property
    def next_row(self) -> str:
        """The id of the row that would be added."""
        return f"{self.id}-{len(self.rows)}"

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

    @property
    def has_rows(self) -> bool:
        """Whether a repeat stands in the form, whose buttons are not the one that files it."""
        return any(f.type is FieldType.REPEAT for f in self.form.fields())

    def error_of(self, key: str) -> T | None:
        """The message for an input beside the declared ones, such as ``consent``."""
        return next((message for target, message in self.problems if target == field_id(key)), None)
