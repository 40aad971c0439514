"""The board for the projector: now and next at each desk. It names no case and no private person."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services.meetings import access, desk, naming
from duijie.services.work import Work
from duijie.web.access import anyone
from duijie.web.meetings.blueprint import meetings
from duijie.web.polling import unchanged, with_tag
from duijie.web.slips import full_address, qr
from duijie.web.work import office, read

if TYPE_CHECKING:
    from duijie.storage.models import Appointment


@meetings.get("/board/<token>")
@anyone
def board(token: str) -> ResponseReturnValue:
    """The board; asked again and again, it answers 304 until something changes."""
    meeting_id = office().unsign("board", token)
    if not isinstance(meeting_id, int):
        raise NotFound
    with read(SYSTEM) as work:
        tag = f"{desk.fingerprint(work, meeting_id)}-{g.language}"
        return unchanged(tag) or with_tag(tag, _drawn(work, meeting_id, token))


def _drawn(work: Work, meeting_id: int, token: str) -> str:
    meeting = access.by_link(work, meeting_id)
    room = desk.room(work, meeting)
    door = full_address(url_for("meetings.door", token=office().sign("door", meeting_id)))
    return render_template(
        "meetings/board.html",
        meeting=meeting, room=room, columns=_columns(len(room.stands)), name=_name, token=token,
        desk_name=naming.desk_name,
        upcoming={s.desk.id: _upcoming(s) for s in room.stands}, qr=qr(door),
        now_ms=int(work.now.timestamp() * 1000), offset_minutes=_offset(work),
    )  # fmt: skip


def _columns(desks: int) -> int:
    """So many columns that two rows hold them, three from eleven desks on."""
    return max(1, min(6, ceil(desks / (1 if desks <= 3 else 2 if desks <= 10 else 3))))


def _name(appointment: Appointment) -> T:
    if appointment.case.anonymous:
        return naming.ANONYMOUS
    return T.same(naming.shown_name(appointment.invitation))


def _upcoming(stand: desk.Stand) -> list[Appointment]:
    """The next two, whoever would be called first on top."""
    rest = [a for a in stand.waiting if a is not stand.next and desk.expected(a)]
    return [*([stand.next] if stand.next else []), *rest][:2]


def _offset(work: Work) -> int:
    """Minutes that the installation's clock is ahead of UTC, for the clock on the wall."""
    offset = work.local(work.now).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
