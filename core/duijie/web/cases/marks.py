"""Marks the words in a case's text that spoke for a department."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape


def marked(text: str, words: Iterable[str]) -> Markup:
    """``text`` escaped, with every occurrence of ``words`` in ``<mark>``; longer words go first."""
    wanted = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    if not wanted:
        return escape(text)
    pattern = re.compile("|".join(map(re.escape, wanted)))
    parts, at = [Markup("")], 0
    for match in pattern.finditer(text):
        parts += [escape(text[at : match.start()]), Markup("<mark>{}</mark>").format(match.group())]
        at = match.end()
    return Markup("").join([*parts, escape(text[at:])])
