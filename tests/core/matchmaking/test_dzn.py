"""The literature's files: what they say, and what is said of damaged ones."""

import pytest

from duijie.domain.errors import Invalid
from duijie.matchmaking.dzn import problem_from_dzn

FILE = """nBusiness = 3; nMeetings = 3; nTables = 1; % a remark
nTotalSlots = 4; nMorningSlots = 2;
requested = [|1, 2,1,
|1, 3,3,
|2, 3,2, |];
meetingsxBusiness = [{1,2}];
forbidden = [{0}, {0,2}, {}];
fixed = [1,0,0];
precedences = [{}, {1}, {}];
"""


def test_a_file_is_read_as_a_problem() -> None:
    problem = problem_from_dzn(FILE, fairness=1)
    first, second, third = problem.requests
    assert (first.parties, first.slot, first.within) == (("p1", "p2"), 0, frozenset({0, 1}))
    assert (second.within, third.within) == (frozenset(range(4)), frozenset({2, 3}))
    assert [sorted(p.away) for p in problem.parties] == [[], [1], []]
    assert [(o.first, o.then) for o in problem.order] == [("m1", "m2")]
    assert (problem.tables, problem.slots, problem.fair, problem.complete) == (1, 4, 1, True)


@pytest.mark.parametrize(("old", "new"), [
    ("nTables = 1;", ""), ("nMeetings = 3", "nMeetings = 4"), ("1, 2,1", "1, 2"), ("1, 2,1", "1, 2,7"), ("1, 2,1", "1, 9,1"),
    ("1, 2,1", "1, x,1"), ("fixed = [1,", "fixed = [9,"), ("{0,2}", "{0,12}"), ("{1}", "{8}"), ("requested", "wanted"),
])
def test_a_damaged_file_is_refused_in_words(old: str, new: str) -> None:
    with pytest.raises(Invalid) as caught:
        problem_from_dzn(FILE.replace(old, new))
    assert caught.value.message.zh != caught.value.message.en
