"""Signed webhooks: what happened, as JSON, for another system."""

import hmac
import json
from hashlib import sha256
from time import time

from duijie.api import Context, DeliveryOutcome, Message, Receipt
from duijie.builtin.notifiers.post import by_status, post


def send(message: Message, context: Context) -> Receipt:
    """POST ``{id, event, occurred_at, object, actor}``; a second one with the same key is to be dropped over there."""
    key = key_of(message.key)
    body = json.dumps({"id": key, **message.event}, ensure_ascii=False, sort_keys=True).encode()
    now = str(int(time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
        "X-Duijie-Event": str(message.event.get("event", "")),
        "X-Duijie-Timestamp": now,
        "X-Duijie-Signature": f"sha256={sign(message.secret, now, body)}",
    }
    answer = post(message.to_address, str(context.settings.get("intranet") or ""), body, headers)
    if isinstance(answer, Receipt):
        return answer
    return by_status(answer) or Receipt(DeliveryOutcome.ACCEPTED, f"HTTP {answer.status}")


def key_of(key: str) -> str:
    """The message's key as 40 hexadecimal digits: the same on every attempt."""
    return sha256(key.encode()).hexdigest()[:40]


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over ``timestamp.body``, in hexadecimal digits."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, sha256).hex()
