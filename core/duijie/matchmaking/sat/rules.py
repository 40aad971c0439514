"""Which problems the SAT encodings express."""

from dataclasses import replace

from duijie.matchmaking.values import BREAKS_ONLY, Problem


def suits(problem: Problem) -> bool:
    """Everything must be placed, talks take one slot each, nobody walks, and nothing but breaks costs points."""
    plain = all(r.length == 1 for r in problem.requests) and not problem.ways and not problem.nights_after
    return problem.complete and plain and problem.weights.breaks == 1 and _only_breaks(problem)


def _only_breaks(problem: Problem) -> bool:
    """Whether each weight is 0 or of a wish that nobody has (what is left out does not count: all is placed)."""
    w = problem.weights
    wishes = {"wished": any(r.wished for r in problem.requests), "staff": any(r.staff for r in problem.requests),
              "unwelcome": any(p.unwelcome for p in problem.parties), "urgent": any(r.priority for r in problem.requests)}
    rest = replace(w, unheard=0, waited=0, first=0, days=0, moved=0, **{k: 0 for k, used in wishes.items() if not used})
    return rest == replace(BREAKS_ONLY, breaks=w.breaks)
