"""One raw answer becomes the value of its field's type: from JSON, or from what somebody typed."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from duijie.domain.forms.check_digits import (
    credit_code_problem,
    email_problem,
    mobile_problem,
    normal_credit_code,
    normal_email,
    normal_mobile,
)
from duijie.domain.forms.custom import CustomType, as_base
from duijie.domain.forms.identity import identity_problem, normal_identity
from duijie.domain.forms.values import Field, FieldType
from duijie.domain.text import T

LARGEST: Final = 10**15
"""Numbers from here on are refused: a browser could not hold them exactly."""

ONE_LINE: Final = frozenset({FieldType.TEXT, FieldType.PLACE})
LISTS: Final = frozenset({FieldType.CHOICES, FieldType.DEPARTMENTS})
WITHOUT_ANSWER: Final = frozenset({FieldType.ATTACHMENTS, FieldType.NOTE})

_YES: Final = frozenset({"yes", "true", "1", "on", "y", "是"})
_NO: Final = frozenset({"no", "false", "0", "off", "n", "否"})
_INTEGER: Final = r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)"
_NUMBER: Final = re.compile(rf"{_INTEGER}(?:\.[0-9]+)?")
_MONEY: Final = re.compile(rf"({_INTEGER})(?:\.([0-9]{{1,2}}))?")
_DATES: Final = (
    re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
_LINE_END: Final = re.compile("\r\n?|\u2028|\u2029|\x85")
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH: Final = frozenset("\u200b\u2060\ufeff")  # joiners stay: emoji are made with them
_DIGITS_AT_MOST: Final = 40

NOT_TEXT: Final = T("请填写文字。", en="Enter text.")
NOT_A_NUMBER: Final = T("请只填写数字，例如 1250 或 12.5。", en="Enter a number only, such as 1250 or 12.5.")
TOO_LARGE: Final = T("数字过大，请核对。", en="This number is too large. Please check it.")
NOT_MONEY: Final = T(
    "请填写金额，以元为单位，最多两位小数，例如 1200.50。",
    en="Enter an amount in yuan with at most two decimals, such as 1200.50.",
)
NOT_A_DATE: Final = T("请填写真实的日期，例如 2026-11-27。", en="Enter a real date, such as 2026-11-27.")
NOT_YES_NO: Final = T("请选择“是”或“否”。", en="Choose “Yes” or “No”.")
NOT_LISTED: Final = T("请从列出的选项中选择。", en="Choose from the options listed.")


@dataclass(frozen=True, slots=True)
class Read:
    """What one raw answer came to.

    ``value`` is None when there is no answer or it could not be read; a value with a ``problem`` could be
    read, so that conditions see it, and must still be corrected.
    """

    value: Any = None
    problem: T | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What this installation has to choose from: keys of departments and areas, and plugins' types by key."""

    departments: Collection[str] = ()
    areas: Collection[str] = ()
    custom: Mapping[str, CustomType] = field(default_factory=dict)

    def keys(self, field: Field) -> Collection[str]:
        """The keys that ``field`` offers; none for fields that offer nothing."""
        if field.type is FieldType.DEPARTMENTS:
            return self.departments
        return self.areas if field.type is FieldType.AREA else tuple(c.key for c in field.offered)


def read(field: Field, raw: Any, offered: Offered) -> Read:
    """The value of ``raw`` for ``field``, without its limits; rows of a repeat are read one level up. Never raises.

    Money is fen when it comes as a number, yuan when it comes as a text.
    """
    if field.type in WITHOUT_ANSWER:
        return Read()
    if field.type in LISTS:
        return _read_list(raw, offered.keys(field))
    asked = as_base(field, offered.custom)
    one = (raw[0] if raw else None) if isinstance(raw, list | tuple) else raw
    if isinstance(one, str):
        one = clean(one, lines=asked.type is FieldType.LONG_TEXT)
    if one is None or one == "":
        return Read()
    found = _read_one(asked, one, offered)
    return _read_custom(offered.custom.get(field.custom), found) if field.type is FieldType.CUSTOM else found


