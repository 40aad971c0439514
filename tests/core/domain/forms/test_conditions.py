import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duijie.domain.forms.conditions import (
    OPERATORS,
    condition_as_json,
    condition_from_json,
    holds,
    named_fields,
    row_scope,
)
from duijie.domain.forms.values import (
    Condition,
    all_of,
    any_of,
    eq,
    filled,
    ge,
    has,
    is_in,
    lt,
    ne,
    negate,
)

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "condition_vectors.json").read_text(encoding="utf-8")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("vector", VECTORS, ids=[v["why"] for v in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    tree = vector["condition"]
    condition = None if tree is None else condition_from_json(tree)
    answers = vector["answers"]
    if "row" in vector:  # the condition stands inside a repeat, which asks ``keys``
        answers = row_scope(answers, vector["row"], vector["keys"])
    assert holds(condition, answers) is vector["expected"]


def test_the_vectors_cover_every_operator() -> None:
    used = {v["condition"]["op"] for v in VECTORS if v["condition"]}
    assert used >= OPERATORS


def conditions() -> st.SearchStrategy[Condition]:
    leaves = st.builds(
        Condition,
        st.sampled_from([*sorted(OPERATORS), "?"]),
        st.sampled_from("abc"),
        JSON,
    )
    return st.recursive(
        leaves,
        lambda inner: st.builds(
            lambda op, parts: Condition(op, parts=tuple(parts)),
            st.sampled_from(["and", "or", "not"]),
            st.lists(inner, max_size=3),
        ),
        max_leaves=6,
    )


@given(conditions(), st.dictionaries(st.sampled_from("abc"), JSON))
def test_no_answer_makes_it_raise(condition: Condition, answers: dict[str, Any]) -> None:
    assert holds(condition, answers) is not holds(negate(condition), answers)


def test_a_number_too_large_for_the_browser_is_missing() -> None:
    assert not holds(ge("n", 0), {"n": 10**400})
    assert not holds(filled("n"), {"n": 10**400})


def test_a_tree_survives_json() -> None:
    tree = all_of(
        eq("a", "x"), any_of(ne("b", 2), is_in("c", "x", "y"), has("d", "z")), negate(ge("e", 1.5)),
        lt("f", 0), filled("g"), eq("h", False),
    )
    assert condition_from_json(json.loads(json.dumps(condition_as_json(tree)))) == tree
    assert named_fields(tree) == set("abcdefgh")
