"""The three rates, by department."""

from dataclasses import dataclass
from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import figures, metrics
from duijie.services.figures import Figures, Rate
from duijie.web.access import only
from duijie.web.cases import filters
from duijie.web.cases.blueprint import cases
from duijie.web.work import read

ROW: Final = 34  # height of a department in the picture
NAME: Final = 230  # width of its name
BAR: Final = 150  # width of a full bar
GAP: Final = 62  # between one rate's bars and the next, for the number

RATES: Final = (
    ("response", T("响应率", en="Response")),
    ("resolution", T("解决率", en="Resolution")),
    ("satisfaction", T("满意率", en="Satisfaction")),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: where it stands, how long it is of `BAR`, and the number beside it."""

    x: int
    y: int
    length: float
    rate: Rate
    key: str


@cases.get("/figures", endpoint="figures")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def figures_page() -> ResponseReturnValue:
    """Response, resolution and satisfaction, with how they are counted."""
    with read() as work:
        wanted = filters.wanted(work)
        own = figures.by_department(work, wanted)
        return render_template(
            "cases/figures.html", figures=own, whole=figures.together(own), bars=bars(own), rates=RATES,
            explained=figures.EXPLAINED, row=ROW, name_width=NAME, bar_width=BAR, step=BAR + GAP,
            width=NAME + 3 * (BAR + GAP), height=ROW * (len(own) + 1), percent=percent,
            metrics=metrics.by_group(work, wanted), how=metrics.HOW, **filters.offered(work),
        )  # fmt: skip


def bars(own: list[Figures]) -> list[Bar]:
    """Three bars for each department, under each other by department and side by side by rate."""
    return [
        Bar(NAME + at * (BAR + GAP), ROW * (line + 1), round(BAR * (rate.value or 0), 1), rate, key)
        for line, one in enumerate(own)
        for at, (key, _) in enumerate(RATES)
        for rate in [getattr(one, key)]
    ]


def percent(rate: Rate) -> str:
    """85.7% or – when there is nothing to count."""
    return "–" if rate.value is None else f"{rate.value * 100:.1f}%".replace(".0%", "%")
