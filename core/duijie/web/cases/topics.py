"""Topics that recur in the coordinator's areas, month by month."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import recurring
from duijie.web.access import only
from duijie.web.cases.blueprint import cases
from duijie.web.cases.inbox import choices
from duijie.web.work import read

ROW, NAME, CELL = 34, 440, 86  # the picture's row height, name width and width of a month, in its own units


@cases.get("/topics")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def topics() -> ResponseReturnValue:
    """What several people brought, with a picture of it and the table behind it."""
    area, group = request.args.get("area", type=int), request.args.get("group", "")
    with read() as work:
        found = recurring.topics(work, area, group)
        most = max((n for topic in found for n in topic.by_month), default=1)
        return render_template(
            "cases/topics.html", topics=found, months=recurring.months(work), most=most, area=area, group=group,
            row=ROW, name_width=NAME, cell=CELL, width=NAME + CELL * (recurring.MONTHS + 1), height=ROW * (len(found) + 1),
            group_of=lambda key: parts.group.name if (parts := work.parts(key)) else T.same(key), **choices(work),
        )  # fmt: skip
