from collections.abc import Callable

import pytest

from duijie.domain.forms.custom import CustomType, as_base
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.schema import form_as_schema
from duijie.domain.forms.validate import validate
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section
from duijie.domain.text import T

A = T("甲", en="A")
LEVEL = "eldercare.care_level"
FORM = Form("f", A, (Section(A, (
    Field("topic", FieldType.CHOICE, A, required=True, choices=(Choice("x", A),)),
    Field("text", FieldType.TEXT, A, required=True),
    Field("level", FieldType.CUSTOM, T("等级", en="Level"), required=True, custom=LEVEL),
)),), "topic", "text", "text")  # fmt: skip


def level(check: Callable[[str], T | None] | None = None, normal: Callable[[str], str] | None = str.upper,
          base: FieldType = FieldType.TEXT) -> CustomType:  # fmt: skip
    wrong = T("等级是 A 到 E。", en="A level is A to E.")
    return CustomType(LEVEL, base, T("护理等级", en="Care level"), check or (lambda t: None if t in "ABCDE" else wrong),
                      normal)  # fmt: skip


def read(typed: object, kind: CustomType | None) -> tuple[object, list[str]]:
    custom = {LEVEL: kind} if kind else {}
    found = validate(FORM, {"topic": "x", "text": "t", "level": typed}, custom=custom)
    return found.answers.get("level"), [p.message.zh for p in found.problems]


def test_a_custom_answer_is_cleaned_spelt_and_checked() -> None:
    assert read(" b\u200b ", level()) == ("B", [])
    assert read("f", level()) == ("F", ["等级是 A 到 E。"])
    assert read("", level()) == (None, ["请填写“等级”。"])
    assert read(3, level()) == (None, ["请填写文字。"])
    assert read("b" * 201, level(check=lambda _: None))[1] == ["最多 200 字，现在是 201 字，请删减。"]


def test_the_base_type_reads_first() -> None:
    assert read("2026年1月5日", level(lambda _: None, None, FieldType.DATE)) == ("2026-01-05", [])
    assert read("nonsense", level(base=FieldType.DATE))[1] == ["请填写真实的日期，例如 2026-11-27。"]


def test_without_its_plugin_it_is_a_text() -> None:
    assert read(" whatever ", None) == ("whatever", [])
    assert as_base(FORM.fields()[2], {}).type is FieldType.TEXT
    assert form_as_schema(FORM)["properties"]["level"]["x-custom"] == LEVEL


def test_lint_knows_which_types_there_are() -> None:
    assert form_problems(FORM, {LEVEL}) == []
    (problem,) = form_problems(FORM)
    assert problem == f"field 'level' is of the custom type {LEVEL!r}, which no plugin brings; known: none"


@pytest.mark.parametrize(
    ("key", "base", "said"),
    [("care_level", FieldType.TEXT, "a dot in front"), (".x", FieldType.TEXT, "a dot in front"),
     (LEVEL, FieldType.NUMBER, "its answer is no text"), (LEVEL, FieldType.CUSTOM, "its answer is no text")],
)
def test_a_type_that_cannot_work_is_refused_at_once(key: str, base: FieldType, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CustomType(key, base, A, lambda _: None)
