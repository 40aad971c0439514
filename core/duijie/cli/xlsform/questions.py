"""One row of the survey sheet becomes a field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from duijie.cli.xlsform.constraint import bounds_of
from duijie.cli.xlsform.notes import Notes
from duijie.cli.xlsform.relevant import condition_of
from duijie.cli.xlsform.sheets import Row, texts_of
from duijie.cli.xlsform.tokens import Unclear
from duijie.domain.forms.values import Choice, Condition, Field, FieldType, all_of
from duijie.domain.text import T

OWN_TYPES: Final = {
    kind.value: kind
    for kind in (
        FieldType.MONEY, FieldType.YES_NO, FieldType.DEPARTMENTS, FieldType.AREA, FieldType.CREDIT_CODE,
        FieldType.IDENTITY, FieldType.MOBILE, FieldType.EMAIL, FieldType.PLACE, FieldType.LONG_TEXT,
    )
}  # fmt: skip
"""Types of duijie that XLSForm does not know; in the type column they are written as they are called here."""

TYPES: Final = {
    "text": FieldType.TEXT, "string": FieldType.TEXT, "note": FieldType.NOTE, "integer": FieldType.NUMBER,
    "int": FieldType.NUMBER, "decimal": FieldType.NUMBER, "date": FieldType.DATE, "image": FieldType.ATTACHMENTS,
    "photo": FieldType.ATTACHMENTS, "file": FieldType.ATTACHMENTS, "geopoint": FieldType.PLACE,
    "acknowledge": FieldType.YES_NO, "trigger": FieldType.YES_NO, **OWN_TYPES,
}  # fmt: skip
METADATA: Final = frozenset(
    {"start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "audit"}
)
NOT_READ: Final = ("default", "calculation", "choice_filter", "read_only", "parameters")
PERSONAL: Final = frozenset({FieldType.MOBILE, FieldType.EMAIL, FieldType.IDENTITY})

_SELECTS: Final = {
    "select_one": FieldType.CHOICE, "select one": FieldType.CHOICE, "select_multiple": FieldType.CHOICES,
    "select multiple": FieldType.CHOICES,
}  # fmt: skip
_SELECT: Final = re.compile(r"(select[_ ](?:one|multiple))\s+(\S+?)(?:\s+(or[_ ]other))?", re.IGNORECASE)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_YES: Final = frozenset({"yes", "true", "true()", "1", "x", "是"})
_NO: Final = frozenset({"", "no", "false", "false()", "0", "否"})


def question(
    row: Row, kind: str, lists: Mapping[str, tuple[Choice, ...]], before: Mapping[str, Field], notes: Notes,
    around: Sequence[Condition],
) -> Field | None:
    """The field of ``row``, whose type cell is ``kind``; None where it is wrong, which ``notes`` then say.

    ``before`` are the fields that its condition may look at, ``around`` the conditions of the groups it stands in.
    """  # fmt: skip
    found = _typed(row, kind, lists, notes)
    key = key_of(row, notes)
    label = texts_of(row, "label", notes)
    if label is None:
        notes.error("survey", row.number, "label", "没有题目文字，请填写。", "There is no text; please write the question.")
    if found is None or key is None or label is None:
        return None
    field = replace(
        found, key=key, label=label, hint=texts_of(row, "hint", notes), required=_required(row, notes),
        show_if=shown_if(row, before, notes, around), private=found.type in PERSONAL or row.get("private") in _YES - {""},
    )  # fmt: skip
    for column in NOT_READ:
        if row.get(column):
            notes.warn("survey", row.number, column, "这一列没有读取。", "This column is not read.")
    return _bounded(row, field, kind, notes)


def key_of(row: Row, notes: Notes) -> str | None:
    """The key of a row: its name in lower case, with underscores for blanks, dots and hyphens."""
    name = row.get("name")
    key = re.sub(r"[\s.-]+", "_", name.strip().lower())
    if not _KEY.fullmatch(key):
        notes.error(row.sheet, row.number, "name",
                    f"代号“{name}”不能用；请用小写字母开头，只含小写字母、数字和下划线，例如 area_mu。",
                    f"The name {name!r} cannot be used; take lower-case letters, digits and underscores, a letter first, "
                    "such as area_mu.")
        return None
    if key != name:
        notes.warn(row.sheet, row.number, "name", f"代号“{name}”写成 {key}。", f"The name {name!r} is written {key}.")
    return key


def shown_if(row: Row, before: Mapping[str, Field], notes: Notes, around: Sequence[Condition]) -> Condition | None:
    """The condition of a row together with those of the groups around it."""
    conditions = list(around)
    if expression := row.get("relevant"):
        try:
            conditions.append(condition_of(expression, before))
        except Unclear as error:
            notes.error(row.sheet, row.number, "relevant", error.message.zh, error.message.en)
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else all_of(*conditions)


def _typed(row: Row, kind: str, lists: Mapping[str, tuple[Choice, ...]], notes: Notes) -> Field | None:
    nothing = T.same("")
    if select := _SELECT.fullmatch(kind):
        choices = lists.get(select[2])
        if choices is None:
            notes.error("survey", row.number, "type", f"choices 工作表里没有选项表“{select[2]}”，请补上或更正名称。",
                        f"The sheet choices has no list {select[2]!r}; add it or mend the name.")
            return None
        return Field("", _SELECTS[select[1].lower()], nothing, choices=choices, other=bool(select[3]))
    found = TYPES.get(kind)
    if found is None:
        known = ", ".join(sorted({*TYPES, "select_one …", "select_multiple …"}))
        notes.error("survey", row.number, "type", f"题型“{kind}”不能读取。可用：{known}。请改用其中一种，或删去这一行。",
                    f"The type {kind!r} cannot be read. Known: {known}. Use one of them, or delete the row.")
        return None
    if found is FieldType.TEXT and "multiline" in row.get("appearance").lower():
        found = FieldType.LONG_TEXT
    return Field("", found, nothing, unit=texts_of(row, "unit", notes) if found is FieldType.NUMBER else None)


def _required(row: Row, notes: Notes) -> bool:
    typed = row.get("required").lower()
    if typed not in _YES | _NO:
        notes.warn("survey", row.number, "required", "有条件的必填没有读取，按选填处理；请只写 yes 或 no。",
                   "A requirement with a condition is not read and counts as optional; write yes or no.")
    return typed in _YES


def _bounded(row: Row, field: Field, kind: str, notes: Notes) -> Field:
    expression = row.get("constraint")
    if not expression:
        return field
    try:
        least, most = bounds_of(expression, field.type, whole=kind in {"integer", "int"})
    except Unclear as error:
        notes.warn("survey", row.number, "constraint", error.message.zh, error.message.en)
        return field
    return replace(field, minimum=least, maximum=most)
