"""The citizen identity number of GB 11643-1999, whose last character is that of ISO 7064, MOD 11-2."""

import re
from datetime import date
from typing import Final

from duijie.domain.forms.check_digits import normal_credit_code
from duijie.domain.text import T

IDENTITY_LENGTH: Final = 18
EARLIEST_YEAR: Final = 1900

_WEIGHTS: Final = tuple(pow(2, 17 - i, 11) for i in range(IDENTITY_LENGTH - 1))
_CHECK: Final = "10X98765432"
_FORM: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")


def normal_identity(text: str) -> str:
    """``text`` in half-width characters without blanks and dashes, with a capital X."""
    return normal_credit_code(text).replace("×", "X")


def identity_check_character(first17: str) -> str:
    """The 18th character for the 17 digits in front of it. Raises ValueError unless there are 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def identity_problem(text: str) -> T | None:
    """What is wrong with an identity number, or None. Accepts what people type: it is normalised first.

    The first six digits say where it was first issued; the list of places changes, so only the leading digit is
    checked (9 leads the numbers of foreigners with permanent residence). The 15 digits of before 1999 are no longer
    valid, and the message says so by asking for 18.
    """
    number = normal_identity(text)
    if len(number) != IDENTITY_LENGTH:
        return T(
            "身份证号码应为 18 位，现在是 {count} 位，请核对证件。",
            en="An identity number has 18 characters; this one has {count}. Please check it against the card.",
        ).fill(count=len(number))
    if not _FORM.fullmatch(number):
        return T(
            "身份证号码应为 17 位数字加 1 位数字或字母 X，请核对证件。",
            en="An identity number is 17 digits and then a digit or the letter X. Please check it against the card.",
        )
    return _wrong_birthday(number) or _wrong_check(number)


def _wrong_birthday(number: str) -> T | None:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        date(year, month, day)
    except ValueError:
        year = 0
    if year >= EARLIEST_YEAR:
        return None
    return T(
        "身份证号码第 7 至 14 位“{digits}”不是真实的出生日期，请核对证件。",
        en="Characters 7 to 14 of the identity number, “{digits}”, are no real date of birth. "
        "Please check it against the card.",
    ).fill(digits=number[6:14])


def _wrong_check(number: str) -> T | None:
    if identity_check_character(number[:-1]) == number[-1]:
        return None
    return T(
        "身份证号码第 18 位校验不符，请核对证件。",
        en="The last character of the identity number does not match the others. Please check it against the card.",
    )
