import pytest
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.forms.identity import identity_check_character, identity_problem, normal_identity

PUBLISHED = "11010519491231002X"  # the example of GB 11643-1999


@pytest.mark.parametrize(
    "text",
    [PUBLISHED, "11010519491231002x", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ",
     "110105-19491231-002×", "440524188001010014".replace("1880", "1980")[:-1] + "X", PUBLISHED + "\u200b"],
)
def test_numbers_pass_however_they_are_typed(text: str) -> None:
    first = normal_identity(text)[:17]
    assert identity_problem(first + identity_check_character(first)) is None
    assert normal_identity(text) == normal_identity(normal_identity(text))


def test_the_examples_of_the_standard() -> None:
    assert identity_problem(PUBLISHED) is None
    assert normal_identity("１１０１０５１９４９１２３１００２ｘ") == PUBLISHED
    assert identity_check_character("44052418800101001") == "4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("110105491231002", "现在是 15 位"),
        (PUBLISHED + "1", "现在是 19 位"),
        ("", "现在是 0 位"),
        ("1101051949123100X2", "17 位数字"),
        ("01010519491231002X", "17 位数字"),
        ("11010519491331002X", "19491331”不是真实的出生日期"),
        ("11010519000229002X", "19000229”不是真实的出生日期"),
        ("11010518991231002X", "18991231”不是真实的出生日期"),
        ("110105194912310021", "身份证号码第 18 位校验不符"),
        ("110105194912310020", "身份证号码第 18 位校验不符"),
    ],
)
def test_the_message_says_exactly_what_is_wrong(text: str, said: str) -> None:
    problem = identity_problem(text)
    assert problem is not None
    assert said in problem.zh


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(position: int, character: str) -> None:
    changed = PUBLISHED[:position] + character + PUBLISHED[position + 1 :]
    assert (identity_problem(changed) is None) == (changed == PUBLISHED)


@given(st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(position: int) -> None:
    pair = PUBLISHED[position : position + 2]
    changed = PUBLISHED[:position] + pair[::-1] + PUBLISHED[position + 2 :]
    assert (identity_problem(changed) is None) == (changed == PUBLISHED)


@given(st.text())
def test_nothing_typed_raises(text: str) -> None:
    identity_problem(text)
