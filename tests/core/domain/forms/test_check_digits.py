import pytest
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.forms.check_digits import (
    CREDIT_ALPHABET,
    credit_check_character,
    credit_code_problem,
    email_problem,
    mobile_problem,
    normal_credit_code,
    normal_email,
    normal_mobile,
)

PUBLISHED = "91350100M000100Y43"  # the example of the standard's own commentary


@pytest.mark.parametrize(
    "text",
    [
        PUBLISHED,
        "91350100m000100y43",
        " 9135 0100-M000 100Y43\n",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100M000100Y43\u200b",
        "91110000600037341L",  # published on company pages
        "91440300708461136T",
    ],
)
def test_published_codes_pass_however_they_are_typed(text: str) -> None:
    assert credit_code_problem(text) is None
    assert len(normal_credit_code(text)) == 18


@pytest.mark.parametrize("start", ["12", "31", "52", "81", "91", "93", "A1", "N1", "N2", "N9", "Y1"])
def test_every_registering_department_is_accepted(start: str) -> None:
    first17 = start + "330206" + "MA2AB12C3"
    assert credit_code_problem(first17 + credit_check_character(first17)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PUBLISHED[:-1], "现在是 17 位"),
        (PUBLISHED + "1", "现在是 19 位"),
        ("", "现在是 0 位"),
        ("9135O100M000100Y43", "第 5 位不能是字母 O，可能是“0”"),
        ("91350100M000I00Y43", "第 13 位不能是字母 I，可能是“1”"),
        ("91350100M000中00Y43", "第 13 位“中”"),
        ("B1350100M000100Y43", "第 1 位不能是“B”"),
        ("9135A100M000100Y43", "第 5 位是“A”"),
        ("91350100M000100Y44", "信用代码第 18 位校验不符，请核对营业执照"),
    ],
)
def test_the_message_says_exactly_what_is_wrong(text: str, said: str) -> None:
    problem = credit_code_problem(text)
    assert problem is not None
    assert said in problem.zh


@given(st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_is_always_noticed(position: int, character: str) -> None:
    changed = PUBLISHED[:position] + character + PUBLISHED[position + 1 :]
    assert (credit_code_problem(changed) is None) == (changed == PUBLISHED)


@given(st.text())
def test_nothing_typed_raises(text: str) -> None:
    for check in (credit_code_problem, mobile_problem, email_problem):
        check(text)


@pytest.mark.parametrize(
    "text",
    ["13800000000", "+86 138 0000 0000", "0086-138-0000-0000", "86 13800000000", "１３８００００００００",
     "（+86）138 0000 0000"],
)
def test_mobile_is_read_however_it_is_written(text: str) -> None:
    assert normal_mobile(text) == "13800000000"
    assert mobile_problem(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("1380000000", "现在是 10 位"), ("138000000001", "现在是 12 位"), ("12800000000", "以 1 开头"),
     ("0574-8888888", "11 位"), ("abc", "11 位"), ("١٣٨٠٠٠٠٠٠٠٠", "11 位")],
)
def test_wrong_mobiles_are_told(text: str, said: str) -> None:
    problem = mobile_problem(text)
    assert problem is not None
    assert said in problem.zh


@pytest.mark.parametrize(
    "text", ["a@b.cn", " li.wei@example。com ", "ｌｉ＠example.com", "a+b@x-y.example.org"]
)
def test_addresses_pass(text: str) -> None:
    assert email_problem(text) is None
    assert " " not in normal_email(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@b", "a b@c.cn", "a@b..cn", "a@b.cn\nBcc: x@y.cn", "a@@b.cn", "李@b.cn", "a@" + "b" * 260]
)
def test_broken_addresses_are_told(text: str) -> None:
    assert email_problem(text) is not None
