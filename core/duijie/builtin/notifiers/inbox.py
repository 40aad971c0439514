"""The in-app inbox. The message already stands in the reminder table, so handing it over cannot fail."""

from duijie.api import Context, DeliveryOutcome, Message, Notifier, Plugin, Receipt, T, hookimpl


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("站内消息", en="In-app inbox"), T("每个账号都有的收件箱。", en="The inbox that every account has."))


@hookimpl
def duijie_notifiers() -> list[Notifier]:
    """The inbox that every account has."""
    return [Notifier("inbox", T("站内消息", en="In-app inbox"), "user", _send, timeout=1.0, keyed=True)]


def _send(message: Message, _context: Context) -> Receipt:
    return Receipt(DeliveryOutcome.ACCEPTED, f"inbox of account {message.to_address}")
