"""A problem survives being written and read; a damaged file is refused in words."""

import json
from typing import Any

import pytest

from duijie.domain.errors import Invalid
from duijie.matchmaking.exchange import as_json, problem_from_json
from duijie.matchmaking.values import Desk, Party, Problem, Request

PROBLEM = Problem(
    4, (Desk("d", 3, frozenset({0}), "自来水公司"), Desk("e")), (Party("a", frozenset({2, 3}), "甲公司"),),
    (Request("r", "a", ("d", "e"), 2, 1, 1), Request("s", "a", ("e",))), frozenset({1}))


def written() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(as_json(PROBLEM)))
    return data


def test_what_is_written_is_read_back() -> None:
    assert problem_from_json(written()) == PROBLEM


def test_usual_values_may_be_left_out() -> None:
    data = {"format": "duijie-timetable", "version": 1, "slots": 2, "desks": [{"key": "d"}],
            "parties": [{"key": "a"}], "requests": [{"key": "r", "party": "a", "desks": ["d"]}]}
    assert problem_from_json(data) == Problem(2, (Desk("d"),), (Party("a"),), (Request("r", "a", ("d",)),))


@pytest.mark.parametrize(("change", "field"), [
    ({"format": "other"}, "format"),
    ({"version": 3}, "version"),
    ({"slots": "4"}, ""),
    ({"slots": True}, ""),
    ({"desks": None}, ""),
    ({"desks": [{}]}, ""),
    ({"parties": ["a"]}, ""),
    ({"requests": [{"key": "r", "party": "a", "desks": "d"}]}, ""),
    ({"requests": [{"key": 1, "party": "a", "desks": ["d"]}]}, ""),
    ({"breaks_after": [9]}, "breaks_after"),
])
def test_a_damaged_file_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        problem_from_json(written() | change)
    assert caught.value.problems[0].field == field


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(Invalid):
        problem_from_json([])  # type: ignore[arg-type]
