"""Why not everything fits: the collision is real, minimal, told in words, and each change offered undoes it."""

from dataclasses import replace

from drawn_meetings import meetings
from hypothesis import given, settings

from duijie.matchmaking.collisions import explain
from duijie.matchmaking.values import Before, Desk, Party, Problem, Request

WATER, POWER = Desk("w", name="自来水公司"), Desk("p", name="供电公司")
A, B = Party("a", name="甲公司"), Party("b", name="乙公司")


def test_what_fits_needs_no_explanation() -> None:
    assert explain(Problem(2, (WATER,), (A,), (Request("r", "a", ("w",)),))) is None


def test_a_desk_asked_for_more_than_it_holds() -> None:
    problem = Problem(1, (WATER, POWER), (A, B), (Request("r", "a", ("w",)), Request("s", "b", ("w",))))
    found = explain(problem)
    assert found is not None
    assert found.text.zh == "席位“自来水公司”：2 场对接只能排在第 1 时段，那里最多容纳 1 场。"
    assert {limit.key for limit in found.limits} == {"r", "s", "w"}
    assert found.relaxations[0].text.en == "one more representative at desk “自来水公司”"
    assert all(explain(relaxation.problem) is None for relaxation in found.relaxations)


def test_a_requester_with_too_little_time() -> None:
    late = replace(A, away=frozenset({0}))
    found = explain(Problem(2, (WATER, POWER), (late,), (Request("r", "a", ("w",)), Request("s", "a", ("p",)))))
    assert found is not None
    assert "“甲公司”：2 场对接只能排在第 2 时段" in found.text.zh
    assert explain(found.relaxations[0].problem) is None


def test_limits_that_only_together_collide() -> None:
    problem = Problem(2, (WATER, POWER), (A, B), (
        Request("r", "a", ("w",), slot=1), Request("s", "a", ("p",)), Request("t", "b", ("p",))), order=(Before("r", "s"),))
    found = explain(problem)
    assert found is not None
    assert {(limit.kind, limit.key) for limit in found.limits} == {
        ("request", "r"), ("request", "s"), ("lock", "r"), ("order", "r<s")}
    assert "“甲公司”在席位“自来水公司”的对接锁定在第 2 时段" in found.text.zh
    assert len(found.relaxations) == 4
    assert all(explain(relaxation.problem) is None for relaxation in found.relaxations)


@settings(max_examples=80, deadline=None, database=None)
@given(meetings())
def test_whatever_does_not_fit_is_explained_in_both_languages(problem: Problem) -> None:
    problem = replace(problem, ways=())
    found = explain(problem)
    if found is not None:
        assert found.limits
        assert all(limit.text.zh and limit.text.en for limit in found.limits)
        assert all(relaxation.problem != problem for relaxation in found.relaxations)
