"""What somebody typed, tidied and checked before it enters a record."""

from typing import Final

from duijie.domain.errors import Invalid
from duijie.domain.forms.reading import clean

LONGEST: Final = 4000  # characters; longer belongs into an attachment


def needed(text: str, field: str, what_zh: str, what_en: str, longest: int = LONGEST) -> str:
    """``text`` without blanks around it. Raises Invalid for ``field`` when nothing is left or it is too long."""
    tidy = optional(text, field, longest)
    if not tidy:
        raise Invalid.field(field, f"请填写{what_zh}。", f"Please enter {what_en}.")
    return tidy


def optional(text: str, field: str, longest: int = LONGEST) -> str:
    """``text`` without blanks around it and without control characters. Raises Invalid when it is too long."""
    tidy = clean(text, lines=True)
    if len(tidy) > longest:
        raise Invalid.field(
            field,
            f"最多 {longest} 字，现有 {len(tidy)} 字，请精简。",
            f"At most {longest} characters; this has {len(tidy)}. Please shorten it.",
        )
    return tidy
