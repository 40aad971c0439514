"""Whatever a form asks, the kit has an answer that the form takes."""

import pytest

from duijie.api import Choice, Field, FieldType, Form, Section, T
from duijie.domain.forms.validate import validate
from duijie.testing.answers import Known, filled

LABEL = T("问题", en="Question")
ANSWERED = [kind for kind in FieldType if kind not in (FieldType.ATTACHMENTS, FieldType.NOTE, FieldType.CUSTOM)]


def form(*fields: Field) -> Form:
    return Form("form", LABEL, (Section(LABEL, fields),), "topic", "text", "name")


def field(kind: FieldType, **more: object) -> Field:
    choices = (Choice("a", LABEL), Choice("b", LABEL), Choice("c", LABEL))
    rows = (Field("who", FieldType.TEXT, LABEL), Field("age", FieldType.NUMBER, LABEL, required=True, minimum=18))
    return Field("field", kind, LABEL, required=True, choices=choices if "choice" in kind.value else (),
                 fields=rows if kind is FieldType.REPEAT else (), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ANSWERED)
@pytest.mark.parametrize("bounds", [{}, {"minimum": 2, "maximum": 3}])
def test_every_type_of_field(kind: FieldType, bounds: dict[str, int]) -> None:
    known = Known(7, departments=("x", "y", "z"), areas=("urban",))
    asked = form(field(kind, **bounds))
    answers = filled(asked, {}, known)
    assert answers
    assert validate(asked, answers, departments=known.departments, areas=known.areas).problems == ()


def test_none_leaves_a_field_empty_and_an_unknown_name_is_told() -> None:
    asked = form(field(FieldType.TEXT))
    assert filled(asked, {"field": None}, Known(1)) == {}
    with pytest.raises(KeyError, match="feild"):
        filled(asked, {"feild": "x"}, Known(1))
