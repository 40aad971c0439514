"""Which questions say what a case is about and who brings it: as the settings sheet says, or by a guess that is told."""

from collections.abc import Sequence
from typing import Final

from duijie.cli.xlsform.notes import Notes
from duijie.cli.xlsform.sheets import Row
from duijie.domain.forms.values import Field, FieldType, Section

_WORDS: Final = (FieldType.LONG_TEXT, FieldType.TEXT)
_ROLES: Final = {
    "topic_field": (("topic", "category"), (FieldType.CHOICE,), "类别", "what it is about (a choice)"),
    "text_field": (("text", "content", "description"), _WORDS, "诉求内容", "the problem in the person's words"),
    "requester_field": (("requester", "company", "name"), (FieldType.TEXT,), "诉求人", "who brings it"),
}
"""Names that are taken at once, types that will do, and what the role is called."""

_OPTIONAL: Final = {
    "contact_field": (("contact",), FieldType.TEXT),
    "mobile_field": (("mobile", "phone"), FieldType.MOBILE),
    "email_field": (("email",), FieldType.EMAIL),
    "title_field": ((), FieldType.TEXT),
    "departments_field": (("departments",), FieldType.DEPARTMENTS),
}
_ALONE: Final = frozenset({FieldType.MOBILE, FieldType.EMAIL, FieldType.DEPARTMENTS})


def named_fields(settings: Row, sections: Sequence[Section], notes: Notes) -> dict[str, str]:
    """The ``*_field`` names of a form. What no question fits is an error that says what to write where."""
    fields = [field for section in sections for field in section.fields]
    found: dict[str, str] = {}
    for role, (names, types, zh, en) in _ROLES.items():
        said = settings.get(role)
        key = said or _guess(fields, names, types, sure=role != "requester_field")
        found[role] = key
        if not key:
            notes.error("survey", 0, "", f"找不到表示“{zh}”的题目；请在 settings 工作表加一列 {role}，写上题目代号。"
                        "这道题要必填、始终显示。",
                        f"No question gives {en}; add a column {role} with its name to the sheet settings. It must be "
                        "required and always shown.")
        elif not said:
            notes.warn("settings", settings.number, role, f"以“{key}”为{zh}；不对的话请写明。",
                       f"Took {key!r} for {en}; write it down if that is wrong.")
    for role, (names, kind) in _OPTIONAL.items():
        fit = [f.key for f in fields if f.type is kind and (f.key in names or kind in _ALONE)]
        found[role] = settings.get(role) or next(iter(fit), "")
    return found


def _guess(fields: Sequence[Field], names: Sequence[str], types: Sequence[FieldType], *, sure: bool) -> str:
    """A question of one of the names, else the first of the types; ``sure``: it must be asked and answered."""
    fit = [f for kind in types for f in fields if f.type is kind and (not sure or (f.required and f.show_if is None))]
    return next((f.key for name in names for f in fit if f.key == name), fit[0].key if fit else "")
