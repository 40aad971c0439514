"""A whole number out of what a browser sent, whatever it sent."""

import re

_DIGITS = re.compile("[0-9]{1,15}")  # str.isdigit also takes ² and ①, and int gives up on thousands of digits


def whole(text: str) -> int | None:
    """The number that ``text`` writes with at most 15 plain digits, else None."""
    return int(text) if _DIGITS.fullmatch(text) else None
