"""What a problem refuses, and what its values say."""

from dataclasses import replace

import pytest

from duijie.domain.errors import Invalid
from duijie.matchmaking.grid import worth
from duijie.matchmaking.results import Status
from duijie.matchmaking.validate import validate
from duijie.matchmaking.values import Desk, Party, Problem, Request

GOOD = Problem(3, (Desk("d"), Desk("e")), (Party("a"),), (Request("r", "a", ("d",)),), frozenset({1}))
TALK = GOOD.requests[0]

WRONG: dict[str, tuple[Problem, str, str]] = {
    "negative time": (Problem(-1, (), (), ()), "slots", "cannot be negative"),
    "two desks of one key": (replace(GOOD, desks=(Desk("d"), Desk("d"))), "desks", "listed 2 times"),
    "two parties of one key": (replace(GOOD, parties=(Party("a"), Party("a"))), "parties", "listed 2 times"),
    "two requests of one key": (replace(GOOD, requests=(TALK, TALK)), "requests", "listed 2 times"),
    "negative staff": (replace(GOOD, desks=(Desk("d", -1),)), "desks", "fewer than 0"),
    "closed out of range": (replace(GOOD, desks=(Desk("d", closed=frozenset({3})),)),
                            "desks", "names slot 4"),
    "away out of range": (replace(GOOD, parties=(Party("a", frozenset({-1})),)), "parties", "names slot 0"),
    "break out of range": (replace(GOOD, breaks_after=frozenset({7})), "breaks_after", "names slot 8"),
    "unknown party": (replace(GOOD, requests=(replace(TALK, party="x"),)), "requests", "who is not listed"),
    "unknown desk": (replace(GOOD, requests=(replace(TALK, desks=("x",)),)), "requests", "does not exist"),
    "no desk": (replace(GOOD, requests=(replace(TALK, desks=()),)), "requests", "at least one desk"),
    "a desk twice": (replace(GOOD, requests=(replace(TALK, desks=("d", "d")),)),
                     "requests", "each named once"),
    "no length": (replace(GOOD, requests=(replace(TALK, length=0),)), "requests", "at least 1 slot"),
    "priority below": (replace(GOOD, requests=(replace(TALK, priority=-1),)),
                       "requests", "must be from 0 to 9"),
    "priority above": (replace(GOOD, requests=(replace(TALK, priority=10),)),
                       "requests", "must be from 0 to 9"),
    "lock out of range": (replace(GOOD, requests=(replace(TALK, slot=3),)), "requests", "locked to slot 4"),
}


def test_a_sensible_problem_is_taken() -> None:
    validate(GOOD)
    validate(replace(GOOD, requests=(replace(TALK, length=9, slot=2, priority=9),)))


@pytest.mark.parametrize("name", WRONG)
def test_a_contradiction_names_its_field_in_both_languages(name: str) -> None:
    problem, field, words = WRONG[name]
    with pytest.raises(Invalid) as caught:
        validate(problem)
    assert any(fault.field == field and words in fault.message.en for fault in caught.value.problems)
    assert all(fault.message.zh and fault.message.zh != fault.message.en for fault in caught.value.problems)


def test_all_contradictions_are_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        validate(replace(GOOD, requests=(replace(TALK, party="x", length=0),), breaks_after=frozenset({9})))
    assert len(caught.value.problems) == 3


def test_a_step_of_priority_weighs_ten_requests() -> None:
    assert [worth(GOOD, replace(TALK, priority=p)) for p in (0, 1, 2)] == [1000, 10_000, 100_000]


def test_labels_fall_back_to_keys() -> None:
    assert (Desk("d").label, Desk("d", name="席位").label, Party("a").label) == ("d", "席位", "a")
    assert len({status.label.zh for status in Status}) == 4
