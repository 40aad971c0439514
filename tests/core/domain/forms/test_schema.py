"""The JSON Schema of a form and `validate` say the same, but for check digits and calendars."""

import json
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.forms.schema import form_as_schema
from duijie.domain.forms.validate import validate
from duijie.domain.forms.values import (
    Choice,
    Condition,
    Field,
    FieldType,
    Form,
    Section,
    all_of,
    any_of,
    eq,
    filled,
    ge,
    has,
    is_in,
    lt,
    ne,
    negate,
)
from duijie.domain.text import T

GROUPS = ("enterprise_advisors", "community_advisors", "rural_advisors")
DEPARTMENTS = [("water", T("自来水公司", en="Water Company")), ("tax", T("税务局", en="Tax Bureau"))]
AREAS = [("xigang", T("西港村", en="Xigang")), ("dagang", T("大港", en="Dagang"))]
A = T("甲", en="A")
AB = (Choice("a", A), Choice("b", A))
ODD = Form("odd", A, (Section(A, (
    Field("topic", FieldType.CHOICE, A, required=True, choices=(*AB, Choice("c", A))),
    Field("text", FieldType.LONG_TEXT, A, required=True, minimum=2, maximum=6),
    Field("many", FieldType.CHOICES, A, choices=AB, other=True, minimum=2),
    Field("sum", FieldType.MONEY, A, minimum=0, maximum=1000, show_if=ne("topic", "a")),
    Field("sure", FieldType.YES_NO, A, required=True, show_if=any_of(ge("sum", 10), has("many", "other"))),
    Field("why", FieldType.TEXT, A, required=True, show_if=negate(any_of(filled("sum"), eq("sure", True)))),
    Field("day", FieldType.DATE, A, show_if=all_of(is_in("topic", "a", "b"), negate(lt("sum", 5)))),
    Field("village", FieldType.AREA, A, required=True, show_if=filled("day")),
    Field("never", FieldType.TEXT, A, show_if=Condition("or")),
    Field("rows", FieldType.REPEAT, A, required=True, minimum=1, maximum=2, fields=(
        Field("n", FieldType.NUMBER, A, minimum=0),
        Field("kind", FieldType.CHOICE, A, choices=AB, other=True, show_if=eq("topic", "a")),
        Field("deep", FieldType.TEXT, A, required=True, show_if=any_of(all_of(eq("topic", "b"), ge("n", 2)),
                                                                      eq("kind", "other"))),
    )),
    Field("note", FieldType.NOTE, A),
)),), "topic", "text", "text")  # fmt: skip


def forms() -> list[Form]:
    return [ODD, *(import_module(f"{name}.intake").FORM for name in GROUPS)]


def checker(form: Form) -> Draft202012Validator:
    schema = form_as_schema(form, departments=DEPARTMENTS, areas=AREAS)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


CHECKERS = [(form, checker(form)) for form in forms()]


def accepted(form: Form, answers: dict[str, Any]) -> bool:
    """Taken, and exactly as it was sent."""
    found = validate(form, answers, departments=[k for k, _ in DEPARTMENTS], areas=[k for k, _ in AREAS])
    return found.problems == () and found.answers == answers


def values(field: Field) -> st.SearchStrategy[Any]:
    """Mostly answers that fit, some that do not."""
    first = "91350200M" + "0001001Y"
    by_type: dict[FieldType, st.SearchStrategy[Any]] = {
        FieldType.NUMBER: st.integers(-2, 12) | st.sampled_from([0.5, 1e15, -1e15, 3.0]),
        FieldType.MONEY: st.integers(-1, 1001) | st.just(0.5),
        FieldType.DATE: st.sampled_from(["2026-11-27", "2026-02-30", "2026-1-5", "20261127"]),
        FieldType.YES_NO: st.booleans() | st.sampled_from(["yes", 1]),
        FieldType.CHOICE: st.sampled_from([*(c.key for c in field.offered), "nothing"]),
        FieldType.CHOICES: st.lists(st.sampled_from([*(c.key for c in field.offered), "nothing"]), max_size=3),
        FieldType.DEPARTMENTS: st.lists(st.sampled_from(["water", "tax", "nobody"]), max_size=3),
        FieldType.AREA: st.sampled_from(["xigang", "dagang", "nowhere"]),
        FieldType.CREDIT_CODE: st.sampled_from([first + credit_check_character(first), "9135", "x" * 18]),
        FieldType.MOBILE: st.sampled_from(["13800000001", "1380000000", "+8613800000001"]),
        FieldType.EMAIL: st.sampled_from(["a@example.com", "a", " a@example.com"]),
        FieldType.IDENTITY: st.sampled_from(["11010519491231002X", "11010519491231002x", "1"]),
    }  # fmt: skip
    texts = st.sampled_from(["ok", "甲乙丙", "x", "  ", "", " padded", "two\nlines", "tab\tbed", "bell\x07", "长" * 12, "🙂🙂"])
    if field.type is FieldType.REPEAT:
        return st.lists(objects(field.fields), max_size=3) | st.just([{}])
    return by_type.get(field.type, texts) | (st.just(None) if field.type is FieldType.NOTE else st.nothing())


