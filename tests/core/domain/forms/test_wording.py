from typing import Any

import pytest

from duijie.domain.forms.values import (
    Condition,
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
from duijie.domain.forms.wording import condition_in_words


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        (eq("topic", "land"), "“诉求类别”选择“选项land”", "“Category” is “Option land”"),
        (is_in("topic", "a", "b"), "“诉求类别”选择“选项a”或“选项b”",
         "“Category” is “Option a” or “Option b”"),
        (eq("owed", True), "“是否欠薪”选择“是”", "“Wages owed?” is “Yes”"),
        (ne("topic", "a"), "“诉求类别”不是“选项a”", "“Category” is not “Option a”"),
        (has("times", "eve"), "“可到会时段”包含“选项eve”", "“When you can come” includes “Option eve”"),
        (ge("capacity", 1000), "“申请容量”不小于 1,000 kVA", "“Capacity” is at least 1,000 kVA"),
        (lt("amount", 5000), "“欠薪金额”小于 50 元", "“Wages owed” is below 50 yuan"),
        (filled("account"), "已填写“户号”", "“Customer number” is filled in"),
        (filled("topic"), "已选择“诉求类别”", "“Category” is chosen"),
        (all_of(filled("account"), filled("topic")), "已填写“户号”，且已选择“诉求类别”",
         "“Customer number” is filled in and “Category” is chosen"),
        (any_of(filled("account"), filled("topic")), "已填写“户号”，或已选择“诉求类别”",
         "“Customer number” is filled in or “Category” is chosen"),
        (negate(filled("account")), "并非（已填写“户号”）", "not (“Customer number” is filled in)"),
        (Condition("eq", "gone", "x"), "满足条件", "it applies"),
    ],
)
def test_in_words(sample: Any, condition: Condition, zh: str, en: str) -> None:
    words = condition_in_words(condition, sample.FORM)
    assert (words.zh, words.en) == (zh, en)
