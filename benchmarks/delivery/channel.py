"""A channel by HTTP with an Idempotency-Key, and one message that kills whoever sends it."""

import http.client
import os
import signal

from duijie.api import Context, DeliveryOutcome, Job, Message, Notifier, Plugin, Receipt, T, hookimpl

NAME = "battery"
CHANNEL = "post"
TIMEOUT = 2.0
FATAL = "segfault"  # the address of the message that kills its worker


class Posted:
    """The plugin: posts each message to ``port``, and reports once a day at half past two."""

    def __init__(self, port: int) -> None:
        self._port = port

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        """Who this is."""
        return Plugin(1, T("测试渠道", en="Battery"))

    @hookimpl
    def duijie_notifiers(self) -> list[Notifier]:
        """The channel."""
        return [Notifier(CHANNEL, T("测试渠道", en="Battery"), "phone", self.send, timeout=TIMEOUT, keyed=True)]

    @hookimpl
    def duijie_jobs(self) -> list[Job]:
        """Once a day at an hour that the change of the clocks skips or repeats."""
        return [Job("daily", T("每日", en="Daily"), self._daily, at="02:30")]

    def send(self, message: Message, _context: Context) -> Receipt:
        """Post it; ambiguous when the line breaks after the request has left."""
        if message.to_address == FATAL:
            os.kill(os.getpid(), signal.SIGSEGV)
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            line.connect()
        except OSError as error:
            return Receipt(DeliveryOutcome.REFUSED, repr(error))
        try:
            line.request("POST", "/", message.body.encode(), {"Idempotency-Key": message.key})
            status = line.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return Receipt(DeliveryOutcome.AMBIGUOUS, repr(error))
        finally:
            line.close()
        if status == 200:
            return Receipt(DeliveryOutcome.ACCEPTED, "200")
        return Receipt(DeliveryOutcome.REFUSED if status == 503 else DeliveryOutcome.AMBIGUOUS, str(status))

    def _daily(self, context: Context) -> T | None:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        line.request("POST", "/", b"", {"Idempotency-Key": context.now.isoformat()})
        line.getresponse().read()
        return None
