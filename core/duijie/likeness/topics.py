"""Groups of cases about one problem, made as the cases arrive."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Final

from duijie.likeness.index import Match, Similar

JOINS: Final = 0.1       # likeness from which a case belongs to a topic
WITNESSES: Final = 3     # cases of a topic that are asked whether a new one belongs


class Grouping:
    """An index whose cases stand in groups. Each case joins the group whose nearest cases are like it enough."""

    def __init__(self, joins: float = JOINS) -> None:
        self.index = Similar()
        self.groups: list[list[Hashable]] = []
        self._group_of: dict[Hashable, int] = {}
        self._joins = joins

    def add(self, key: Hashable, title: str, text: str) -> None:
        """Put a case in; one that is in already stays as it is."""
        if key in self._group_of:
            return
        group = self._nearest(self.index.nearest(title, text, 4 * WITNESSES))
        if group is None:
            group = len(self.groups)
            self.groups.append([])
        self.groups[group].append(key)
        self._group_of[key] = group
        self.index.add(key, title, text)

    def with_(self, key: Hashable) -> list[Hashable]:
        """The cases of the group that ``key`` stands in, in order of arrival, itself among them."""
        group = self._group_of.get(key)
        return [] if group is None else self.groups[group]

    def _nearest(self, near: Iterable[Match]) -> int | None:
        witnesses: defaultdict[int, list[float]] = defaultdict(list)
        for match in near:
            witnesses[self._group_of[match.key]].append(match.likeness)
        agreed = {
            group: sum(likenesses[:WITNESSES]) / min(WITNESSES, len(self.groups[group]))
            for group, likenesses in witnesses.items()
        }
        best = max(agreed, key=agreed.__getitem__, default=None)
        return best if best is not None and agreed[best] >= self._joins else None


def topics(cases: Iterable[tuple[Hashable, str, str]], *, joins: float = JOINS) -> list[list[Hashable]]:
    """Groups of cases (key, title, text) about one problem, in order of arrival; a case alone is a group of one."""
    grouping = Grouping(joins)
    for key, title, text in cases:
        grouping.add(key, title, text)
    return grouping.groups
