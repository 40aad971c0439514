"""Following a case by its tracking code or by the link of a mail: look, add, rate, reopen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Invalid, NotFound, Problem
from duijie.domain.roles import Actor, requester
from duijie.domain.text import T
from duijie.services import hearing, public_case, questions, uploads
from duijie.services import tracking as service
from duijie.services.work import Work
from duijie.web import downloads, limits
from duijie.web.access import anyone
from duijie.web.display import days_left
from duijie.web.errors import status_of
from duijie.web.public.blueprint import public
from duijie.web.receiving import bounds, draft_of_request, receive, signed, uploaded
from duijie.web.work import notice, read, write

if TYPE_CHECKING:
    from duijie.storage.models import Case

TRIES = 20
WINDOW = timedelta(minutes=10)
STARS = (
    (5, T("非常满意", en="Very satisfied")),
    (4, T("满意", en="Satisfied")),
    (3, T("基本满意", en="It will do")),
    (2, T("不满意", en="Not satisfied")),
    (1, T("很不满意", en="Not at all satisfied")),
)


@dataclass(frozen=True)
class _Sent:
    """What came with a form that could not be taken: its draft, its files, what is wrong, which form."""

    draft: str
    kept: dict[str, list[str]] = field(default_factory=lambda: {"files": []})
    problems: Sequence[Problem] = ()
    act: str = ""


@public.get("/track")
@anyone
def track() -> ResponseReturnValue:
    """Enter the code."""
    return render_template("public/track.html", code="", problem=None)


@public.post("/track")
@anyone
def find() -> ResponseReturnValue:
    """Go to the case of the code that was typed."""
    typed = request.form.get("code", "")
    try:
        with _door(), read() as work:
            service.by_code(work, typed)
    except NotFound as error:
        return _unknown(typed, error), 404
    return redirect(url_for("public.case", code=service.normal(typed)))


@public.get("/t/<code>")
@public.get("/t/link/<token>")
@anyone
def case(code: str = "", token: str = "") -> ResponseReturnValue:
    """How a case stands."""
    try:
        with _door(), read() as work:
            return _page(work, _opened(work, code, token), _Sent(uploads.new_draft()))
    except NotFound as error:
        return _unknown(code, error), 404


@public.get("/t/<code>/file/<name>")
@public.get("/t/link/<token>/file/<name>")
@anyone
def file(name: str, code: str = "", token: str = "") -> ResponseReturnValue:
    """A file that the requester sent."""
    with _door(), read() as work:
        return downloads.send(work, uploads.of_case(work, _opened(work, code, token), name))


@public.post("/t/<code>/add")
@public.post("/t/link/<token>/add")
@anyone
def add(code: str = "", token: str = "") -> ResponseReturnValue:
    """Add something, in words or files."""
    with _door(), read() as work:
        _opened(work, code, token)
    draft, kept = draft_of_request(), {"files": _kept()}
    problems = receive(draft, kept)
    try:
        if problems:
            raise Invalid(*problems)
        with write(_holder()) as work:
            found = _opened(work, code, token)
            hearing.add(work, found, request.form.get("text", ""), draft, kept["files"])
    except DuijieError as error:
        return _refused(code, token, _Sent(draft, kept, _problems(error), "add"), error)
    notice(T("已补充，经办部门会看到。", en="Added. Whoever handles the case will see it."))
    return _back(code, token)


@public.post("/t/<code>/rate")
@public.post("/t/link/<token>/rate")
@anyone
def rate(code: str = "", token: str = "") -> ResponseReturnValue:
    """Rate the reply."""
    stars = request.form.get("stars", 0, type=int)
    try:
        with _door(), write(_holder()) as work:
            found = _opened(work, code, token)
            hearing.rate(work, found, stars, request.form.get("comment", ""))
            bad = stars <= hearing.bad_from(work, found)
    except DuijieError as error:
        return _refused(code, token, _Sent(uploads.new_draft(), problems=_problems(error), act="rate"), error)
    if bad:
        notice(T("谢谢您如实评价。我们接着办，进展会显示在这里。",
                 en="Thank you for saying so. We go on with it; you will see the progress here."))
    else:
        notice(T("谢谢您的评价，诉求已办结。", en="Thank you for your rating. The case is closed."))
    return _back(code, token)


@public.post("/t/<code>/reopen")
@public.post("/t/link/<token>/reopen")
@anyone
def reopen(code: str = "", token: str = "") -> ResponseReturnValue:
    """Ask for the case to be taken up again."""
    try:
        with _door(), write(_holder()) as work:
            hearing.reopen(work, _opened(work, code, token), request.form.get("reason", ""))
    except DuijieError as error:
        sent = _Sent(uploads.new_draft(), problems=_problems(error), act="reopen")
        return _refused(code, token, sent, error)
    notice(T("已申请，经办人员会重新办理。", en="Your request is in; the case is taken up again."))
    return _back(code, token)


@public.post("/t/<code>/answer/<int:question_id>")
@public.post("/t/link/<token>/answer/<int:question_id>")
@anyone
def answer(question_id: int, code: str = "", token: str = "") -> ResponseReturnValue:
    """Answer what a department asked."""
    try:
        with _door(), write(_holder()) as work:
            questions.answer(work, _opened(work, code, token), question_id, request.form.get("answer", ""))
    except DuijieError as error:
        return _refused(code, token, _Sent(uploads.new_draft(), problems=_problems(error), act="answer"), error)
    notice(T("谢谢，经办部门已收到您的回答，办理期限继续计算。",
             en="Thank you: the department has your answer, and the deadline runs on."))
    return _back(code, token)


@contextmanager
def _door() -> Iterator[None]:
    """Lets 20 wrong codes in ten minutes in from one address; those who know their code are not counted."""
    limits.check("track", TRIES, WINDOW)
    try:
        yield
    except NotFound:
        limits.count("track", TRIES, WINDOW)
        raise


def _holder() -> Actor:
    """Whoever holds the code acts as the requester, also in a browser in which somebody is signed in."""
    return requester("", request.remote_addr or "")


def _opened(work: Work, code: str, token: str) -> "Case":
    return service.by_link(work, token) if token else service.by_code(work, code)


def _key() -> dict[str, str]:
    given = request.view_args or {}
    return {name: given[name] for name in ("code", "token") if name in given}


def _back(code: str, token: str) -> ResponseReturnValue:
    return redirect(url_for("public.case", token=token) if token else url_for("public.case", code=code))


def _kept() -> list[str]:
    removed = request.form.getlist("files.removed")
    return [one for one in dict.fromkeys(request.form.getlist("files.kept")) if one not in removed]


def _problems(error: DuijieError) -> Sequence[Problem]:
    return error.problems if isinstance(error, Invalid) else [Problem("", error.message)]


def _refused(code: str, token: str, sent: _Sent, error: DuijieError) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        raise error
    with read() as work:
        return _page(work, _opened(work, code, token), sent), status_of(error)


def _page(work: Work, found: "Case", sent: _Sent) -> str:
    parts, view = work.parts(found.group_key), public_case.view(work, found, g.language)
    return render_template(
        "public/case.html", view=view, key=_key(), left=days_left(work, view.until), today=work.today,
        group=parts.group if parts else None, problems=sent.problems, act=sent.act, draft=signed(sent.draft),
        files=uploaded(work, sent.draft, sent.kept)["files"], stars=STARS, typed=request.form,
        **bounds(work),
    )  # fmt: skip


def _unknown(typed: str, error: DuijieError) -> str:
    return render_template("public/track.html", code=typed, problem=error.message)
