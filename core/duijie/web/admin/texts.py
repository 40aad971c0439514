"""The texts of messages in the administrator's own words."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Invalid, Problem
from duijie.domain.forms.reading import clean
from duijie.domain.message_texts import PLACES
from duijie.domain.text import T
from duijie.services import message_texts
from duijie.web.access import of_departments, only
from duijie.web.admin.blueprint import admin
from duijie.web.admin.channels import ADMINS
from duijie.web.work import notice, read, write


@admin.get("/texts", endpoint="texts")
@only(*ADMINS)
@of_departments
def texts_page() -> ResponseReturnValue:
    """Every kind of message, and which have words of their own."""
    with read() as work:
        return render_template("admin/texts.html", kinds=message_texts.all_of(work))


@admin.get("/texts/<text>")
@only(*ADMINS)
@of_departments
def message_text(text: str) -> ResponseReturnValue:
    """One, with an example."""
    with read() as work:
        kind = message_texts.one(work, text)
    return _page(text, kind.subject, kind.body)


@admin.post("/texts/<text>")
@only(*ADMINS)
@of_departments
def change_text(text: str) -> ResponseReturnValue:
    """Save it, look at it first, or go back to duijie's own words."""
    subject, body = (T(clean(request.form.get(f"{part}_zh", ""), lines=part == "body"),
                       en=clean(request.form.get(f"{part}_en", ""), lines=part == "body")) for part in ("subject", "body"))
    if "look" in request.form:
        return _page(text, subject, body)
    try:
        with write() as work:
            if "restore" in request.form:
                message_texts.restore(work, text)
            else:
                message_texts.change(work, text, subject, body)
    except Invalid as error:
        return _page(text, subject, body, error.problems), 422
    notice(T("已保存，从下一条消息起使用。", en="Saved: the next message reads so."))
    return redirect(url_for("admin.message_text", text=text))


def _page(key: str, subject: T, body: T, problems: tuple[Problem, ...] = ()) -> str:
    with read() as work:
        kind, shown = message_texts.one(work, key), None
        if not problems:
            try:
                shown = message_texts.preview(work, key, subject, body)
            except Invalid as error:
                problems = error.problems
        return render_template("admin/text.html", kind=kind, subject=subject, body=body, problems=problems, shown=shown,
                               places=PLACES)  # fmt: skip
