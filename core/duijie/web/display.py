"""How values read on a page: dates as people say them, states as words with a colour."""

from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

from babel.dates import format_date, format_datetime
from flask import Flask, current_app, g, request, url_for

from duijie import __version__
from duijie.domain.events import sentence
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.domain.working_days import WorkingCalendar
from duijie.services import reminders
from duijie.services.reminders import log
from duijie.services.work import Work
from duijie.web.work import office, read, settings

_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}


def install(app: Flask) -> None:
    """Give templates the filters and what every page's frame needs."""
    app.jinja_env.filters.update(
        day=day, moment=moment, month=month, clock=clock, stamp=stamp, size=size, masked=masked, told=log.told
    )
    app.jinja_env.globals.update(
        sentence=sentence, CaseState=CaseState, switch_language=switch_language, same_page=same_page, year_note=year_note
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_frame)


def day(value: date | None) -> str:
    """11月27日 周五 / Fri 27 Nov; with the year when it is not this year."""
    if value is None:
        return ""
    year = value.year != datetime.now(office().zone).year
    pattern = ("y年M月d日 EEE" if year else "M月d日 EEE") if _zh() else ("EEE d MMM y" if year else "EEE d MMM")
    return format_date(value, pattern, locale=_locale())


def year_note(value: date | None) -> T | None:
    """What to say beside a deadline in a year whose holidays are not published; None when they are."""
    if value is None:
        return None
    if "calendar" not in g:
        with read() as work:
            g.calendar = work.calendar
    return cast(WorkingCalendar, g.calendar).note_on(value)


def month(value: date) -> str:
    """2026年11月 / Nov 2026."""
    return format_date(value, "y年M月" if _zh() else "MMM y", locale=_locale())


def moment(value: datetime | None) -> str:
    """11月27日 周五 14:00 / Fri 27 Nov, 14:00, in the installation's time zone."""
    if value is None:
        return ""
    local = value.astimezone(office().zone)
    return f"{day(local.date())}{' ' if _zh() else ', '}{local:%H:%M}"


def clock(value: datetime | None) -> str:
    """14:00."""
    return f"{value.astimezone(office().zone):%H:%M}" if value else ""


def stamp(value: datetime | None) -> str:
    """2026-11-27 14:00, for tables where columns must line up."""
    if value is None:
        return ""
    return format_datetime(value.astimezone(UTC), "yyyy-MM-dd HH:mm", tzinfo=office().zone, locale=_locale())


def size(octets: int) -> str:
    """1.2 MB."""
    return f"{octets / 1048576:.1f} MB" if octets >= 1048576 else f"{max(1, octets // 1024)} KB"


def masked(value: str) -> str:
    """138****0000: enough to recognise, too little to use."""
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 8 else "****" if value else ""


def days_left(work: Work, due: date | None) -> T:
    """还有 3 个工作日 / 3 working days left; 已逾期 / overdue when it is past."""
    if due is None:
        return T("", en="")
    left = work.calendar.between(work.today, due)
    if due < work.today:
        late = max(1, -left)
        return T(f"已逾期 {late} 个工作日", en=f"{late} working day{'s' * (late != 1)} overdue")
    if due == work.today:
        return T("今日到期", en="due today")
    return T(f"还有 {left} 个工作日", en=f"{left} working day{'s' * (left != 1)} left")


def switch_language() -> str:
    """This page's address in the other language."""
    other = "zh" if g.language == "en" else "en"
    if not request.endpoint or not _can_be_opened():
        return url_for("public.home", lang=other)
    return same_page(lang=other)


def same_page(**changed: object) -> str:
    """This page's address with other parameters. Not by url_for, which would obey ``?_scheme=javascript``."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    path = "/" + request.path.lstrip("/")  # never //somewhere.else
    return f"{request.script_root}{quote(path)}?{urlencode([*asked, *changed.items()])}"


def _can_be_opened() -> bool:
    """Whether this page's address answers when somebody just opens it; that of a sent form may not."""
    return request.method == "GET" or current_app.url_map.bind("").test(request.path, "GET")


def _frame() -> dict[str, Any]:
    user = g.get("user")
    with read() as work:
        waiting = reminders.unread(work, user.id) if user else 0
        now = work.now
    return {
        "unread": waiting,
        "demo_now": now,
        "user": user,
        "actor": g.get("actor"),
        "language": g.language,
        "demo": settings().demo,
        "release": __version__,
        "plain_large": request.cookies.get("duijie_large") == "1",
    }


def _zh() -> bool:
    return bool(g.language != "en")


def _locale() -> str:
    return _LOCALES["zh" if _zh() else "en"]
