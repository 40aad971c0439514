from typing import Any

import pytest

from duijie.domain.forms.display import beginning, display, mapped, yuan
from duijie.domain.text import T


def test_a_submission_reads_in_both_languages(sample: Any) -> None:
    answers = {
        **sample.GOOD, "topic": "labour", "owed": True, "amount": 1234550, "times": ["am", "eve"],
        "departments": ["tax", "gone"], "founded": "2026-01-05",
    }  # fmt: skip
    names = {"tax": T("区税务局", en="Tax Bureau")}
    chinese = dict(display(sample.FORM, answers, "zh", names=names))
    assert list(chinese) == ["单位信息", "诉求"]
    assert ("手机", "13800000000", True) in chinese["单位信息"]
    assert ("成立日期", "2026年1月5日", False) in chinese["单位信息"]
    assert chinese["诉求"][2:] == [
        ("是否欠薪", "是", False),
        ("欠薪金额", "12,345.50 元", False),
        ("可到会时段", "选项am、选项eve", False),
        ("期望对接部门", "区税务局、gone", False),
    ]
    english = dict(display(sample.FORM, answers, "en", names=names))
    assert ("Founded on", "5 January 2026", False) in english["About you"]
    assert ("Wages owed", "12,345.50 yuan", False) in english["Your case"]
    assert ("When you can come", "Option am, Option eve", False) in english["Your case"]


def test_hidden_answers_and_empty_sections_are_left_out(sample: Any) -> None:
    shown = display(sample.FORM, {"topic": "land", "capacity": 1250}, "zh")
    assert shown == [("诉求", [("诉求类别", "选项land", False)])]
    shown = display(sample.FORM, {"topic": "utilities", "capacity": 1250}, "zh")
    assert ("申请容量", "1,250 kVA", False) in shown[0][1]


def test_mapped_fills_the_columns_of_the_case(sample: Any) -> None:
    case = mapped(sample.FORM, {**sample.GOOD, "departments": ["tax"]})
    assert (case.topic, case.requester, case.contact) == ("land", "舟山某某机械有限公司", "李伟")
    assert (case.mobile, case.email, case.departments) == ("13800000000", "", ("tax",))
    assert case.title == "厂房没有产权证，无法抵押贷款"
    assert case.text == sample.GOOD["text"]


def test_mapped_of_nothing_is_empty(sample: Any) -> None:
    case = mapped(sample.FORM, {})
    assert (case.topic, case.title, case.text, case.requester, case.departments) == ("", "", "", "", ())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("路灯不亮。请修。", "路灯不亮"),
        ("路灯\n不亮", "路灯"),
        ("水" * 31, "水" * 30 + "…"),
        ("水" * 30, "水" * 30),
        ("The street lamp in front of our shop is broken", "The street lamp in front of…"),
        ("？？", "？？"),
        ("", ""),
    ],
)
def test_beginning(text: str, title: str) -> None:
    assert beginning(text) == title


@pytest.mark.parametrize(("fen", "said"), [(0, "0"), (5, "0.05"), (100, "1"), (123456789, "1,234,567.89")])
def test_yuan(fen: int, said: str) -> None:
    assert yuan(fen) == said
