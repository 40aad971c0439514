"""The start page."""

from flask import render_template
from flask.typing import ResponseReturnValue

from duijie.web.access import anyone
from duijie.web.public.blueprint import public
from duijie.web.work import office


@public.get("/")
@anyone
def home() -> ResponseReturnValue:
    """What this is, and the ways in: file, track, sign in."""
    return render_template("public/home.html", groups=[parts.group for parts in office().groups])
