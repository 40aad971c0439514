"""Text that leaves for a spreadsheet as CSV: nothing in it may be taken for a formula."""

import re
from typing import Final

_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def harmless(text: str) -> str:
    """``text`` without control characters, and behind an apostrophe where a spreadsheet would calculate it."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if clean.startswith(_FORMULA) else clean