def objects(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    optional = {f.key: values(f) for f in fields}
    optional |= {f.other_key: st.sampled_from(["渔具", "", "x" * 201]) for f in fields if f.other}
    return st.fixed_dictionaries({}, optional=optional)


@pytest.mark.parametrize(("form", "against"), CHECKERS, ids=lambda x: getattr(x, "key", ""))
def test_schema_and_validate_agree_on_made_up_answers(form: Form, against: Draft202012Validator) -> None:
    @settings(max_examples=60, deadline=None)
    @given(objects(form.fields()))
    def agree(answers: dict[str, Any]) -> None:
        told = [e.message for e in against.iter_errors(answers)]
        assert (told == []) == accepted(form, answers), (answers, told)
        cleaned = validate(form, answers, departments=["water", "tax"], areas=["xigang", "dagang"])
        if not cleaned.problems:
            assert against.is_valid(cleaned.answers), cleaned.answers

    agree()


@pytest.mark.parametrize("name", GROUPS)
def test_every_sample_case_fits_and_every_change_to_it_is_judged_alike(name: str) -> None:
    form = import_module(f"{name}.intake").FORM
    roster = [(d.key, d.name) for d in import_module(f"{name}.roster").DEPARTMENTS]
    schema = form_as_schema(form, departments=roster, areas=AREAS)
    against = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    offered = {"departments": [k for k, _ in roster], "areas": [k for k, _ in AREAS]}
    for sample in import_module(f"{name}.samples").SAMPLES[:20]:
        good = json.loads(json.dumps(dict(sample.answers)))
        assert against.is_valid(good), [e.message for e in against.iter_errors(good)]
        for key in form.paths():
            for changed in ({k: v for k, v in good.items() if k != key[0]}, {**good, key[0]: 5}):
                found = validate(form, changed, **offered)
                taken = found.problems == () and found.answers == changed
                assert against.is_valid(changed) == taken, (sample.key, key[0], changed.get(key[0]))


def test_a_form_of_every_shape_is_reached() -> None:
    """The made-up answers above would agree on nothing if none of them were ever taken."""
    good = {"topic": "b", "text": "甲乙", "sum": 10, "sure": False, "day": "2026-11-27", "village": "xigang",
            "rows": [{"n": 2, "deep": "x"}, {"n": 1}]}  # fmt: skip
    other = {"topic": "a", "text": "甲乙", "many": ["a", "other"], "many.other": "渔具", "sure": False, "why": "x",
             "rows": [{"kind": "other", "kind.other": "茶", "deep": "y"}]}  # fmt: skip
    against = CHECKERS[0][1]
    for answers in (good, other):
        assert accepted(ODD, answers)
        assert against.is_valid(answers), [e.message for e in against.iter_errors(answers)]
    for wrong in ({**good, "rows": [{"n": 2}]}, {**other, "rows": [{"n": 1, "deep": "no"}]}, {**good, "village": "x"}):
        assert not accepted(ODD, wrong)
        assert not against.is_valid(wrong)


def test_titles_and_descriptions_are_in_the_language_asked_for() -> None:
    form = import_module("enterprise_advisors.intake").FORM
    chinese, english = form_as_schema(form, "zh"), form_as_schema(form, "en")
    assert chinese["properties"]["topic"]["title"] == "诉求类别"
    assert english["properties"]["topic"]["oneOf"][0] == {"const": "labor", "title": "Staff and social insurance"}
    assert english["properties"]["credit_code"]["description"].startswith("18 characters")
    assert english["properties"]["mobile"]["x-private"] is True
    assert english["x-consent"].endswith("By submitting you agree.")
    assert "attachments" not in english["properties"]
    assert chinese["$id"] == english["$id"]
