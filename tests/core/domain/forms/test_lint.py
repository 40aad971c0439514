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
    filled,
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
        (Field("draft", FieldType.TEXT, A), "reserved"),
        (Field("e", FieldType.TEXT, T("<b>甲</b>", en="A")), "form 'f': the label of 'e' holds the HTML tag '<b>'"),
        (Field("e", FieldType.TEXT, A, hint=T("甲", en="a <script src=x>")), "the hint of 'e' holds the HTML tag"),
        (Field("e", FieldType.TEXT, T("甲\x07", en="A")), "the label of 'e' holds the control character '\\x07'"),
        (Field("e", FieldType.TEXT, T("甲" * 2001, en="A")), "has 2001 characters in 'zh'; at most 2000"),
        (Field("e", FieldType.CHOICE, A, choices=(Choice("x", T("甲", en="<i>")),)), "choice 'x' of 'e' holds"),
        (Field("e", FieldType.CHOICE, A, choices=tuple(Choice(str(n), A) for n in range(2001))), "2001 choices"),
        (Field("e", FieldType.TEXT, A, other=True), "takes no other"),
        (Field("e", FieldType.TEXT, A, fields=(BASE[1],)), "takes no fields of its own"),
        (Field("e", FieldType.TEXT, A, custom="p.x"), "names the custom type 'p.x'"),
        (Field("e", FieldType.CUSTOM, A, custom="p.x"), "which no plugin brings"),
        (Field("r", FieldType.REPEAT, A), "repeat 'r' asks nothing"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("who", FieldType.TEXT, A),)), "'who' stands 2 times"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.TEXT, A), Field("x", FieldType.DATE, A))),
         "'x' stands 2 times"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.ATTACHMENTS, A),)), "cannot be repeated"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.REPEAT, A),)), "cannot be repeated"),
        (Field("r", FieldType.REPEAT, A, maximum=51, fields=(Field("x", FieldType.TEXT, A),)), "more than 50 rows"),
        (Field("r", FieldType.REPEAT, A, maximum=0, fields=(Field("x", FieldType.TEXT, A),)), "takes no rows"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.TEXT, T("<p>", en="A")),)), "label of 'r.x'"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.CHOICE, A),)), "field 'r.x' has no choices"),
        (Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.TEXT, A, show_if=eq("y", 1)),
                                                 Field("y", FieldType.TEXT, A))), "does not stand before it"),
    ],
)
def test_wrong_fields_are_told(extra: Field, said: str) -> None:
    problems = form_problems(form(extra))
    assert any(said in problem for problem in problems), problems


def test_outside_a_repeat_nothing_can_be_asked_of_a_row() -> None:
    rows = Field("r", FieldType.REPEAT, A, fields=(Field("x", FieldType.TEXT, A), Field("y", FieldType.TEXT, A,
                                                                                      show_if=eq("topic", "x"))))
    assert form_problems(form(rows, Field("z", FieldType.TEXT, A, show_if=filled("r")))) == []
    for condition in (eq("x", "1"), eq("r", "1"), has("r", "1")):
        problems = form_problems(form(rows, Field("z", FieldType.TEXT, A, show_if=condition)))
        assert [p for p in problems if p.startswith("the condition of 'z'")], condition


def test_other_is_a_choice_that_conditions_may_name_and_topics_must_declare() -> None:
    trade = Field("trade", FieldType.CHOICE, A, choices=(Choice("x", A),), other=True)
    assert form_problems(form(trade, Field("z", FieldType.TEXT, A, show_if=eq("trade", "other")))) == []
    topic = replace(trade, key="kind", required=True)
    assert any("must be declared" in p for p in form_problems(form(topic, topic_field="kind")))


def test_a_form_that_is_too_large_is_told() -> None:
    many = [Field(f"q{n}", FieldType.TEXT, A) for n in range(200)]
    rows = Field("r", FieldType.REPEAT, A, fields=tuple(Field(f"r{n}", FieldType.TEXT, A) for n in range(100)))
    assert "form 'f' has 307 fields; at most 300" in form_problems(form(*many, rows))


def test_plain_texts_may_hold_signs_and_lines() -> None:
    odd = T("1 < 2，a > b，《甲》 <一致>\n第二行", en="1 < 2, a > b, e-mail <at> 5 & 6\nline two".replace("<at>", "at"))
    assert form_problems(form(Field("e", FieldType.TEXT, odd, hint=odd))) == []


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
