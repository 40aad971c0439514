"""The mail that came in, for who coordinates the meetings it is about."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from duijie.domain.roles import Role
from duijie.services.work import Work
from duijie.storage.models import IncomingMail, Meeting

SHOWN = 100


def seen(work: Work) -> Sequence[tuple[IncomingMail, str]]:
    """The latest mails about meetings of the actor's areas, each with the meeting's number.

    What is about no meeting is only for who keeps what belongs to no area.
    """
    wanted = select(IncomingMail, Meeting.number).outerjoin(Meeting, Meeting.id == IncomingMail.meeting_id)
    if work.actor.kind != "system":
        oversees = work.actor.has(Role.COORDINATOR, Role.AREA_ADMIN)
        mine = Meeting.area_id.in_(work.actor.areas if oversees else ())
        wanted = wanted.where(or_(mine, IncomingMail.meeting_id.is_(None)) if work.actor.keeps_departments else mine)
    rows = work.session.execute(wanted.order_by(IncomingMail.id.desc()).limit(SHOWN))
    return [(mail, number or "") for mail, number in rows]
