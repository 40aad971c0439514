"""A form as Python source, laid out as a formatter would, so that it can be kept and read like any other."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from duijie.domain.forms.values import Choice, Condition, Field, Form, Section
from duijie.domain.text import T

WIDTH: Final = 88  # of a line, as formatters have it; a Chinese character takes two

_NAMES: Final = (
    "topic_field", "text_field", "requester_field", "contact_field", "mobile_field", "email_field", "title_field",
    "departments_field",
)  # fmt: skip
_HELPERS: Final = {"eq": "eq", "ne": "ne", "has": "has", "ge": "ge", "lt": "lt"}
_BRANCHES: Final = {"and": "all_of", "or": "any_of", "not": "negate"}


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of source: plain text, or a call or tuple (``name`` empty) whose parts may each get a line."""

    text: str = ""
    name: str = ""
    parts: "tuple[tuple[str, _Node], ...]" = ()
    nested: bool = False

    def flat(self) -> str:
        """All on one line."""
        if not self.nested:
            return self.text
        inside = ", ".join((f"{name}={part.flat()}" if name else part.flat()) for name, part in self.parts)
        lone = "," if not self.name and len(self.parts) == 1 else ""
        return f"{self.name}({inside}{lone})"

    def names(self) -> Iterator[str]:
        """What has to be imported."""
        if self.name:
            yield self.name.partition(".")[0]
        elif not self.nested and self.text.startswith("FieldType."):
            yield "FieldType"
        for _, part in self.parts:
            yield from part.names()


def source_of(form: Form) -> str:
    """A module whose ``FORM`` equals ``form``; it imports nothing but `duijie.api`."""
    node = _form(form)
    names = sorted({*node.names()}, key=lambda name: (name[0].islower(), name))
    return (
        f'"""The intake form {form.key}, made from an XLSForm workbook."""\n\n'
        f"{_import(names)}\n\nFORM = {_laid_out(node, 0, len('FORM = '))}\n"
    )


def _import(names: Sequence[str]) -> str:
    line = f"from duijie.api import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "from duijie.api import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _laid_out(node: _Node, indent: int, before: int, after: int = 0) -> str:
    """The source of ``node``; ``before`` and ``after`` are the columns taken on its first line."""
    flat = node.flat()
    if not node.nested or not node.parts or before + _width(flat) + after <= WIDTH:
        return flat
    lines = [f"{node.name}("]
    for name, part in node.parts:
        start = " " * (indent + 4) + (f"{name}=" if name else "")
        lines.append(f"{start}{_laid_out(part, indent + 4, _width(start), 1)},")
    return "\n".join([*lines, " " * indent + ")"])


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) != 0 for c in text)


def _form(form: Form) -> _Node:
    named: dict[str, _Node] = {
        "key": _value(form.key),
        "title": _text(form.title),
        "sections": _tuple(*(_section(section) for section in form.sections)),
    }
    named |= {name: _value(getattr(form, name)) for name in _NAMES if getattr(form, name)}
    named |= {name: _text(text) for name in ("intro", "consent") if (text := getattr(form, name))}
    return _call("Form", **named)


def _section(section: Section) -> _Node:
    return _call("Section", _text(section.title), _tuple(*(_field(field) for field in section.fields)))


def _field(field: Field) -> _Node:
    named: dict[str, _Node] = {}
    for name in ("required", "private", "other"):
        if getattr(field, name):
            named[name] = _Node("True")
    named |= {name: _text(text) for name in ("hint", "unit") if (text := getattr(field, name))}
    named |= {name: _value(n) for name in ("minimum", "maximum") if (n := getattr(field, name)) is not None}
    if field.choices:
        named["choices"] = _tuple(*(_choice(choice) for choice in field.choices))
    if field.fields:
        named["fields"] = _tuple(*(_field(inner) for inner in field.fields))
    if field.custom:
        named["custom"] = _value(field.custom)
    if field.show_if:
        named["show_if"] = _condition(field.show_if)
    kind = _Node(f"FieldType.{field.type.name}")
    return _call("Field", _value(field.key), kind, _text(field.label), **named)


def _choice(choice: Choice) -> _Node:
    return _call("Choice", _value(choice.key), _text(choice.label))


def _condition(condition: Condition) -> _Node:
    if condition.op in _BRANCHES:
        return _call(_BRANCHES[condition.op], *(_condition(part) for part in condition.parts))
    if condition.op == "filled":
        return _call("filled", _value(condition.field))
    values = condition.value if condition.op == "in" else (condition.value,)
    name = "is_in" if condition.op == "in" else _HELPERS[condition.op]
    return _call(name, _value(condition.field), *(_value(value) for value in values))


def _text(text: T) -> _Node:
    if text.zh == text.en:
        return _call("T.same", _value(text.zh))
    return _call("T", _value(text.zh), en=_value(text.en))


def _call(name: str, *parts: _Node, **named: _Node) -> _Node:
    return _Node(name=name, parts=(*(("", part) for part in parts), *named.items()), nested=True)


def _tuple(*parts: _Node) -> _Node:
    return _Node(parts=tuple(("", part) for part in parts), nested=True)


def _value(value: Any) -> _Node:
    return _Node(_quoted(value) if isinstance(value, str) else repr(value))


def _quoted(text: str) -> str:
    """Double quotes, unless single ones save escaping."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    inner = "".join(_escaped(c, quote) for c in text)
    return f"{quote}{inner}{quote}"


def _escaped(character: str, quote: str) -> str:
    if character in {quote, "\\"}:
        return f"\\{character}"
    return character if character.isprintable() or character == "\u3000" else repr(character)[1:-1]
