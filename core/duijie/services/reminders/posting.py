"""Messages to outlets: what staff are told also goes to the robot of their department's or area's group, once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from duijie.domain.notices import Notice
from duijie.domain.roles import SYSTEM, Role
from duijie.hooks.values import Message, Receipt
from duijie.services.reminders.records import Where
from duijie.services.work import Office, Work
from duijie.storage.models import Grant, Outlet, Reminder, RosterEntry, RosterSeat

_SPEAK: Final = ("representative", "alternate", "head")
_HIDDEN: Final = "…"


def outlets_for(work: Work, user_id: int | None, notice: Notice, where: Where) -> list[Outlet]:
    """The outlets that carry a message of this kind to ``user_id`` as well; none for people without an account."""
    ready = [] if user_id is None else [one for one in open_ones(work) if notice.value in one.kinds]
    if not ready or user_id is None:
        return []
    departments, coordinates = _duties(work, user_id)
    return [
        one for one in ready
        if one.channel in work.office.notifiers and not work.office.notifiers[one.channel].of_events
        and (one.department_id in departments if one.department_id is not None
             else one.area_id is None or (coordinates and one.area_id in where.areas))
    ]  # fmt: skip


def open_ones(work: Work) -> Sequence[Outlet]:
    """The outlets that are on; looked up once in a piece of work."""
    if "outlets" not in work.seen:
        work.seen["outlets"] = work.session.scalars(select(Outlet).where(Outlet.state == "on").order_by(Outlet.id)).all()
    found: Sequence[Outlet] = work.seen["outlets"]
    return found


def addressed(office: Office, reminder: Reminder, message: Message) -> Message:
    """``message`` with the address and secret of its outlet, which stand nowhere else."""
    if reminder.outlet_id is None:
        return message
    with office.read(SYSTEM) as work:
        outlet = work.session.get_one(Outlet, reminder.outlet_id)
        return replace(message, to_address=outlet.address, secret=outlet.secret, event=reminder.event)


def discreet(message: Message, receipt: Receipt) -> Receipt:
    """``receipt`` without the outlet's address and secret, should the channel have repeated them."""
    detail = receipt.detail
    for hidden in _parts_to_hide(message):
        detail = detail.replace(hidden, _HIDDEN)
    return replace(receipt, detail=detail)


def _parts_to_hide(message: Message) -> Iterator[str]:
    """The secret, the address, and what follows its host: a robot's key stands there."""
    if "://" in message.to_address:
        yield message.to_address
        path = message.to_address.split("://", 1)[1].partition("/")[2]
        yield from (part for part in (path, path.rpartition("=")[2], path.rpartition("/")[2]) if len(part) >= 8)
    if message.secret:
        yield message.secret


def _duties(work: Work, user_id: int) -> tuple[frozenset[int | None], bool]:
    """The departments that somebody speaks for or heads, and whether they coordinate."""
    grants = work.session.execute(select(Grant.role, Grant.department_id).where(Grant.user_id == user_id)).all()
    seats = select(RosterEntry.department_id).join(RosterSeat).where(
        RosterSeat.user_id == user_id, RosterSeat.part.in_(_SPEAK), RosterEntry.active
    )  # fmt: skip
    named = {department for role, department in grants if role is Role.REPRESENTATIVE and department is not None}
    return frozenset(named | set(work.session.scalars(seats))), any(role is Role.COORDINATOR for role, _ in grants)
