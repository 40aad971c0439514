"""The in-app inbox. The message already stands in the reminder table, so handing it over cannot fail."""

from duijie.api import DeliveryOutcome, Message, Notifier, Receipt, T, hookimpl


@hookimpl
def duijie_notifiers() -> list[Notifier]:
    """The inbox that every account has."""
    return [Notifier("inbox", T("站内消息", en="In-app inbox"), "user", _send, timeout=1.0, keyed=True)]


def _send(message: Message) -> Receipt:
    return Receipt(DeliveryOutcome.ACCEPTED, f"inbox of account {message.to_address}")
