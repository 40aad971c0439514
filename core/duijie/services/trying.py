"""A test message to an outlet: sent at once where the other side's limit has room, else when its turn comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import select

from duijie.domain.errors import Invalid
from duijie.domain.roles import Actor
from duijie.domain.text import T
from duijie.hooks.values import DeliveryOutcome, Notifier, Receipt
from duijie.services import outlets
from duijie.services.reminders import pacing, posting
from duijie.services.reminders.delivery import message_of, send
from duijie.services.reminders.planning import NOTHING
from duijie.services.work import Office, Work
from duijie.storage.models import Outlet, Reminder

KIND: Final = "outlet.test"
_OF_USE: Final = timedelta(days=1)  # whoever pressed the button has looked elsewhere by then
_SUBJECT: Final = T("对接：测试消息", en="duijie: a test message")
_BODY: Final = T("收到这条消息，说明渠道“{name}”已经接通。", en="The channel “{name}” works.")


@dataclass(frozen=True, slots=True)
class Tried:
    """What came back, or when the message goes because the limit is reached now: one of the two."""

    receipt: Receipt | None = None
    goes_at: datetime | None = None


def try_out(office: Office, actor: Actor, outlet_id: int) -> Tried:
    """Send a test message as its channel's limit allows; one that waits already is not doubled.

    Raises NotFound, Invalid where its channel is switched off.
    """
    with office.write(actor) as work:
        outlet = outlets.own(work, outlet_id)
        channel = outlets.offered(work).get(outlet.channel)
        if channel is None:
            raise Invalid.field("", "这种渠道的插件已停用，请先在“插件”页启用。",
                                "The plugin of this channel is off: switch it on under “Plugins” first.")
        test = _waiting(work, outlet) or _new(work, outlet)
        goes_at = test.next_at if test.id else _turn(work, test, channel)
        outlets.note(work, outlet, T("发送测试消息", en="sent a test message"))
        now = work.now
    if goes_at:
        return Tried(goes_at=goes_at)
    message = posting.addressed(office, test, message_of(office, test, now))
    receipt = posting.discreet(message, send(office, channel, message))
    if receipt.wait > 0 and receipt.outcome is not DeliveryOutcome.ACCEPTED:
        with office.write(actor) as work:
            pacing.shut(work, test, receipt)
    return Tried(receipt)


def _turn(work: Work, test: Reminder, channel: Notifier) -> datetime | None:
    """When it goes, planned for then; None when it may go now, which counts towards the limit."""
    goes_at = pacing.wait_for(work, test, channel)
    if goes_at:
        test.next_at, test.useful_until = goes_at, goes_at + _OF_USE
        work.session.add(test)
    return goes_at


def _waiting(work: Work, outlet: Outlet) -> Reminder | None:
    tests = select(Reminder).where(Reminder.outlet_id == outlet.id, Reminder.kind == KIND, Reminder.state == "planned")
    return work.session.scalars(tests.limit(1)).first()


def _new(work: Work, outlet: Outlet) -> Reminder:
    event = {"event": "test", "occurred_at": work.now.isoformat(), "object": {"type": "outlet", "id": outlet.id},
             "actor": {"kind": work.actor.kind, "id": work.actor.user_id}}  # fmt: skip
    return Reminder(
        key=f"test:{outlet.id}:{uuid4().hex}", about_type="outlet", about_id=outlet.id, kind=KIND, channel=outlet.channel,
        outlet_id=outlet.id, to_name=outlet.name, to_address="", language=outlet.language, subject=_SUBJECT,
        body=_BODY.fill(name=outlet.name), why=NOTHING, link="", calendar="", due_at=work.now, next_at=work.now,
        event=event, created_at=work.now,
    )  # fmt: skip
