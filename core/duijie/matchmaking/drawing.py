"""Draws a timetable: a row for each desk's representative (or each party, where there are no desks), a column for each slot.

The squares of one requester carry the same shade, and those who wait between two talks are marked. Without names of
requesters: it shows how full the room is and where somebody waits, nothing else.
"""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from duijie.matchmaking.check import breaks
from duijie.matchmaking.values import Problem, Request

CELL, LEFT, TOP = 14, 60, 40
SHADES = ("#2f7d5f", "#4f9a7c", "#76b598", "#35618f", "#5b86b3", "#86a9cd", "#8a6d3b", "#b08f58")
WAITS, FREE, LINE = "#c2553a", "#eef2f0", "#b8c4bf"


def svg(title: str, problem: Problem, slots: Mapping[str, int]) -> str:
    """The picture as the text of an SVG file; a square is 14 px, and whoever waits is red."""
    rows = [(desk.key, seat) for desk in problem.desks for seat in range(desk.capacity)]
    rows = rows or [(party.key, 0) for party in problem.parties]
    width, height = LEFT + CELL * problem.slots + 20, TOP + CELL * len(rows) + 40
    waiting = {party for party, count in breaks(problem, slots).items() if count}
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
             f'font-family="sans-serif" font-size="10"><title>{escape(title)}</title>'
             f'<rect width="{width}" height="{height}" fill="#fff"/><text x="8" y="18" font-size="12">{escape(title)}</text>']
    for n, (desk, seat) in enumerate(rows):
        label = f'<text x="8" y="{TOP + CELL * n + 11}" fill="#555">{escape(desk)}</text>' if not seat else ""
        parts.append(f'{label}<rect x="{LEFT}" y="{TOP + CELL * n + 1}" width="{CELL * problem.slots}" height="{CELL - 2}" '
                     f'fill="{FREE}"/>')
    for row, request in _seated(problem, slots, rows):
        shade = WAITS if request.party in waiting else SHADES[_shade(request.party)]
        parts.append(f'<rect x="{LEFT + CELL * slots[request.key] + 1}" y="{TOP + CELL * row + 1}" '
                     f'width="{CELL * request.length - 2}" height="{CELL - 2}" rx="2" fill="{shade}"/>')
    for after in sorted(problem.breaks_after):
        x = LEFT + CELL * (after + 1)
        parts.append(f'<line x1="{x}" x2="{x}" y1="{TOP - 4}" y2="{height - 36}" stroke="{LINE}" stroke-width="2"/>')
    parts.append(f'<text x="8" y="{height - 12}" fill="#555">已排 {len(slots)}/{len(problem.requests)} 场，'
                 f'{len(waiting)} 家中间等待 · talks placed, requesters who wait in between</text></svg>')
    return "\n".join(parts)


def _shade(text: str) -> int:
    """The same in every run, unlike `hash`."""
    return sum(ord(c) * (n + 7) for n, c in enumerate(text)) % len(SHADES)


def _seated(problem: Problem, slots: Mapping[str, int], rows: list[tuple[str, int]]) -> Iterator[tuple[int, Request]]:
    """Each talk at a free representative of each of its desks, or in the row of each of its parties."""
    number, until = {row: n for n, row in enumerate(rows)}, dict.fromkeys(rows, 0)
    for request in sorted((r for r in problem.requests if r.key in slots), key=lambda r: slots[r.key]):
        for desk in request.desks or request.parties:
            free = [row for row in rows if row[0] == desk and until[row] <= slots[request.key]]
            if free:
                until[free[0]] = slots[request.key] + request.length
                yield number[free[0]], request
