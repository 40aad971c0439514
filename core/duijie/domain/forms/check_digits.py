"""Codes and addresses that can be checked without asking anybody: credit code, mobile, e-mail."""

import re
import unicodedata
from typing import Final

from duijie.domain.text import T

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015: no I, O, S, V, Z, which are taken for 1, 0, 5, U, 2."""

CREDIT_DEPARTMENTS: Final = "123456789ANY"
"""Who registered the body. 1 establishment, 3 justice (law firms), 5 civil affairs, 8 trade unions, 9 market
supervision, A military, N agriculture (village collectives are N2, their economic bodies N1), Y others."""

_CREDIT_LENGTH: Final = 18
_WEIGHTS: Final = tuple(pow(3, i, 31) for i in range(_CREDIT_LENGTH - 1))
_LOOKALIKE: Final = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_DASHES: Final = "-‐‑‒–—―−_"
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NOISE: Final = re.compile(rf"[\s{re.escape(_DASHES + _INVISIBLE)}]")
_INVISIBLE_ONLY: Final = re.compile(rf"[{_INVISIBLE}]")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])"
)
_EMAIL_LENGTH: Final = 254


def normal_credit_code(text: str) -> str:
    """``text`` in half-width upper-case characters, without blanks and dashes."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def credit_code_problem(text: str) -> T | None:
    """What is wrong with a unified social credit code (GB 32100-2015), or None.

    Accepts what people type or paste: the text is normalised first. Characters 9 to 17 are not held to the check
    character of GB 11714: the last one notices any single slip already, and codes in use that stray from the older
    standard would be turned away at the door.
    """
    code = normal_credit_code(text)
    return _wrong_length(code) or _wrong_character(code) or _wrong_place(code) or _wrong_check(code)


def credit_check_character(first17: str) -> str:
    """The 18th character for the 17 in front of it. Raises ValueError on a forbidden character."""
    total = sum(CREDIT_ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def normal_mobile(text: str) -> str:
    """The mobile number as bare digits, without +86, blanks, dashes and brackets."""
    number = re.sub(r"[().·]", "", _NOISE.sub("", unicodedata.normalize("NFKC", text)))
    found = re.fullmatch(r"(?:\+|00)?86(1[0-9]{10})", number)
    return found[1] if found else number


def mobile_problem(text: str) -> T | None:
    """What is wrong with a mainland mobile number, or None."""
    number = normal_mobile(text)
    if _MOBILE.fullmatch(number):
        return None
    if re.fullmatch(r"[0-9]+", number) and len(number) != 11:
        return T(
            "手机号码应为 11 位，现在是 {count} 位，请核对。",
            en="A mobile number has 11 digits; this one has {count}. Please check it.",
        ).fill(count=len(number))
    return T(
        "请填写 11 位手机号码，以 1 开头，例如 13800000000。",
        en="Enter an 11-digit mobile number that starts with 1, such as 13800000000.",
    )


def normal_email(text: str) -> str:
    """The address in half-width characters without blanks around it; a Chinese full stop counts as a dot."""
    return _INVISIBLE_ONLY.sub("", unicodedata.normalize("NFKC", text)).replace("。", ".").strip()


def email_problem(text: str) -> T | None:
    """What is wrong with an e-mail address, or None. Only the form is checked, not that it is read."""
    address = normal_email(text)
    if len(address) <= _EMAIL_LENGTH and _EMAIL.fullmatch(address):
        return None
    return T(
        "请填写完整的邮箱地址，例如 name@example.com。",
        en="Enter a complete e-mail address, such as name@example.com.",
    )


def _wrong_length(code: str) -> T | None:
    if len(code) == _CREDIT_LENGTH:
        return None
    return T(
        "信用代码应为 18 位，现在是 {count} 位，请核对营业执照。",
        en="A credit code has 18 characters; this one has {count}. Please check it against the licence.",
    ).fill(count=len(code))


def _wrong_character(code: str) -> T | None:
    bad = next(((n, c) for n, c in enumerate(code, start=1) if c not in CREDIT_ALPHABET), None)
    if bad is None:
        return None
    position, character = bad
    if character in _LOOKALIKE:
        return T(
            "信用代码第 {n} 位不能是字母 {c}，可能是“{meant}”，请核对营业执照。",
            en="Character {n} of a credit code is never the letter {c}; it may be “{meant}”. "
            "Please check it against the licence.",
        ).fill(n=position, c=character, meant=_LOOKALIKE[character])
    return T(
        "信用代码第 {n} 位“{c}”不是数字或大写字母，请核对营业执照。",
        en="Character {n} of the credit code, “{c}”, is neither a digit nor a capital letter. "
        "Please check it against the licence.",
    ).fill(n=position, c=character)


def _wrong_place(code: str) -> T | None:
    if code[0] not in CREDIT_DEPARTMENTS:
        return T(
            "信用代码第 1 位不能是“{c}”，请核对营业执照。",
            en="A credit code does not begin with “{c}”. Please check it against the licence.",
        ).fill(c=code[0])
    letter = next((n for n in range(2, 8) if not code[n].isdigit()), None)
    if letter is None:
        return None
    return T(
        "信用代码第 3 至 8 位应为数字，第 {n} 位是“{c}”，请核对营业执照。",
        en="Characters 3 to 8 of a credit code are digits; character {n} is “{c}”. "
        "Please check it against the licence.",
    ).fill(n=letter + 1, c=code[letter])


def _wrong_check(code: str) -> T | None:
    if credit_check_character(code[:-1]) == code[-1]:
        return None
    return T(
        "信用代码第 18 位校验不符，请核对营业执照。",
        en="The last character of the credit code does not match the others. "
        "Please check it against the licence.",
    )
