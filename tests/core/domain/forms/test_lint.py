from dataclasses import replace
from typing import Any

import pytest

from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.values import (
    Choice,
    Condition,
    Field,
    FieldType,
    Form,
    Section,
    all_of,
    eq,
    ge,
    has,
    is_in,
    ne,
)
from duijie.domain.text import T

A = T("甲", en="A")
BASE = (
    Field("topic", FieldType.CHOICE, A, required=True, choices=(Choice("x", A), Choice("y", A))),
    Field("text", FieldType.LONG_TEXT, A, required=True),
    Field("who", FieldType.TEXT, A, required=True),
    Field("many", FieldType.CHOICES, A, choices=(Choice("x", A),)),
    Field("sure", FieldType.YES_NO, A),
    Field("files", FieldType.ATTACHMENTS, A),
)


def form(*extra: Field, **names: Any) -> Form:
    mapping = {"topic_field": "topic", "text_field": "text", "requester_field": "who", **names}
    return Form("f", A, (Section(A, (*BASE, *extra)),), **mapping)


def test_a_sound_form_has_no_problems(sample: Any) -> None:
    assert form_problems(sample.FORM) == []
    assert form_problems(form()) == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (eq("later", 1), "does not stand before it"),
        (eq("extra", "x"), "does not stand before it"),
        (eq("nobody", 1), "is not asked"),
        (all_of(eq("topic", "x"), eq("nobody", 1)), "is not asked"),
        (eq("files", "x"), "has no answer"),
        (eq("topic", "z"), "no choice of 'topic'"),
        (ne("topic", "z"), "no choice of 'topic'"),
        (is_in("topic", "x", "z"), "expects 'z'"),
        (has("many", "z"), "no choice of 'many'"),
        (has("topic", "x"), "no list"),
        (eq("many", "x"), "use has()"),
        (ge("text", 5), "no number"),
        (eq("sure", "yes"), "True or False"),
        (Condition("in", "topic", ["x"]), "needs a tuple"),
        (Condition("eq", "topic", ["x"]), "no choice of"),
        (Condition("like", "topic", "x"), "unknown operator 'like'"),
        (Condition("or"), "without parts"),
    ],
)
def test_wrong_conditions_are_told(condition: Condition, said: str) -> None:
    extra = Field("extra", FieldType.TEXT, A, show_if=condition)
    problems = form_problems(form(extra, Field("later", FieldType.NUMBER, A)))
    assert any(said in problem and "'extra'" in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (Field("who", FieldType.TEXT, A), "'who' stands 2 times"),
        (Field("Bad key", FieldType.TEXT, A), "lower-case"),
        (Field("csrf_token", FieldType.TEXT, A), "reserved"),
        (Field("e", FieldType.CHOICE, A), "has no choices"),
        (Field("e", FieldType.TEXT, A, choices=(Choice("x", A),)), "takes no choices"),
        (Field("e", FieldType.CHOICES, A, choices=(Choice("x", A), Choice("x", A))), "stands 2 times"),
        (Field("e", FieldType.CHOICE, A, choices=(Choice("", A),)), "without a key"),
        (Field("e", FieldType.NUMBER, A, minimum=2, maximum=1), "minimum above"),
        (Field("e", FieldType.MONEY, A, unit=T("万元", en="10,000 yuan")), "asked in yuan"),
        (Field("e", FieldType.NOTE, A, required=True), "cannot be required"),
        (Field("e", FieldType.TEXT, T("甲", en=" ")), "label of 'e' has no text in 'en'"),
        (Field("e", FieldType.TEXT, A, hint=T("", en="h")), "hint of 'e' has no text in 'zh'"),
        (Field("e", FieldType.CHOICE, A, choices=(Choice("x", T("", en="h")),)), "choice 'x' of 'e'"),
    ],
)
def test_wrong_fields_are_told(extra: Field, said: str) -> None:
    problems = form_problems(form(extra))
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"topic_field": ""}, "topic_field is not set"),
        ({"topic_field": "nobody"}, "which is not asked"),
        ({"topic_field": "text"}, "it must be choice"),
        ({"mobile_field": "who"}, "it must be mobile"),
        ({"text_field": "optional"}, "must be required"),
        ({"text_field": "conditional"}, "must always be shown"),
    ],
)
def test_wrong_mappings_are_told(names: dict[str, str], said: str) -> None:
    optional = Field("optional", FieldType.TEXT, A)
    conditional = Field("conditional", FieldType.TEXT, A, required=True, show_if=eq("topic", "x"))
    problems = form_problems(form(optional, conditional, **names))
    assert any(said in problem for problem in problems), problems


def test_who_brings_a_case_may_stay_anonymous() -> None:
    conditional = Field("conditional", FieldType.TEXT, A, show_if=eq("topic", "x"))
    assert form_problems(form(conditional, requester_field="conditional")) == []


def test_an_empty_form_is_told() -> None:
    empty = Form("f", A, (), topic_field="a", text_field="b", requester_field="c")
    assert "the form asks nothing" in form_problems(empty)
    assert "form 'f': the consent has no text in 'en'" in form_problems(replace(empty, consent=T("同意", en="")))
