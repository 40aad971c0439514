"""The start page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.services import filing
from duijie.web.access import anyone
from duijie.web.public.blueprint import public
from duijie.web.work import read


@public.get("/")
@anyone
def home() -> ResponseReturnValue:
    """What this is, and the ways in: file, track, sign in."""
    with read() as work:
        groups = [parts.group for parts in filing.open_groups(work)]
        return render_template("public/home.html", groups=groups, installed=len(work.office.groups))
