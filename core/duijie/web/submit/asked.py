"""Whether somebody asked this before: while one types, or as a page of its own without scripts. Nothing typed is kept."""

from datetime import timedelta
from typing import Any

from flask import g, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.errors import TooMany
from duijie.services import asked, filing
from duijie.services.asked import Asked
from duijie.web import limits
from duijie.web.access import anyone
from duijie.web.display import day
from duijie.web.submit.blueprint import submit
from duijie.web.work import read

LOOKS = 120           # in ten minutes from one address
MOST_ANSWER = 600     # characters of an answer that are shown


@submit.get("/<group>/<area>/asked")
@anyone
def asked_before(group: str, area: str) -> ResponseReturnValue:
    """A box to ask in."""
    return _page(group, area)


@submit.post("/<group>/<area>/asked")
@anyone
def ask_before(group: str, area: str) -> ResponseReturnValue:
    """Answers that fit what was typed, as a page or, where a script asks, as JSON."""
    scripted = request.accept_mimetypes.best == "application/json"
    try:
        limits.count("asked", LOOKS, timedelta(minutes=10))
    except TooMany as error:
        if scripted:
            return jsonify(found=[]), 429, {"Retry-After": str(error.retry_after)}
        raise
    typed = request.form.get("typed", "")[: asked.MOST_TYPED]
    if not scripted:
        return _page(group, area, typed)
    with read() as work:
        filing.place(work, group, area)
        return jsonify(found=[_told(one) for one in asked.before(work, group, typed)])


def _page(group: str, area: str, typed: str | None = None) -> str:
    with read() as work:
        parts, place = filing.place(work, group, area)
        found = asked.before(work, group, typed or "")
        return render_template("submit/asked.html", group=parts.group, area=place, typed=typed, found=found)


def _told(one: Asked) -> dict[str, Any]:
    """What the script shows: only words that were made public."""
    return {
        "question": one.question, "answer": one.answer[:MOST_ANSWER], "legal_basis": one.legal_basis,
        "department": one.department.to(g.language), "on": day(one.on), "kept": one.kind == "kept",
    }  # fmt: skip
