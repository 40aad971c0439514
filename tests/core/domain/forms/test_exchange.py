import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.forms.exchange import digest, form_as_json, form_from_json
from duijie.domain.forms.values import Choice, Condition, Field, FieldType, Form, Section
from duijie.domain.text import T

WORDS = st.text(st.characters(codec="utf-8"), max_size=5)
TEXTS = st.builds(T, WORDS, WORDS)
SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS
CONDITIONS = st.recursive(
    st.builds(Condition, WORDS, WORDS, SCALARS | st.none() | st.lists(SCALARS, max_size=2).map(tuple)),
    lambda inner: st.builds(Condition, WORDS, parts=st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)


def fields(inner: st.SearchStrategy[tuple[Field, ...]]) -> st.SearchStrategy[Field]:
    return st.builds(
        Field,
        WORDS,
        st.sampled_from(FieldType),
        TEXTS,
        required=st.booleans(),
        hint=st.none() | TEXTS,
        choices=st.lists(st.builds(Choice, WORDS, TEXTS), max_size=2).map(tuple),
        show_if=st.none() | CONDITIONS,
        unit=st.none() | TEXTS,
        minimum=st.none() | st.integers() | st.floats(allow_nan=False),
        maximum=st.none() | st.integers() | st.floats(allow_nan=False),
        private=st.booleans(),
        fields=inner,
        other=st.booleans(),
        custom=WORDS,
    )


FIELDS = fields(st.lists(fields(st.just(())), max_size=2).map(tuple))
FORMS = st.builds(
    Form,
    WORDS,
    TEXTS,
    st.lists(st.builds(Section, TEXTS, st.lists(FIELDS, max_size=2).map(tuple)), max_size=2).map(tuple),
    *([WORDS] * 8),
    intro=st.none() | TEXTS,
    consent=st.none() | TEXTS,
)


@given(FORMS)
def test_every_form_survives_json_and_keeps_its_digest(form: Form) -> None:
    again = form_from_json(json.loads(json.dumps(form_as_json(form))))
    assert again == form
    assert digest(again) == digest(form)


def test_a_digest_names_one_version(sample: Any) -> None:
    form = sample.FORM
    assert digest(form) == digest(form_from_json(form_as_json(form)))
    assert len(digest(form)) == 64
    assert digest(replace(form, title=T("别的", en="File a case"))) != digest(form)


def test_defaults_are_left_out(sample: Any) -> None:
    company = form_as_json(sample.FORM)["sections"][0]["fields"][0]
    assert company == {
        "key": "company", "type": "text", "label": {"zh": "企业名称", "en": "Enterprise"}, "required": True,
    }  # fmt: skip


# The digests of forms as they were first released: submissions that are there name them.
FIRST = {"sample": "2215d0df8d5bfaaa149fa2fe58483499fc349c0c02fed5b52a19b174f09550d3"}


def test_digests_of_stored_forms_never_change(sample: Any) -> None:
    """A later attribute of a field is left out where it stands at its default."""
    assert digest(sample.FORM) == FIRST["sample"]
