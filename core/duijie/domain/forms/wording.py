"""A condition in words, for whoever sees a form without its script, or reads how it is built."""

from collections.abc import Mapping
from typing import Any, Final

from duijie.domain.forms.display import answer_text
from duijie.domain.forms.values import Condition, Field, FieldType, Form
from duijie.domain.text import T

_CHOSEN: Final = frozenset(
    {FieldType.CHOICE, FieldType.CHOICES, FieldType.DEPARTMENTS, FieldType.AREA, FieldType.YES_NO}
)


def condition_in_words(condition: Condition, form: Form, row: tuple[Field, ...] = ()) -> T:
    """``eq("topic", "power")`` → “诉求类别”选择“水电气” / “Category” is “Power”.

    ``row`` are the fields of the repeat that the condition stands in.
    """
    return _words(condition, {f.key: f for f in (*form.fields(), *row)})


def _words(condition: Condition, fields: Mapping[str, Field]) -> T:
    match condition.op:
        case "and":
            return _linked(condition.parts, fields, T("，且", en=" and "))
        case "or":
            return _linked(condition.parts, fields, T("，或", en=" or "))
        case "not":
            inner = _linked(condition.parts, fields, T("，或", en=" or "))
            return T("并非（{inner}）", en="not ({inner})").fill(inner=inner)
        case _:
            return _leaf(condition, fields)


def _linked(parts: tuple[Condition, ...], fields: Mapping[str, Field], link: T) -> T:
    words = [_words(part, fields) for part in parts]
    return T(link.zh.join(w.zh for w in words), en=link.en.join(w.en for w in words))


def _leaf(condition: Condition, fields: Mapping[str, Field]) -> T:
    field = fields.get(condition.field)
    if field is None:
        return T("满足条件", en="it applies")
    chosen = field.type in _CHOSEN
    return _sentence(condition.op, chosen).fill(label=field.label, value=_value(condition, field))


def _sentence(op: str, chosen: bool) -> T:
    match op:
        case "ne":
            return T("“{label}”不是{value}", en="“{label}” is not {value}")
        case "has":
            return T("“{label}”包含{value}", en="“{label}” includes {value}")
        case "ge":
            return T("“{label}”不小于 {value}", en="“{label}” is at least {value}")
        case "lt":
            return T("“{label}”小于 {value}", en="“{label}” is below {value}")
        case "filled" if chosen:
            return T("已选择“{label}”", en="“{label}” is chosen")
        case "filled":
            return T("已填写“{label}”", en="“{label}” is filled in")
        case _ if chosen:
            return T("“{label}”选择{value}", en="“{label}” is {value}")
        case _:
            return T("“{label}”为{value}", en="“{label}” is {value}")


def _value(condition: Condition, field: Field) -> T:
    if condition.op in {"ge", "lt"}:
        return answer_text(field, condition.value)
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    quoted = [_quoted(value, field) for value in values]
    return T("或".join(q.zh for q in quoted), en=" or ".join(q.en for q in quoted))


def _quoted(value: Any, field: Field) -> T:
    text = answer_text(field, value)
    return T(f"“{text.zh}”", en=f"“{text.en}”")
