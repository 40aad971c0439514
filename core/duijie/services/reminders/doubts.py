"""Messages of which nobody knows whether they arrived, or that were given up: a person decides what becomes of them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true, update
from sqlalchemy.orm import aliased

from duijie.domain.errors import Conflict, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Case, Meeting, Reminder
from duijie.storage.queries.scope import cases_open_to, meetings_open_to

OPEN: Final = ("doubtful", "dead")


def doubtful(work: Work) -> Sequence[Reminder]:
    """The doubtful and the given up reminders about the cases and meetings of the actor's areas, the oldest first."""
    open_ones = select(Reminder).where(Reminder.state.in_(OPEN), in_own_areas(work))
    return work.session.scalars(open_ones.order_by(Reminder.id)).all()


def settle_doubtful(work: Work, reminder_id: int, sent: bool) -> None:
    """A person looked it up: they know of it (``sent``), or they do not and it is sent again, with new tries.

    Raises NotFound when it is not the actor's to settle, Conflict when somebody settled it already.
    """
    reminder = work.session.scalar(select(Reminder).where(Reminder.id == reminder_id, in_own_areas(work)))
    if reminder is None:
        raise NotFound
    told = T("已送达", en="arrived") if reminder.state == "doubtful" else T("已另行告知", en="told in another way")
    arrived: dict[str, object] = {"state": "sent", "sent_at": work.now}
    again: dict[str, object] = {"state": "planned", "next_at": work.now, "attempts": 0, "recoveries": 0}
    open_one = update(Reminder).where(Reminder.id == reminder_id, Reminder.state.in_(OPEN))
    settled = open_one.values(**(arrived if sent else again)).returning(Reminder.id)
    if not work.session.execute(settled).first():
        raise Conflict(
            T("这条消息已有人核实过，请刷新页面。", en="Somebody settled this message already: reload the page.")
        )
    work.record(
        "reminder.settled", reminder.about_type, reminder.about_id,
        subject=reminder.subject, to=reminder.to_name,
        result=told if sent else T("未送达，重新发送", en="did not arrive, sent again"),
    )  # fmt: skip


def given_up(work: Work) -> dict[str, int]:
    """How many messages of the actor's areas were given up and would still be of use, by channel."""
    counted = select(Reminder.channel, func.count()).where(*_worth_another_try(work)).group_by(Reminder.channel)
    return dict(work.session.execute(counted.order_by(Reminder.channel)).all())


def send_all_again(work: Work, channel: str) -> int:
    """Send again all that were given up on a channel that works again; answers how many. They never arrived, so none doubles."""
    these = select(Reminder.id).where(Reminder.channel == channel, *_worth_another_try(work)).order_by(Reminder.id)
    found = work.session.scalars(these.with_for_update(skip_locked=True, of=Reminder)).all()
    for reminder_id in found:
        settle_doubtful(work, reminder_id, sent=False)
    return len(found)


def _worth_another_try(work: Work) -> tuple[ColumnElement[bool], ...]:
    useful = or_(Reminder.useful_until.is_(None), Reminder.useful_until > work.now)
    return Reminder.state == "dead", useful, in_own_areas(work)


def in_own_areas(work: Work) -> ColumnElement[bool]:
    """What is about the actor's areas, digests and alarms too; a representative's colleagues' mail is not theirs to judge."""
    if work.actor.kind == "system":
        return true()
    if not work.actor.has(Role.COORDINATOR, Role.AREA_ADMIN):
        return false()
    cases = select(Case.id).where(cases_open_to(work.actor))
    meetings = select(Meeting.id).where(meetings_open_to(work.actor))
    inside = aliased(Reminder)
    gathered = select(inside.digest_id).where(inside.digest_id.is_not(None), or_(
        and_(inside.about_type == "case", inside.about_id.in_(cases)),
        and_(inside.about_type == "meeting", inside.about_id.in_(meetings)),
    ))  # fmt: skip
    return or_(
        and_(Reminder.about_type == "case", Reminder.about_id.in_(cases)),
        and_(Reminder.about_type == "meeting", Reminder.about_id.in_(meetings)),
        and_(Reminder.about_type == "digest", Reminder.id.in_(gathered)),
        and_(Reminder.about_type == "area", Reminder.about_id.in_(work.actor.areas)),
    )
