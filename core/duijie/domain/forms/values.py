"""What a form is made of. Frozen, so that a version of it can be kept for ever under its digest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from duijie.domain.text import T


class FieldType(StrEnum):
    """What kind of answer a field takes, and the shape of that answer in ``Submission.answers``."""

    TEXT = "text"                # str, one line
    LONG_TEXT = "long_text"      # str, several lines
    NUMBER = "number"            # int or float
    MONEY = "money"              # int, in fen
    DATE = "date"                # "YYYY-MM-DD"
    YES_NO = "yes_no"            # bool
    CHOICE = "choice"            # the key of one choice
    CHOICES = "choices"          # list of keys
    DEPARTMENTS = "departments"  # list of department keys of the group's roster
    AREA = "area"                # key of an area (片区) of the installation
    CREDIT_CODE = "credit_code"  # unified social credit code, 18 characters, upper case
    IDENTITY = "identity"        # citizen identity number, 18 characters; always personal data
    MOBILE = "mobile"            # mainland mobile number, 11 digits
    EMAIL = "email"              # str
    PLACE = "place"              # str, a place in words (building, crossing)
    ATTACHMENTS = "attachments"  # answers hold nothing; files stand in the attachment table
    NOTE = "note"                # a text to read, no answer
    REPEAT = "repeat"            # list of dicts, one per row, with the answers to the field's own `fields`
    CUSTOM = "custom"            # str, of a type that a plugin brings (`Field.custom` names it)


OTHER: Final = "other"
"""The key of the choice beside which people write their own words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field. ``key`` is stored, ``label`` is shown."""

    key: str
    label: T


@dataclass(frozen=True, slots=True)
class Condition:
    """When a field is shown: a small tree that never raises.

    ``op`` is one of ``eq ne in has ge lt filled and or not``. Leaves name a ``field`` and a scalar ``value``
    (``in``: a tuple of scalars); ``and``, ``or`` and ``not`` carry ``parts``. Use the helpers of `duijie.api`
    (`eq`, `has` …) rather than the constructor.
    """

    op: str
    field: str = ""
    value: Any = None
    parts: "tuple[Condition, ...]" = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``label`` asks it, ``hint`` stands below the label, ``unit`` behind the input.

    ``minimum`` and ``maximum`` bound numbers (money: in fen), or the length of texts (characters) and lists
    (items, rows). ``unit`` of a repeat is what one of its rows is called. ``other`` adds a choice "other" (or
    takes the declared one of that key) with a text beside it, which is answered under ``other_key``.
    """

    key: str
    type: FieldType
    label: T
    required: bool = False
    hint: T | None = None
    choices: tuple[Choice, ...] = ()
    show_if: Condition | None = None
    unit: T | None = None
    minimum: float | None = None
    maximum: float | None = None
    private: bool = False  # personal data: masked in lists and exports, never public
    fields: "tuple[Field, ...]" = ()  # of a repeat: what each row asks
    other: bool = False
    custom: str = ""

    @property
    def personal(self) -> bool:
        """Whether the answer is personal data: declared so, or by its nature."""
        return self.private or self.type is FieldType.IDENTITY

    @property
    def other_key(self) -> str:
        """Where the text beside the choice "other" is answered: no field's key has a dot."""
        return f"{self.key}.{OTHER}"

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices with the one for people's own words, where they are asked for."""
        if not self.other or any(c.key == OTHER for c in self.choices):
            return self.choices
        return (*self.choices, Choice(OTHER, T("其他", en="Other")))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with a heading of its own."""

    title: T
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """An intake form. The ``*_field`` names say which answers make the case's own columns.

    ``consent`` is a text that must be agreed to before the form is taken; being part of the form, its wording is
    kept with every submission.

    ``topic_field`` must be a choice (its keys are the group's topics), ``text_field`` what the problem is;
    ``requester_field`` who brings it, ``contact_field`` a person's name, ``mobile_field`` and ``email_field``
    where they are reached, ``title_field`` a short line when the form asks for one.
    """

    key: str
    title: T
    sections: tuple[Section, ...]
    topic_field: str
    text_field: str
    requester_field: str
    contact_field: str = ""
    mobile_field: str = ""
    email_field: str = ""
    title_field: str = ""
    departments_field: str = ""
    intro: T | None = None
    consent: T | None = field(default=None)

    def fields(self) -> tuple[Field, ...]:
        """All fields in order."""
        return tuple(f for section in self.sections for f in section.fields)

    def find(self, key: str) -> Field | None:
        """The field named ``key``; those inside repeats are not found."""
        return next((f for f in self.fields() if f.key == key), None)

    def paths(self) -> Iterator[tuple[str, Field]]:
        """All fields in order, those inside repeats too, each with its path: ``"plots"``, ``"plots.plot_no"``."""
        for asked in self.fields():
            yield asked.key, asked
            yield from ((f"{asked.key}.{inner.key}", inner) for inner in asked.fields)


def eq(field: str, value: str | float | bool) -> Condition:
    """The answer to ``field`` is ``value``."""
    return Condition("eq", field, value)


def ne(field: str, value: str | float | bool) -> Condition:
    """The answer to ``field`` is something else than ``value``, or missing."""
    return Condition("ne", field, value)


def is_in(field: str, *values: str | float | bool) -> Condition:
    """The answer to ``field`` is one of ``values``."""
    return Condition("in", field, values)


def has(field: str, value: str) -> Condition:
    """The list answered to ``field`` contains ``value``."""
    return Condition("has", field, value)


def ge(field: str, value: float) -> Condition:
    """The number answered to ``field`` is at least ``value``."""
    return Condition("ge", field, value)


def lt(field: str, value: float) -> Condition:
    """The number answered to ``field`` is below ``value``."""
    return Condition("lt", field, value)


def filled(field: str) -> Condition:
    """``field`` has an answer."""
    return Condition("filled", field)


def all_of(*parts: Condition) -> Condition:
    """Every part holds."""
    return Condition("and", parts=parts)


def any_of(*parts: Condition) -> Condition:
    """At least one part holds."""
    return Condition("or", parts=parts)


def negate(part: Condition) -> Condition:
    """``part`` does not hold."""
    return Condition("not", parts=(part,))
