"""Choosing the area in which a case is filed."""

from itertools import groupby

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.services import areas, filing
from duijie.web.access import anyone
from duijie.web.submit.blueprint import submit
from duijie.web.work import read


@submit.get("/<group>")
@anyone
def choose(group: str) -> ResponseReturnValue:
    """The areas that a group serves, by kind."""
    with read() as work:
        parts = work.parts(group)
        if parts is None:
            raise NotFound
        found = filing.areas_of(work, parts)
        names = areas.kinds(work)
        kinds = [(names.get(kind), list(some)) for kind, some in groupby(found, key=lambda area: area.kind)]
        return render_template("submit/choose.html", group=parts.group, kinds=kinds, total=len(found),
                               switched_off=not found and bool(areas.all_of(work)))
