"""Robots and webhooks against a server that answers as theirs do; and no way into the inner network."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from vendors import SECRET, Vendors, vendors

from duijie.api import Context, DeliveryOutcome, Message, Receipt, Store
from duijie.builtin.notifiers import addresses, post, robots, webhook

CONTEXT = Context("duijie-outside", datetime(2026, 11, 26, tzinfo=UTC), "Asia/Shanghai", Store(),
                  {"intranet": "127.0.0.1"})
CLOSED = replace(CONTEXT, settings={"intranet": "10.9.0.0/16"})
Send = Callable[[Message, Context], Receipt]


@pytest.fixture
def there() -> Iterator[Vendors]:
    with vendors() as state:
        yield state


def message(address: str, secret: str = SECRET) -> Message:
    return Message("case:1:assigned:o1:x", "环境科群", address, "督办：QF-1《<at user_id=\"all\">》", "请尽快办理。", "zh",
                   datetime(2026, 11, 26, tzinfo=UTC), link="http://duijie.test/cases/1", secret=secret,
                   event={"event": "case.replied", "occurred_at": "2026-11-26T00:00:00+00:00",
                          "object": {"type": "case", "id": 1, "number": "QF-1"}, "actor": {"kind": "user"}})  # fmt: skip


ROBOTS: list[tuple[str, Send, float]] = [
    ("wecom", robots.to_wecom, 60.0), ("dingtalk", robots.to_dingtalk, 600.0), ("feishu", robots.to_feishu, 60.0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "send", "wait"), ROBOTS)
def test_a_robot_is_told_and_its_answers_are_understood(there: Vendors, kind: str, send: Send, wait: float) -> None:
    address = getattr(there, kind)()
    assert send(message(address), CONTEXT).outcome is DeliveryOutcome.ACCEPTED
    assert there.texts() == ['督办：QF-1《＜at user_id="all">》\n请尽快办理。\nhttp://duijie.test/cases/1']  # nobody is called
    there.mode = "limit"
    limited = send(message(address), CONTEXT)
    assert (limited.outcome, limited.wait) == (DeliveryOutcome.REFUSED, wait)
    for mode, outcome in (("error", "ambiguous"), ("drop", "ambiguous"), ("strange", "ambiguous"), ("redirect", "refused")):
        there.mode = mode
        found = send(message(address), CONTEXT)
        assert (mode, found.outcome, found.wait) == (mode, outcome, 0.0)
    assert not any(path == "/elsewhere" for path, _, _ in there.got)


def test_a_wrong_key_or_signature_is_a_refusal_that_says_so(there: Vendors) -> None:
    found = [robots.to_wecom(message(there.wecom("wrong")), CONTEXT)]
    found += [send(message(address, "wrong"), CONTEXT)
              for send, address in ((robots.to_dingtalk, there.dingtalk()), (robots.to_feishu, there.feishu()))]
    assert [(one.outcome, one.wait) for one in found] == [("refused", 0.0)] * 3
    assert [one.detail for one in found] == ["93000 invalid webhook url", "310000 sign not match", "19021 sign match fail"]


def test_a_webhook_is_signed_and_says_the_same_key_every_time(there: Vendors) -> None:
    assert webhook.send(message(there.hook()), CONTEXT).outcome is DeliveryOutcome.ACCEPTED
    there.mode = "drop"
    assert webhook.send(message(there.hook()), CONTEXT).outcome is DeliveryOutcome.AMBIGUOUS
    there.mode = "well"
    assert webhook.send(message(there.hook(), "wrong"), CONTEXT).detail == "HTTP 401"
    assert webhook.send(message(there.hook()), CONTEXT).outcome is DeliveryOutcome.ACCEPTED
    assert len(there.keys) == 1
    said = there.events()[0]
    assert set(said) == {"id", "event", "occurred_at", "object", "actor"}
    assert said["id"] in there.keys
    there.mode = "limit"
    assert webhook.send(message(there.hook()), CONTEXT).wait == 60.0


def test_a_server_that_never_ends_is_given_up(there: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "PATIENCE", 0.3)
    there.mode = "stall"
    found = robots.to_wecom(message(there.wecom()), CONTEXT)
    assert (found.outcome, "after sending" in found.detail) == (DeliveryOutcome.AMBIGUOUS, True)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = message(f"http://127.0.0.1:{closed.getsockname()[1]}/")
        assert robots.to_wecom(nobody, CONTEXT).outcome is DeliveryOutcome.REFUSED


def test_no_text_is_too_long_for_a_robot(there: Vendors) -> None:
    long = replace(message(there.wecom()), body="督" * 5000)
    assert robots.to_wecom(long, CONTEXT).outcome is DeliveryOutcome.ACCEPTED
    content = json.loads(there.got[0][2])["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.endswith("督…")


INNER = [
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0.0.0.0", "0", "[::]", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "100.64.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
    "[fe80::1]", "[fc00::1]", "[fec0::1]", "224.0.0.1", "[ff02::1]", "255.255.255.255", "198.18.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", INNER)
def test_no_way_into_the_inner_network(there: Vendors, host: str) -> None:
    """Whatever the spelling: nothing is connected to, and the reason does not repeat the address's key."""
    for scheme in ("http", "https"):
        found = webhook.send(message(f"{scheme}://{host}:{there.port}/hook?key=geheim"), CLOSED)
        assert found.outcome is DeliveryOutcome.REFUSED
        assert "geheim" not in found.detail
        assert "在内网，还没有允许" in found.detail, "who tries it reads what to do, in both languages"
        assert "is not allowed; a system administrator can add it" in found.detail
    assert there.got == []


@pytest.mark.parametrize("address", [
    "ftp://example.test/", "https://user:pass@example.test/", "https://", "https://exa mple.test/", "https://例.test/x",
    "https://example.test:99999/", "https://example.test/a\r\nX: y",
])  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(addresses.NotAllowed):
        addresses.target(address, "")


def test_a_name_that_changes_its_mind_is_not_followed(there: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked up once: the second answer, which would lead inside, is never asked for."""
    answers = ["203.0.113.7", "127.0.0.1"]
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *more: object, **named: object) -> object:
        if host != "rebind.test":
            return real(host, port, *more, **named)  # type: ignore[arg-type]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "203.0.113.7")
    found = addresses.target(f"https://rebind.test:{there.port}/hook", "")
    assert (found.places, asked) == (("203.0.113.7",), ["rebind.test"])


def test_plain_http_is_for_the_own_network_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert addresses.target("http://127.0.0.1/x", "127.0.0.0/8").places == ("127.0.0.1",)
    with pytest.raises(addresses.NotAllowed, match="https"):
        addresses.target("http://8.8.8.8/x", "")
    assert addresses.target("https://8.8.8.8/x?key=1", "").path == "/x?key=1"
