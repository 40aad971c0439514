"""The expressions of XLSForm cut into words."""

import re
from dataclasses import dataclass
from typing import Final

from duijie.domain.text import T

_TOKEN: Final = re.compile(
    r"""\s*(?:
      \$\{\s*(?P<ref>[^}]*?)\s*\}
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<op>!=|>=|<=|=|>|<)
    | (?P<mark>[(),.])
    | (?P<name>[A-Za-z][A-Za-z-]*)
    )""",
    re.VERBOSE,
)
_QUOTES: Final = str.maketrans("‘’“”（），＝＞＜", "''\"\"(),=><")


class Unclear(Exception):
    """An expression that is not understood; ``message`` says which part, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = T(zh, en=en)


@dataclass(frozen=True, slots=True)
class Token:
    """One word. ``kind`` is one of ref, text, number, op, mark, name, end."""

    kind: str
    text: str


class Tokens:
    """The words of one expression, read from left to right."""

    def __init__(self, expression: str) -> None:
        self._all = _cut(expression.translate(_QUOTES))
        self._at = 0

    @property
    def next(self) -> Token:
        """The word that comes next, not taken yet."""
        return self._all[self._at]

    def take(self) -> Token:
        """The next word."""
        token = self.next
        self._at += token.kind != "end"
        return token

    def took(self, kind: str, text: str) -> bool:
        """Take the next word if it is this one."""
        there = self.next.kind == kind and self.next.text.lower() == text
        if there:
            self.take()
        return there

    def need(self, kind: str, text: str) -> None:
        """Take the next word, which must be this one. Raises Unclear."""
        if not self.took(kind, text):
            found = self.next.text
            raise Unclear(f"应为“{text}”，读到的是“{found or '结尾'}”，请检查括号和逗号。",
                          f"Expected {text!r} but found {found or 'the end'!r}; check brackets and commas.")


def _cut(expression: str) -> list[Token]:
    found, at = [], 0
    while expression[at:].strip():
        match = _TOKEN.match(expression, at)
        if match is None:
            rest = expression[at:].strip()[:20]
            raise Unclear(f"从“{rest}”起看不懂，请改用 ${{题目}}、= != > < >= <=、and、or、not()、selected()。",
                          f"Not understood from {rest!r} on; use ${{question}}, = != > < >= <=, and, or, not(), "
                          "selected().")
        kind = match.lastgroup or ""
        text = match[kind]
        found.append(Token(kind, text[1:-1] if kind == "text" else text))
        at = match.end()
    return [*found, Token("end", "")]
