"""What only the demo has: a clock that can be moved forward, and the mail that was sent."""

from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Invalid
from duijie.domain.text import T
from duijie.services import demo_clock
from duijie.services.work import Work
from duijie.web.access import anyone
from duijie.web.public.blueprint import public
from duijie.web.work import actor, notice, office, read, settings

SHOWN = 100


@public.get("/demo/clock")
@anyone
def demo_clock_page() -> ResponseReturnValue:
    """The clock and where it could go."""
    _demo_only()
    with read() as work:
        choices = _choices(work)
        moments = {to: datetime.fromisoformat(to).replace(tzinfo=office().zone) for _, to in choices}
        return render_template("public/demo_clock.html", now=work.now, choices=choices, moments=moments,
                               next_due=demo_clock.next_due(work))


@public.post("/demo/clock")
@anyone
def move_clock() -> ResponseReturnValue:
    """Move it, and let everything happen that comes due on the way."""
    _demo_only()
    try:
        to = datetime.fromisoformat(request.form.get("to", "")).replace(tzinfo=office().zone)
        demo_clock.forward(office(), actor(), to, current_app.extensions["duijie_round"])
    except (ValueError, Invalid):
        notice(T("请选择之后 120 天以内的时间。", en="Choose a moment within the next 120 days."), "error")
    else:
        notice(T("时钟已前移，其间到期的提醒和督办都已发出。",
                 en="The clock has moved; the reminders and escalations that came due on the way have gone out."))
    return redirect(url_for("public.demo_clock_page"))


@public.get("/demo/mail")
@anyone
def demo_mail() -> ResponseReturnValue:
    """The mail folder, newest first."""
    _demo_only()
    return render_template("public/demo_mail.html", mails=[_read(path) for path in _files()[:SHOWN]], total=len(_files()))


@public.get("/demo/mail/<name>")
@anyone
def demo_mail_one(name: str) -> ResponseReturnValue:
    """One mail as its reader sees it."""
    _demo_only()
    found = next((path for path in _files() if path.name == name), None)
    return render_template("public/demo_mail_one.html", mail=_read(found)) if found else abort(404)


def _demo_only() -> None:
    if not settings().demo:
        abort(404)


def _choices(work: Work) -> list[tuple[T, str]]:
    now = work.local(work.now)
    next_day = work.calendar.add(now.date(), 1).day
    moments = [
        (T("1 小时后", en="1 hour later"), now + timedelta(hours=1)),
        (T("下一个工作日 9:30", en="Next working day, 9:30"), work.local(work.at(next_day, 9, 30))),
        (T("3 个工作日后", en="3 working days later"), work.local(work.at(work.calendar.add(now.date(), 3).day, 18))),
        (T("8 个工作日后", en="8 working days later"), work.local(work.at(work.calendar.add(now.date(), 8).day, 18))),
    ]
    if due := demo_clock.next_due(work):
        soon = work.local(due) + timedelta(minutes=1)
        moments.insert(0, (T("下一条提醒到期时", en="When the next reminder is due"), soon))
    return [(label, f"{moment:%Y-%m-%dT%H:%M}") for label, moment in moments]


def _files() -> list[Path]:
    folder = Path(settings().mail_dir) if settings().mail_dir else None
    return sorted(folder.glob("*.eml"), reverse=True) if folder and folder.is_dir() else []


def _read(path: Path) -> dict[str, object]:
    message: EmailMessage = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(("plain",))
    calendars = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    files = [part.get_filename() or part.get_content_type() for part in calendars]
    return {
        "file": path.name,
        "subject": str(message["Subject"] or ""),
        "to": str(message["To"] or ""),
        "date": message["Date"].datetime if message["Date"] else None,
        "body": body.get_content() if body else "",
        "files": files,
    }
