"""How good the suggestions were."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import acceptance
from duijie.services.figures import Rate
from duijie.services.plugins import listing
from duijie.web.access import of_departments, only
from duijie.web.admin.blueprint import admin
from duijie.web.work import read

WIDTH, HEIGHT, LEFT = 1040, 220, 50  # the picture, in its own units


@admin.get("/suggestions")
@only(Role.AREA_ADMIN, Role.SYSTEM_ADMIN)
@of_departments
def suggestions() -> ResponseReturnValue:
    """How often they were accepted, by department and month, what is mixed up, and what has been learned."""
    group = request.args.get("group", "")
    with read() as work:
        report = acceptance.report(work, group)
        memories = acceptance.memories_of(work)
        return render_template(
            "admin/suggestions.html", report=report, group=group, groups=[p.group for p in work.office.groups],
            memories=memories, plugins=listing.titles(work, {m.plugin for m in memories}), percent=percent,
            points=points(report), width=WIDTH, height=HEIGHT, left=LEFT,
            group_of=lambda key: parts.group.name if (parts := work.parts(key)) else T.same(key),
        )  # fmt: skip


def points(report: acceptance.Report) -> list[tuple[float, float]]:
    """Where each month's share of accepted first suggestions stands in the picture."""
    months = report.by_month
    step = (WIDTH - LEFT - 20) / max(1, len(months) - 1)
    return [
        (round(LEFT + step * at, 1), round(10 + (HEIGHT - 40) * (1 - (one.first.value or 0)), 1))
        for at, (_, one) in enumerate(months)
    ]


def percent(rate: Rate) -> str:
    """85.7% or – when there is nothing to count."""
    return "–" if rate.value is None else f"{rate.value * 100:.1f}%".replace(".0%", "%")
