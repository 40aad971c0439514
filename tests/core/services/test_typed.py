"""What somebody typed stays what they meant: nothing unseen gets in, nothing seen gets lost."""

import pytest

from duijie.domain.errors import Invalid
from duijie.services.typed import needed, optional


@pytest.mark.parametrize(
    "typed",
    [
        "全家👨‍👩‍👧‍👦都来了",  # a family: people held together by joiners
        "❤️ 谢谢",  # with its variation selector
        "王小明　同志",  # an ideographic blank
        "a\u00a0b",
        "𠮷野\U0002ebf0",  # names that newer tables of characters know
        "第一行\n\t第二行",
    ],
)
def test_what_is_seen_stays(typed: str) -> None:
    assert optional(typed, "text") == typed


@pytest.mark.parametrize("unseen", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800"])
def test_what_is_not_seen_goes(unseen: str) -> None:
    assert optional(f"甲{unseen}乙", "text") == "甲乙"
    with pytest.raises(Invalid, match="请填写"):
        needed(f" {unseen}\n", "text", "内容", "the text")


def test_every_end_of_a_line_is_one() -> None:
    assert optional("一\r\n二\r三\u2028四", "text") == "一\n二\n三\n四"
