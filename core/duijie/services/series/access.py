"""Who may see a series and who may change it."""

from sqlalchemy import select

from duijie.domain.errors import Conflict, Forbidden, NotFound, Refused
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import MeetingSeries


def seen(work: Work) -> list[MeetingSeries]:
    """The series of the actor's areas: running ones first, then by title."""
    wanted = select(MeetingSeries).order_by(MeetingSeries.id)
    if work.actor.kind != "system":
        wanted = wanted.where(MeetingSeries.area_id.in_(work.actor.areas))
    order = {"active": 0, "paused": 1}
    return sorted(work.session.scalars(wanted), key=lambda s: (order.get(s.state, 2), s.title, s.id))


def found(work: Work, series_id: int) -> MeetingSeries:
    """The series for people of its area. Raises NotFound."""
    series = work.session.get(MeetingSeries, series_id)
    if series is None or (work.actor.kind != "system" and series.area_id not in work.actor.areas):
        raise NotFound
    return series


def manages(work: Work, series: MeetingSeries) -> bool:
    """Whether the actor coordinates the series' area."""
    return work.actor.kind == "system" or (work.actor.has(Role.COORDINATOR) and series.area_id in work.actor.areas)


def managed(work: Work, series_id: int, version: int | None) -> MeetingSeries:
    """The series for its coordinator, who holds its row until the end. Raises NotFound, Forbidden, Conflict, Refused."""
    work.session.execute(select(MeetingSeries.id).where(MeetingSeries.id == series_id).with_for_update())
    series = found(work, series_id)
    if not manages(work, series):
        raise Forbidden
    if version is not None and series.version != version:
        raise Conflict(T("在您填写期间，他人已更新了这个例会。您的内容已保留在页面上，请对照后再提交。",
                         en="Somebody else changed this series while you were writing. What you typed is still on the "
                         "page: compare it and send it again."))
    if series.state == "ended":
        raise Refused(T("这个例会已经结束，请新设一个。", en="This series has ended; set up a new one."))
    return series
