"""Field types that plugins bring: a text like another, with a check and a spelling of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from duijie.domain.forms.values import Field, FieldType
from duijie.domain.text import T

BASES: Final = frozenset(
    {
        FieldType.TEXT, FieldType.LONG_TEXT, FieldType.PLACE, FieldType.DATE, FieldType.CREDIT_CODE,
        FieldType.IDENTITY, FieldType.MOBILE, FieldType.EMAIL,
    }
)  # fmt: skip
"""The types a custom one may build on: those whose answer is a text."""


@dataclass(frozen=True, slots=True)
class CustomType:
    """A type of field. ``key`` begins with the plugin's name and a dot: ``"eldercare.care_level"``.

    An answer is read as one of type ``base`` first (its cleaning, its limits, its own mistakes), then ``normal``
    gives it one spelling, then ``check`` says what is wrong with it, or None. Both get a text that is not empty and
    must return at once, without asking anybody. ``label`` is what the type is called; ``input_mode`` is the keyboard
    of a phone (HTML's ``inputmode``): ``text``, ``numeric``, ``decimal``, ``tel``, ``email``, ``url``.
    Raises ValueError for a base whose answer is no text, or a key without a dot.
    """

    key: str
    base: FieldType
    label: T
    check: Callable[[str], T | None]
    normal: Callable[[str], str] | None = None
    input_mode: str = "text"

    def __post_init__(self) -> None:
        if self.base not in BASES:
            raise ValueError(f"custom type {self.key!r} cannot build on {self.base.value!r}; its answer is no text")
        plugin, dot, name = self.key.partition(".")
        if not (plugin and dot and name):
            raise ValueError(f"custom type {self.key!r} needs its plugin's name and a dot in front")


def as_base(field: Field, custom: Mapping[str, CustomType]) -> Field:
    """``field`` as one of the built-in types: a custom one as its base, an unknown custom one as a text."""
    if field.type is not FieldType.CUSTOM:
        return field
    kind = custom.get(field.custom)
    return replace(field, type=kind.base if kind else FieldType.TEXT)
