"""The ``relevant`` column: an XPath-like expression becomes a condition."""

from collections.abc import Mapping
from typing import Final

from duijie.cli.xlsform.tokens import Token, Tokens, Unclear
from duijie.domain.forms.values import (
    Condition,
    Field,
    FieldType,
    all_of,
    any_of,
    eq,
    filled,
    ge,
    has,
    lt,
    ne,
    negate,
)

DEPTH: Final = 20

_FLIPPED: Final = {"=": "=", "!=": "!=", ">": "<", "<": ">", ">=": "<=", "<=": ">="}
_LISTS: Final = frozenset({FieldType.CHOICES, FieldType.DEPARTMENTS, FieldType.REPEAT})
_NUMBERS: Final = frozenset({FieldType.NUMBER, FieldType.MONEY})
_YES: Final = frozenset({"yes", "true", "1", "ok", "是"})
_NO: Final = frozenset({"no", "false", "0", "否"})


def condition_of(expression: str, fields: Mapping[str, Field]) -> Condition:
    """What ``expression`` asks of ``fields``, which are those before it by their name in the workbook.

    Raises Unclear for what cannot be said with duijie's conditions.
    """
    tokens = Tokens(expression)
    condition = _Reader(tokens, fields).any(DEPTH)
    if tokens.next.kind != "end":
        raise Unclear(f"“{tokens.next.text}”之后看不懂，请检查 and、or 和括号。",
                      f"Not understood from {tokens.next.text!r} on; check and, or and brackets.")
    return condition


class _Reader:
    """Reads by descending: ``or`` binds loosest, then ``and``, then one comparison or bracket."""

    def __init__(self, tokens: Tokens, fields: Mapping[str, Field]) -> None:
        self._tokens = tokens
        self._fields = fields

    def any(self, depth: int) -> Condition:
        parts = [self._all(depth)]
        while self._tokens.took("name", "or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else any_of(*parts)

    def _all(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._tokens.took("name", "and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else all_of(*parts)

    def _one(self, depth: int) -> Condition:
        if depth == 0:
            raise Unclear("括号套得太深，请拆成几道题的条件。", "Too many brackets within brackets; split the condition.")
        if self._tokens.took("name", "not"):
            return negate(self._bracket(depth))
        if self._tokens.took("name", "selected"):
            return self._selected()
        if self._tokens.next == Token("mark", "("):
            return self._bracket(depth)
        return self._comparison()

    def _bracket(self, depth: int) -> Condition:
        self._tokens.need("mark", "(")
        inner = self.any(depth - 1)
        self._tokens.need("mark", ")")
        return inner

    def _selected(self) -> Condition:
        self._tokens.need("mark", "(")
        field = self._field(self._tokens.take())
        self._tokens.need("mark", ",")
        value = _value(field, self._literal())
        self._tokens.need("mark", ")")
        return has(field.key, str(value)) if field.type in _LISTS else eq(field.key, value)

    def _comparison(self) -> Condition:
        if self._tokens.took("name", "count-selected"):
            return self._counted()
        left = self._tokens.take()
        op = self._operator()
        if left.kind == "ref":
            return _compared(self._field(left), op, self._literal())
        return _compared(self._field(self._tokens.take()), _FLIPPED[op], _literal(left))

    def _counted(self) -> Condition:
        self._tokens.need("mark", "(")
        field = self._field(self._tokens.take())
        self._tokens.need("mark", ")")
        asked = (self._operator(), self._literal())
        if asked in {(">", "0"), (">=", "1"), ("!=", "0")}:
            return filled(field.key)
        if asked in {("=", "0"), ("<", "1")}:
            return negate(filled(field.key))
        raise Unclear("count-selected 只能判断有没有选（> 0 或 = 0）。",
                      "count-selected can only ask whether anything is chosen (> 0 or = 0).")

    def _operator(self) -> str:
        token = self._tokens.take()
        if token.kind != "op":
            raise Unclear(f"“{token.text or '结尾'}”处应为 = != > < >= <= 之一。",
                          f"Expected one of = != > < >= <= at {token.text or 'the end'!r}.")
        return token.text

    def _field(self, token: Token) -> Field:
        if token.kind != "ref":
            raise Unclear(f"“{token.text or '结尾'}”处应为题目，写作 ${{题目代号}}。",
                          f"Expected a question at {token.text or 'the end'!r}, written ${{name}}.")
        field = self._fields.get(token.text)
        if field is None:
            raise Unclear(f"${{{token.text}}} 不在这一行之前，条件只能看前面的题目；请调整顺序或更正代号。",
                          f"${{{token.text}}} does not stand before this row; a condition looks at earlier questions "
                          "only. Change the order or mend the name.")
        return field

    def _literal(self) -> str:
        return _literal(self._tokens.take(), self._tokens)


def _literal(token: Token, tokens: Tokens | None = None) -> str:
    if token.kind in {"text", "number"}:
        return token.text
    if token.kind == "name" and token.text.lower() in {"true", "false"} and tokens:
        tokens.need("mark", "(")
        tokens.need("mark", ")")
        return token.text.lower()
    raise Unclear(f"“{token.text or '结尾'}”处应为数字或加引号的文字；不能拿两道题相比，也不能用函数。",
                  f"Expected a number or a quoted text at {token.text or 'the end'!r}; two questions cannot be compared, "
                  "nor functions used.")


def _compared(field: Field, op: str, literal: str) -> Condition:
    if literal == "" and op in {"=", "!="}:
        there = filled(field.key)
        return negate(there) if op == "=" else there
    if op in {"=", "!="}:
        value = _value(field, literal)
        if field.type in _LISTS:
            raise Unclear(f"“{field.key}”可多选，请用 selected(${{{field.key}}}, '{literal}')。",
                          f"{field.key!r} takes several answers; use selected(${{{field.key}}}, {literal!r}).")
        return eq(field.key, value) if op == "=" else ne(field.key, value)
    if field.type not in _NUMBERS:
        raise Unclear(f"“{field.key}”不是数字，不能比较大小。", f"{field.key!r} is no number and has no size to compare.")
    number = _number(field, literal)
    match op:
        case ">=":
            return ge(field.key, number)
        case "<":
            return lt(field.key, number)
        case ">":
            return all_of(ge(field.key, number), ne(field.key, number))
        case _:
            return any_of(lt(field.key, number), eq(field.key, number))


def _value(field: Field, literal: str) -> str | float | bool:
    """The literal as the field's answers are: a choice's key, a number, yes or no."""
    if field.type in _NUMBERS:
        return _number(field, literal)
    if field.type is FieldType.YES_NO:
        if literal.lower() in _YES | _NO:
            return literal.lower() in _YES
        raise Unclear(f"“{field.key}”只有 'yes' 和 'no'。", f"{field.key!r} is only 'yes' or 'no'.")
    known = [choice.key for choice in field.offered]
    if known and literal not in known:
        raise Unclear(f"“{literal}”不是“{field.key}”的选项，选项有：{'、'.join(known)}。",
                      f"{literal!r} is no choice of {field.key!r}; there are: {', '.join(known)}.")
    return literal


def _number(field: Field, literal: str) -> float:
    """Money is compared in yuan in the workbook, in fen in a condition."""
    try:
        number = float(literal)
    except ValueError:
        raise Unclear(f"“{field.key}”是数字，不能和“{literal}”相比。",
                      f"{field.key!r} is a number and cannot be compared with {literal!r}.") from None
    number = round(number * 100) if field.type is FieldType.MONEY else number
    return int(number) if float(number).is_integer() else number
