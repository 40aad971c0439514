import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.forms.display import display, mapped
from duijie.domain.forms.validate import from_html, longest, shown_fields, validate
from duijie.domain.forms.values import Form

KEYS = [
    "company", "credit_code", "contact", "mobile", "email", "founded", "topic", "text", "capacity", "account",
    "why_large", "owed", "amount", "times", "evening", "departments", "place", "files", "note", "unknown",
]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.sampled_from(["labour", "utilities", "1,000", "-3.5", "2026-02-30", "\ud800", "\x00", "是"])
)  # fmt: skip
GARBAGE = st.recursive(
    SCALARS, lambda i: st.lists(i, max_size=3) | st.dictionaries(st.text(), i, max_size=2), max_leaves=6
)


@given(answers=st.dictionaries(st.sampled_from(KEYS), GARBAGE))
def test_garbage_never_raises_and_what_is_kept_is_stable(sample: Any, answers: dict[str, Any]) -> None:
    first = validate(sample.FORM, answers, departments=["a"])
    json.dumps(first.answers, ensure_ascii=False).encode()
    again = validate(sample.FORM, first.answers, departments=["a"])
    assert again.answers == first.answers
    display(sample.FORM, first.answers, "zh")
    display(sample.FORM, answers, "en")
    mapped(sample.FORM, first.answers)


def test_a_number_of_5000_digits_is_refused_in_words(sample: Any) -> None:
    answers = dict.fromkeys(KEYS, 10**5000) | {"topic": "utilities"}
    assert "过大" in _message(sample.FORM, answers, "capacity")


def _message(form: Form, answers: dict[str, Any], key: str, **options: Any) -> str:
    problems = validate(form, answers, **options).problems
    return next((p.message.zh for p in problems if p.field == key), "")


def test_good_answers_pass_unchanged(sample: Any) -> None:
    assert validate(sample.FORM, sample.GOOD).answers == sample.GOOD
    assert validate(sample.FORM, sample.GOOD).problems == ()


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("company", "  甲\r\n乙\x00\u202e公司 ", "甲 乙公司"),
        ("text", " 第一行\r\n第二\t行\x07 ", "第一行\n第二\t行"),
        ("text", "🙂👨‍👩‍👧 一家人", "🙂👨‍👩‍👧 一家人"),
        ("credit_code", "９１３５０１００ｍ０００１００ｙ４３", "91350100M000100Y43"),
        ("mobile", "+86 138-0000-0001", "13800000001"),
        ("email", " li@example。com", "li@example.com"),
        ("founded", "2026年1月5日", "2026-01-05"),
        ("founded", "2026/1/5", "2026-01-05"),
        ("founded", "20260105", "2026-01-05"),
        ("founded", ["2026-01-05"], "2026-01-05"),
        ("times", "am", ["am"]),
        ("times", ["pm", "am", "pm"], ["pm", "am"]),
        ("times", [], None),
        ("email", "   ", None),
    ],
)
def test_answers_are_normalised(sample: Any, key: str, typed: Any, kept: Any) -> None:
    result = validate(sample.FORM, {**sample.GOOD, key: typed})
    assert result.answers.get(key) == kept
    assert key not in {p.field for p in result.problems}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("630", 630), ("６３０", 630), ("1,250", 1250), ("1，250．５", 1250.5), (" 12 500 ", 12500), (630, 630),
     (630.5, 630.5), ("+8", 8)],
)
def test_numbers_are_read(sample: Any, typed: Any, kept: float) -> None:
    result = validate(sample.FORM, {**sample.GOOD, "topic": "utilities", "capacity": typed})
    assert result.answers["capacity"] == kept
    assert type(result.answers["capacity"]) is type(kept)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1,25", "请只填写数字"), ("abc", "请只填写数字"), ("6e5", "请只填写数字"), (True, "请只填写数字"),
     (float("nan"), "请只填写数字"), (float("inf"), "过大"), ("9" * 30, "过大"), ("9" * 5000, "过大"),
     ("0", "不能小于 1 kVA"), ("100001", "不能大于 100000 kVA"), ("", "请填写“申请容量”"),
     ({}, "请只填写数字")],
)
def test_wrong_numbers_are_told(sample: Any, typed: Any, said: str) -> None:
    answers = {**sample.GOOD, "topic": "utilities", "capacity": typed}
    assert said in _message(sample.FORM, answers, "capacity")


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12.5", 1250), ("1,200.05", 120005), ("￥80", 8000), ("80元", 8000), (8000, 8000), (8000.0, 8000),
     ("0", 0)],
)
def test_money_is_yuan_as_text_and_fen_as_number(sample: Any, typed: Any, fen: int) -> None:
    result = validate(sample.FORM, {**sample.GOOD, "topic": "labour", "owed": "是", "amount": typed})
    assert result.answers["amount"] == fen
    assert isinstance(result.answers["amount"], int)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("1.234", "两位小数"), ("-1", "不能小于 0 元"), ("100000.01", "不能大于 100000 元"), (0.5, "元")],
)
def test_wrong_money_is_told(sample: Any, typed: Any, said: str) -> None:
    answers = {**sample.GOOD, "topic": "labour", "owed": "yes", "amount": typed}
    assert said in _message(sample.FORM, answers, "amount")


