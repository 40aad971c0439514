"""What a hook may answer: the type its specification promises, and no more of it than anybody can use."""

from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints

from duijie.hooks.lint import HOOKS

MOST_ITEMS: Final = 1000


def _expected(hook: str) -> tuple[bool, type]:
    """(whether it is a list, the type of one item)."""
    said = get_type_hints(HOOKS[hook])["return"]
    return (True, get_args(said)[0]) if get_origin(said) is list else (False, said)


_ANSWERS: Final = {hook: _expected(hook) for hook in HOOKS}
EXPECTED: Final = {hook: kind for hook, (_, kind) in _ANSWERS.items()}
"""What each hook answers, or a list of it."""


def answer_problem(hook: str, answer: Any) -> str | None:
    """What is wrong with the shape of an answer, or None. Single items of a list are checked by whoever takes them."""
    expected = _ANSWERS.get(hook)
    if expected is None or answer is None:
        return None
    many, kind = expected
    if many:
        if not isinstance(answer, (list, tuple)):
            return None if isinstance(answer, kind) else f"answered {type(answer).__name__}, expected a list of {kind.__name__}"
        return f"answered {len(answer)} items; at most {MOST_ITEMS}" if len(answer) > MOST_ITEMS else None
    if kind is NoneType or isinstance(answer, kind):
        return None
    return f"answered {type(answer).__name__}, expected {kind.__name__}"
