"""The duty bell: messages posted as JSON to the server of the street's duty room."""

import json
from collections.abc import Mapping
from socket import gaierror
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from duijie.api import ActionCall, Context, DeliveryOutcome, Message, Notifier, Receipt, T


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        """No: a post that is sent elsewhere would lose its body."""


def ring(message: Message, context: Context) -> Receipt:
    """Hand one message over."""
    words = {"to": message.to_address, "subject": message.subject, "body": message.body, "why": message.why}
    return post(message.key, words, context)


def post(key: str, words: Mapping[str, str], context: Context) -> Receipt:
    """Post ``words``; the server drops a second post with the same ``key``, so one in doubt may be made again."""
    address, token = str(context.settings["address"] or ""), context.settings["token"] or ""
    if not address.startswith(("http://", "https://")):
        return Receipt(DeliveryOutcome.REFUSED, "no address is set")
    headers = {"Content-Type": "application/json", "Idempotency-Key": key, "Authorization": f"Bearer {token}"}
    try:
        with build_opener(_Stay).open(Request(address, json.dumps(words).encode(), headers), timeout=4) as answer:  # noqa: S310
            return Receipt(DeliveryOutcome.ACCEPTED, f"HTTP {answer.status}")
    except HTTPError as error:  # below 500 the server says that it did not take it; above, nobody knows
        return Receipt(DeliveryOutcome.REFUSED if error.code < 500 else DeliveryOutcome.AMBIGUOUS, f"HTTP {error.code}")
    except OSError as error:  # nobody there, so nothing was sent; or the line broke, and nobody knows
        never = isinstance(getattr(error, "reason", error), (ConnectionRefusedError, gaierror))
        return Receipt(DeliveryOutcome.REFUSED if never else DeliveryOutcome.AMBIGUOUS, repr(error))


def urge(call: ActionCall, context: Context) -> None:
    """Tell the duty room of a case; raises where that failed, so that it is tried again with the same key."""
    if (said := post(call.key, {"subject": f"{call.rule.zh}：{call.case.title}"}, context)).outcome != "accepted":
        raise RuntimeError(said.detail)


NOTIFIER = Notifier("duty_bell", T("值班铃", en="Duty bell"), "phone", ring, timeout=8, keyed=True)
