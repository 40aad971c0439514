"""Text files as people's programs save them."""

from contextlib import suppress


def decoded(content: bytes) -> str | None:
    """UTF-8 with or without its mark, or GB 18030 as Excel saves it in Chinese; None for what is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return None
