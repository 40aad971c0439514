"""Robots in the groups of three messengers: what each wants to be sent, and what its answers mean.

Messages go as plain text: a title that somebody typed cannot become a link, a picture or a call to everybody.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from time import time
from typing import Any, Final
from urllib.parse import quote_plus

from duijie.api import Context, DeliveryOutcome, Message, Receipt
from duijie.builtin.notifiers.post import Answer, by_status, post

_TOO_MUCH: Final[Mapping[int, float]] = {
    45009: 60.0,    # WeCom: more than 20 a minute
    45033: 60.0,    # WeCom: too many at one time
    130101: 600.0,  # DingTalk: more than 20 a minute; it stays shut for ten
    11232: 60.0,    # Feishu: too many, here or at everybody's full hour
    9499: 60.0,     # Feishu: too many requests
}  # fmt: skip
_BUSY: Final = frozenset({-1})  # "system busy": it was not taken and may be tried again


def to_wecom(message: Message, context: Context) -> Receipt:
    """A WeCom group's robot (企业微信): at most 2048 bytes of text."""
    return _send(message.to_address, context, {"msgtype": "text", "text": {"content": cut(text_of(message), 2048)}})


def to_dingtalk(message: Message, context: Context) -> Receipt:
    """A DingTalk group's robot (钉钉), signed where it has a secret."""
    address = signed_address(message.to_address, message.secret) if message.secret else message.to_address
    return _send(address, context, {"msgtype": "text", "text": {"content": cut(text_of(message), 18_000)}})


def to_feishu(message: Message, context: Context) -> Receipt:
    """A Feishu group's robot (飞书), signed where it has a secret; at most 20 KB."""
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": cut(text_of(message), 18_000)}}
    if message.secret:
        now = str(int(time()))
        body = {"timestamp": now, "sign": feishu_sign(now, message.secret), **body}
    return _send(message.to_address, context, body)


def text_of(message: Message) -> str:
    """What it is, what it says, where to look. ``<`` would begin a mention in some of them."""
    parts = (message.subject, message.body, message.link)
    return "\n".join(part for part in parts if part).replace("<", "＜")


def cut(text: str, most: int) -> str:
    """At most ``most`` bytes of ``text``, never half a sign."""
    content = text.encode()
    return text if len(content) <= most else content[: most - 3].decode(errors="ignore") + "…"


def signed_address(address: str, secret: str) -> str:
    """DingTalk: the moment and its signature stand in the address."""
    now = str(round(time() * 1000))
    sign = quote_plus(_hmac(secret.encode(), f"{now}\n{secret}".encode()))
    return f"{address}{'&' if '?' in address else '?'}timestamp={now}&sign={sign}"


def feishu_sign(now: str, secret: str) -> str:
    """Feishu: moment and secret are the key, and nothing is signed."""
    return _hmac(f"{now}\n{secret}".encode(), b"")


def _hmac(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, sha256)).decode()


def _send(address: str, context: Context, body: Mapping[str, Any]) -> Receipt:
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = post(address, str(context.settings.get("intranet") or ""), content, headers)
    return answer if isinstance(answer, Receipt) else by_status(answer) or _read(answer)


def _read(answer: Answer) -> Receipt:
    """WeCom and DingTalk say ``errcode``, Feishu ``code`` or ``StatusCode``; zero is well."""
    try:
        said = json.loads(answer.body)
        code = next(int(said[key]) for key in ("errcode", "code", "StatusCode") if key in said)
    except (ValueError, TypeError, StopIteration):
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"HTTP {answer.status}, but it did not say whether it took the message")
    words = said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or ""
    detail = f"{code} {words}".strip()[:300]
    if code == 0:
        return Receipt(DeliveryOutcome.ACCEPTED, detail)
    return Receipt(DeliveryOutcome.REFUSED, detail, wait=30.0 if code in _BUSY else _TOO_MUCH.get(code, 0.0))
