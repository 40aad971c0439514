"""The history, for auditors: read, filtered, exported, never changed."""

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.events import sentence
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import history
from duijie.web.access import only
from duijie.web.admin.asked import day_of, page_number
from duijie.web.admin.blueprint import admin
from duijie.web.work import read, write


@admin.get("/history", endpoint="history")
@only(Role.AUDITOR)
def history_page() -> ResponseReturnValue:
    """Who did what to which record, when, from where; newest first."""
    wanted = _wanted(request.args.to_dict())
    with read() as work:
        entries, pages = history.page(work, wanted, page_number())
    return render_template(
        "admin/history.html",
        entries=entries,
        pages=pages,
        number=page_number(),
        wanted=wanted,
        kinds=_kinds(),
        about=history.ABOUT,
        actors=history.ACTORS,
    )


@admin.post("/history/export")
@only(Role.AUDITOR)
def export_history() -> ResponseReturnValue:
    """All that the filter shows as a CSV file; the export itself is written into the history."""
    with write() as work:
        content = history.as_csv(work, _wanted(request.form.to_dict()), g.language)
        name = f"duijie-history-{work.today.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="text/csv", headers=headers)


def _kinds() -> dict[str, list[tuple[str, T]]]:
    """Every kind of entry with its sentence, its places left open, by the sort of record."""
    by_record = history.kinds().items()
    return {about: [(kind, sentence(kind, {})) for kind in kinds] for about, kinds in by_record}


def _wanted(values: dict[str, str]) -> history.Filter:
    return history.Filter(
        kind=values.get("kind", "")[:60],
        actor=values.get("actor", "").strip()[:100],
        since=day_of(values, "since"),
        until=day_of(values, "until"),
    )
