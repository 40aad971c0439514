"""Field types of plugins: their checks run behind the guard, here and in a process of their own."""

from bad_plugins import HEAD, Yard

from duijie.domain.forms.validate import validate
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section
from duijie.domain.text import T

A = T("甲", en="A")
SOURCE = HEAD + """
def check(text):
    if text == "hang":
        import time
        time.sleep(600)
    if text == "odd":
        return 5
    return None if text in "ABCDE" else T("等级是 A 到 E。", en="A level is A to E.")

@hookimpl
def duijie_field_types():
    return [CustomType("{plugin}.level", FieldType.TEXT, T("等级", en="Level"), check, str.upper),
            CustomType("{plugin}.broken", FieldType.TEXT, T("坏", en="Broken"), lambda text: 1 / 0, lambda text: 1 / 0),
            CustomType("other.level", FieldType.TEXT, T("别人的", en="Another's"), check)]
"""


def form(kind: str) -> Form:
    return Form("f", A, (Section(A, (
        Field("topic", FieldType.CHOICE, A, required=True, choices=(Choice("x", A),)),
        Field("level", FieldType.CUSTOM, A, required=True, custom=kind),
    )),), "topic", "level", "level")  # fmt: skip


def test_checks_run_where_the_plugin_runs_and_one_that_fails_keeps_nobody_from_filing(yard: Yard) -> None:
    yard.write("levels", SOURCE.format(plugin="levels"))
    with yard.office("levels") as office:
        assert list(office.field_types) == ["levels.level", "levels.broken"]
        assert "must begin with 'levels' and a dot" in office.plugins.faults[0].error

        def read(kind: str, typed: str) -> tuple[object, list[str]]:
            found = validate(form(kind), {"topic": "x", "level": typed}, custom=office.field_types)
            return found.answers.get("level"), [p.message.en for p in found.problems]

        assert read("levels.level", "b") == ("B", [])
        assert read("levels.level", "f") == ("F", ["A level is A to E."])
        assert read("levels.broken", "b") == ("b", [])
        assert read("levels.level", "b") == ("B", [])
        faults = len(office.plugins.faults)
        assert read("levels.level", "odd")[0] == "ODD"
        assert read("levels.level", "b") == ("B", [])
        assert len(office.plugins.faults) == faults
