from dataclasses import replace

import pytest

from duijie.domain.forms.changes import clashes
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section
from duijie.domain.text import T

A = T("甲", en="A")
ONE = (Choice("x", A),)


def form(*fields: Field) -> Form:
    return Form("f", A, (Section(A, fields),), "topic", "text", "who")


def field(key: str, kind: FieldType, *inner: Field, custom: str = "") -> Field:
    choices = ONE if kind in {FieldType.CHOICE, FieldType.CHOICES} else ()
    return Field(key, kind, A, choices=choices, fields=inner, custom=custom)


PHONE = field("phone", FieldType.TEXT)


def test_what_may_change() -> None:
    old = form(PHONE, field("gone", FieldType.DATE), field("kind", FieldType.CHOICE))
    new = form(replace(PHONE, label=T("乙", en="B"), required=True, maximum=5, private=True),
               replace(field("kind", FieldType.CHOICE), choices=(Choice("y", A),), other=True),
               field("more", FieldType.NUMBER))  # fmt: skip
    assert clashes(new, [old]) == []
    assert clashes(new, []) == []
    assert clashes(old, [old, new]) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PHONE, field("phone", FieldType.MOBILE), "'phone' was text in submissions that are there and is now mobile"),
        (field("k", FieldType.CHOICE), field("k", FieldType.CHOICES), "was choice in submissions"),
        (field("k", FieldType.TEXT), field("k", FieldType.NOTE), "is now note"),
        (field("k", FieldType.CUSTOM, custom="a.x"), field("k", FieldType.CUSTOM, custom="a.y"),
         "was custom (a.x) in submissions that are there and is now custom (a.y)"),
        (field("k", FieldType.CUSTOM, custom="a.x"), field("k", FieldType.TEXT), "was custom (a.x)"),
        (field("r", FieldType.REPEAT, PHONE), field("r", FieldType.REPEAT, field("phone", FieldType.MOBILE)),
         "'r.phone' was text"),
        (field("r", FieldType.REPEAT, PHONE), field("r", FieldType.TEXT), "'r' was repeat"),
    ],
)
def test_a_type_that_changes_is_told_with_what_to_do(old: Field, new: Field, said: str) -> None:
    (problem,) = clashes(form(new), [form(old)])
    assert said in problem
    assert "Give the new question a key of its own, such as" in problem


def test_a_free_key_is_proposed() -> None:
    earlier = [form(PHONE, field("phone_2", FieldType.DATE)), form(PHONE)]
    (problem,) = clashes(form(field("phone", FieldType.MOBILE), field("phone_3", FieldType.TEXT)), earlier)
    assert problem.endswith("such as 'phone_4'")


def test_a_key_that_came_back_is_held_to_all_its_past() -> None:
    versions = [form(PHONE), form(field("other_one", FieldType.TEXT))]
    assert clashes(form(field("phone", FieldType.NUMBER)), versions)
    assert clashes(form(field("phone", FieldType.NUMBER)), reversed(versions))


def test_a_key_without_answers_is_free() -> None:
    old = form(field("k", FieldType.NOTE), field("f", FieldType.ATTACHMENTS), field("r", FieldType.REPEAT, PHONE))
    new = form(field("k", FieldType.TEXT), field("f", FieldType.NUMBER), PHONE, field("r", FieldType.REPEAT, PHONE))
    assert clashes(new, [old]) == []
