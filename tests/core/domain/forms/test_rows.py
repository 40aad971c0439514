"""Repeat groups, areas, identity numbers and "other", from what was typed to how it is shown again."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.forms.display import display, mapped
from duijie.domain.forms.exchange import form_as_json, form_from_json
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.posted import from_html, wants_row
from duijie.domain.forms.validate import validate
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section, all_of, eq, filled, ge
from duijie.domain.forms.wording import condition_in_words
from duijie.domain.text import T

FOOD = (Choice("food", T("食品", en="Food")), Choice("toys", T("玩具", en="Toys")))
ROW = (
    Field("plot_no", FieldType.TEXT, T("编号", en="Number"), required=True),
    Field("mu", FieldType.NUMBER, T("面积", en="Area"), unit=T("亩", en="mu"), minimum=0),
    Field("why", FieldType.TEXT, T("为何这么大", en="Why so large"), required=True,
          show_if=all_of(eq("topic", "land"), ge("mu", 100))),
    Field("holder", FieldType.IDENTITY, T("承包人证号", en="Holder's number")),
    Field("crop", FieldType.CHOICE, T("作物", en="Crop"), choices=FOOD, other=True),
)
PLOTS = Field("plots", FieldType.REPEAT, T("地块", en="Plots"), fields=ROW, unit=T("地块", en="Plot"), maximum=3)
FORM = Form(
    "f", T("表", en="Form"), topic_field="topic", text_field="text", requester_field="who",
    sections=(Section(T("内容", en="Content"), (
        Field("who", FieldType.TEXT, T("姓名", en="Name"), required=True),
        Field("topic", FieldType.CHOICE, T("类别", en="Topic"), required=True,
              choices=(Choice("land", T("地", en="Land")), Choice("other", T("别的", en="Else")))),
        Field("text", FieldType.TEXT, T("内容", en="What"), required=True),
        Field("trade", FieldType.CHOICES, T("行业", en="Trades"), choices=FOOD, other=True),
        PLOTS,
        Field("map", FieldType.TEXT, T("图号", en="Map"), show_if=filled("plots")),
        Field("village", FieldType.AREA, T("村", en="Village"), required=True),
    )),),
)  # fmt: skip
GOOD = {"who": "陈", "topic": "land", "text": "地", "village": "xigang"}
ID = "11010519491231002X"


def check(form: Form = FORM, **answers: Any) -> tuple[dict[str, Any], dict[str, str]]:
    found = validate(form, {**GOOD, **answers}, areas=["xigang"])
    return found.answers, {p.field: p.message.zh for p in found.problems}


def test_the_form_is_sound_and_survives_json() -> None:
    assert form_problems(FORM) == []
    assert form_from_json(json.loads(json.dumps(form_as_json(FORM)))) == FORM


def test_rows_are_read_like_any_answer_and_empty_ones_dropped() -> None:
    rows = [{}, {"plot_no": " A-1 ", "mu": "1,250", "stray": 1, "why": "林场"}, {"plot_no": "", "mu": " "},
            {"plot_no": "A-2", "holder": "110105 19491231 002x"}]
    answers, problems = check(plots=rows)
    assert answers["plots"] == [{"plot_no": "A-1", "mu": 1250, "why": "林场"}, {"plot_no": "A-2", "holder": ID}]
    assert problems == {}
    assert check(**answers) == (answers, {})


def test_a_mistake_in_a_row_names_the_row_as_it_was_sent() -> None:
    _, problems = check(plots=[{"plot_no": "A"}, {}, {"mu": "x"}, {"plot_no": "B", "mu": -1, "crop": "other"}])
    assert problems == {
        "plots.2.plot_no": "请填写“编号”。", "plots.2.mu": "请只填写数字，例如 1250 或 12.5。",
        "plots.3.mu": "不能小于 0 亩，请核对。", "plots.3.crop.other": "“作物”选择了“其他”，请写明是什么。",
    }  # fmt: skip


def test_conditions_in_a_row_see_the_row_and_what_is_around_it() -> None:
    large = [{"plot_no": "A", "mu": 100}]
    assert set(check(plots=large)[1]) == {"plots.0.why"}
    assert check(topic="other", plots=large)[1] == {}
    assert check(plots=[{"plot_no": "A", "mu": 99}])[1] == {}
    assert "map" in check(plots=large, map="7")[0]
    assert "map" not in check(plots=[{}], map="7")[0]


@pytest.mark.parametrize(
    ("plots", "said"),
    [("x", "请逐项填写。"), (["x"], "请逐项填写。"), ([1], "请逐项填写。"),
     ([{"plot_no": str(n)} for n in range(4)], "最多填写 3 项，现在是 4 项。")],
)
def test_what_are_no_rows_or_too_many_is_told(plots: Any, said: str) -> None:
    assert check(plots=plots)[1] == {"plots": said}


def test_how_many_rows_there_must_be() -> None:
    fields = tuple(replace(f, minimum=2, required=True) if f.key == "plots" else f for f in FORM.fields())
    form = replace(FORM, sections=(Section(FORM.title, fields),))
    assert check(form)[1] == {"plots": "请填写“地块”。"}
    assert check(form, plots=[{"plot_no": "A"}])[1] == {"plots": "至少填写 2 项，现在是 1 项。"}
    assert check(form, plots=[{"plot_no": "A"}, {"plot_no": "B"}])[1] == {}


def test_other_is_answered_beside_the_choice() -> None:
    answers, problems = check(trade=["food", "other"], **{"trade.other": " 渔具\n "})
    assert (answers["trade"], answers["trade.other"], problems) == (["food", "other"], "渔具", {})
    assert check(trade=["food"], **{"trade.other": "渔具"}) == ({**GOOD, "trade": ["food"]}, {})
    assert check(trade=["other"])[1] == {"trade.other": "“行业”选择了“其他”，请写明是什么。"}
    assert "最多 200 字" in check(trade=["other"], **{"trade.other": "长" * 201})[1]["trade.other"]
    assert check(trade=["other"], **{"trade.other": {"a": 1}})[1]


def test_an_area_is_one_that_is_offered() -> None:
    assert check(village="dagang")[1] == {"village": "请从列出的选项中选择。"}
    assert check(village="")[1] == {"village": "请选择“村”。"}
    assert validate(FORM, {**GOOD, "village": ""}).problems == ()  # where no area is offered none can be chosen


def test_rows_are_shown_one_answer_a_line_and_identity_numbers_as_private() -> None:
    rows = [{"plot_no": "A", "mu": 3, "holder": ID}, {"plot_no": "B", "crop": "other", "crop.other": "茶"}]
    answers = {**GOOD, "plots": rows, "trade": ["other"], "trade.other": "渔具"}
    ((_, lines),) = display(FORM, answers, "zh", areas={"xigang": T("西港村", en="Xigang")})
    assert ("村", "西港村", False) in lines
    assert ("行业", "其他（渔具）", False) in lines
    assert [line for line in lines if line[0].startswith("地块")] == [
        ("地块 1：编号", "A", False), ("地块 1：面积", "3 亩", False), ("地块 1：承包人证号", ID, True),
        ("地块 2：编号", "B", False), ("地块 2：作物", "其他（茶）", False),
    ]  # fmt: skip
    ((_, english),) = display(FORM, answers, "en")
    assert ("Plot 2: Crop", "Other (茶)", False) in english
    assert mapped(FORM, answers).requester == "陈"


def test_a_condition_in_a_row_is_told_in_words() -> None:
    words = condition_in_words(ROW[2].show_if, FORM, ROW)  # type: ignore[arg-type]
    assert words.zh == "“类别”选择“地”，且“面积”不小于 100 亩"


POSTED = {
    "who": ["陈"], "topic": ["land"], "text": ["地"], "trade": ["other"], "trade.other": ["渔具"],
    "plots": ["0", "2", "7", "2", "x", "99999"], "plots.0.plot_no": ["A"], "plots.2.plot_no": ["B"],
    "plots.7.plot_no": ["C"], "plots.7.crop": ["other"], "plots.7.crop.other": ["茶"], "plots.removed": ["2"],
}  # fmt: skip


def test_posted_rows_come_in_order_without_the_removed_ones() -> None:
    raw = from_html(FORM, lambda name: POSTED.get(name, []))
    assert raw["plots"] == [{"plot_no": "A"}, {"plot_no": "C", "crop": "other", "crop.other": "茶"}]
    assert raw["trade.other"] == "渔具"
    assert not wants_row(FORM, lambda name: POSTED.get(name, []))


def test_a_button_asks_for_one_more_row_and_loses_nothing() -> None:
    more = {**POSTED, "add": ["plots"]}
    raw = from_html(FORM, lambda name: more.get(name, []))
    assert raw["plots"][2:] == [{}]
    assert raw["who"] == "陈"
    assert wants_row(FORM, lambda name: more.get(name, []))
    assert not wants_row(FORM, lambda name: ["who"] if name == "add" else [])


def test_a_flood_of_rows_is_cut() -> None:
    flood = {"plots": [str(n) for n in range(5000)]}
    assert len(from_html(FORM, lambda name: flood.get(name, []))["plots"]) == 200


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(
    ["land", "other", "A", "xigang", ID]
)  # fmt: skip
KEYS = st.sampled_from([*(f.key for f in FORM.fields()), *(f.key for f in ROW), "trade.other", "crop.other"])
GARBAGE = st.recursive(
    SCALARS, lambda i: st.lists(i, max_size=4) | st.dictionaries(KEYS, i, max_size=6), max_leaves=20
)


@given(st.dictionaries(KEYS, GARBAGE))
def test_garbage_never_raises_and_what_is_kept_is_stable(answers: dict[str, Any]) -> None:
    first = validate(FORM, answers, areas=["xigang"])
    json.dumps(first.answers, ensure_ascii=False).encode()
    assert validate(FORM, first.answers, areas=["xigang"]).answers == first.answers
    display(FORM, answers, "en")
    mapped(FORM, answers)