def clean(text: str, *, lines: bool) -> str:
    """``text`` without control characters, halves of surrogates, direction marks and zero-width blanks.

    It comes trimmed. With ``lines`` newlines and tabs stay; else they become blanks.
    """
    unified = _LINE_END.sub("\n", text)
    kept = "".join(c for c in unified if c in "\n\t" or _printable(c))
    return (kept if lines else re.sub(r"[\n\t]+", " ", kept)).strip()


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in _BIDI | _ZERO_WIDTH


def _read_list(raw: Any, keys: Collection[str]) -> Read:
    items = raw if isinstance(raw, list | tuple) else [raw]
    asked = [item for item in items if item is not None and item != ""]
    known = [item for item in asked if isinstance(item, str) and item in keys]
    chosen = list(dict.fromkeys(known))
    return Read(chosen or None, NOT_LISTED if len(known) < len(asked) else None)


def _read_custom(kind: CustomType | None, found: Read) -> Read:
    if kind is None or found.problem or found.value is None:
        return found
    text = kind.normal(found.value) if kind.normal else found.value
    return Read(text or None, kind.check(text) if text else None)


def _read_one(field: Field, one: Any, offered: Offered) -> Read:
    match field.type:
        case FieldType.NUMBER:
            return _read_number(one)
        case FieldType.MONEY:
            return _read_money(one)
        case FieldType.YES_NO:
            return _read_yes_no(one)
        case _ if not isinstance(one, str):
            return Read(problem=NOT_TEXT)
        case FieldType.DATE:
            return _read_date(one)
        case FieldType.CHOICE | FieldType.AREA:
            return Read(one) if one in offered.keys(field) else Read(problem=NOT_LISTED)
        case FieldType.CREDIT_CODE:
            return Read(normal_credit_code(one) or None, credit_code_problem(one))
        case FieldType.IDENTITY:
            return Read(normal_identity(one) or None, identity_problem(one))
        case FieldType.MOBILE:
            return Read(normal_mobile(one) or None, mobile_problem(one))
        case FieldType.EMAIL:
            return Read(normal_email(one) or None, email_problem(one))
        case _:
            return Read(one)


def _read_number(one: Any) -> Read:
    if isinstance(one, str):
        text = _half_width(one)
        if not _NUMBER.fullmatch(text):
            return Read(problem=NOT_A_NUMBER)
        if len(text) > _DIGITS_AT_MOST:
            return Read(problem=TOO_LARGE)
        plain = text.replace(",", "")
        one = float(plain) if "." in plain else int(plain)
    if isinstance(one, bool) or not isinstance(one, int | float) or one != one:
        return Read(problem=NOT_A_NUMBER)
    return Read(one) if -LARGEST < one < LARGEST else Read(problem=TOO_LARGE)


def _read_money(one: Any) -> Read:
    if isinstance(one, str):
        return _read_yuan(_half_width(one).removeprefix("¥").removesuffix("元"))
    if isinstance(one, bool) or not isinstance(one, int | float) or one != one:
        return Read(problem=NOT_MONEY)
    if not -LARGEST < one < LARGEST:
        return Read(problem=TOO_LARGE)
    return Read(int(one)) if one == int(one) else Read(problem=NOT_MONEY)


def _read_yuan(text: str) -> Read:
    found = _MONEY.fullmatch(text)
    if not found:
        return Read(problem=NOT_MONEY)
    if len(text) > _DIGITS_AT_MOST:
        return Read(problem=TOO_LARGE)
    whole = found[1].replace(",", "")
    fen = int(whole.lstrip("+-")) * 100 + int((found[2] or "").ljust(2, "0"))
    if fen >= LARGEST:
        return Read(problem=TOO_LARGE)
    return Read(-fen if whole.startswith("-") else fen)


def _read_yes_no(one: Any) -> Read:
    word = one.casefold() if isinstance(one, str) else one
    if word is True or (isinstance(word, str) and word in _YES):
        return Read(value=True)
    if word is False or (isinstance(word, str) and word in _NO):
        return Read(value=False)
    return Read(problem=NOT_YES_NO)


def _read_date(one: str) -> Read:
    text = _half_width(one)
    found = next((m for pattern in _DATES if (m := pattern.fullmatch(text))), None)
    if not found:
        return Read(problem=NOT_A_DATE)
    try:
        return Read(date(int(found[1]), int(found[2]), int(found[3])).isoformat())
    except ValueError:
        return Read(problem=NOT_A_DATE)


def _half_width(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