@pytest.mark.parametrize(
    ("key", "typed", "said"),
    [
        ("company", "", "请填写“企业名称”"),
        ("company", "\x00 \n", "请填写“企业名称”"),
        ("company", "\u200b\ufeff", "请填写“企业名称”"),
        ("company", "甲" * 201, "最多 200 字，现在是 201 字"),
        ("company", 5, "请填写文字"),
        ("text", "短", "至少 5 字，现在是 1 字"),
        ("text", "长" * 5001, "最多 5000 字"),
        ("topic", "", "请选择“诉求类别”"),
        ("topic", "nothing", "请从列出的选项中选择"),
        ("topic", {}, "请填写文字"),
        ("mobile", "123", "现在是 3 位"),
        ("mobile", "", "请填写“手机”"),
        ("credit_code", "91350100M000100Y44", "第 18 位校验不符"),
        ("email", "x", "完整的邮箱地址"),
        ("founded", "2026-02-30", "真实的日期"),
        ("founded", "yesterday", "真实的日期"),
        ("times", ["am", "x"], "请从列出的选项中选择"),
        ("times", ["am", "pm", "eve"], "最多选择 2 项，现在是 3 项"),
        ("times", {"am": 1}, "请从列出的选项中选择"),
    ],
)
def test_each_mistake_is_told_in_its_own_words(sample: Any, key: str, typed: Any, said: str) -> None:
    assert said in _message(sample.FORM, {**sample.GOOD, key: typed}, key)


def test_hidden_fields_are_dropped_and_not_required(sample: Any) -> None:
    hidden = {"capacity": "5", "owed": "yes", "amount": "9", "stray": "x"}
    result = validate(sample.FORM, {**sample.GOOD, **hidden})
    assert result.answers == sample.GOOD
    assert result.problems == ()


def test_what_a_hidden_field_would_show_is_hidden_too(sample: Any) -> None:
    answers = {**sample.GOOD, "capacity": "5000", "why_large": "冷库"}
    assert "why_large" not in validate(sample.FORM, answers).answers
    answers["topic"] = "utilities"
    assert validate(sample.FORM, answers).answers["why_large"] == "冷库"
    answers["account"] = "12345"
    assert "why_large" not in validate(sample.FORM, answers).answers


def test_no_is_an_answer_to_a_required_question(sample: Any) -> None:
    result = validate(sample.FORM, {**sample.GOOD, "topic": "labour", "owed": "no", "amount": "5"})
    assert result.problems == ()
    assert result.answers["owed"] is False
    assert "amount" not in result.answers


def test_departments_must_be_on_the_roster(sample: Any) -> None:
    answers = {**sample.GOOD, "departments": ["water", "tax"]}
    assert validate(sample.FORM, answers, departments=["tax", "water"]).problems == ()
    assert "请从列出" in _message(sample.FORM, answers, "departments", departments=["tax"])
    assert "请从列出" in _message(sample.FORM, answers, "departments")


def test_a_posted_form_reads_the_same_as_json(sample: Any) -> None:
    posted = {
        **{k: [v] for k, v in sample.GOOD.items()},
        "topic": ["utilities"], "capacity": ["1,250"], "times": ["am", "pm"], "stray": ["x"], "files": ["f"],
    }  # fmt: skip
    raw = from_html(sample.FORM, lambda key: posted.get(key, []))
    assert raw["capacity"] == "1,250"
    assert "stray" not in raw
    assert "files" not in raw
    typed = {**sample.GOOD, "topic": "utilities", "capacity": 1250, "times": ["am", "pm"]}
    assert validate(sample.FORM, raw).answers == validate(sample.FORM, typed).answers == typed


def test_shown_fields_and_limits(sample: Any) -> None:
    shown = {f.key for f in shown_fields(sample.FORM, sample.GOOD)}
    assert {"files", "note", "place"} <= shown
    assert "capacity" not in shown
    limits = [longest(sample.FORM.find(k)) for k in ("company", "text", "account", "topic")]
    assert limits == [200, 5000, 20, None]


def test_answers_that_are_no_mapping_are_none_at_all(sample: Any) -> None:
    assert validate(sample.FORM, ["x"]).answers == {}  # type: ignore[arg-type]
