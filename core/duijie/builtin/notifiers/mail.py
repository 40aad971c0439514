"""Mail: by SMTP, or into a folder as files that any mail program opens (the demo)."""

from dataclasses import dataclass, field

from duijie.api import Context, DeliveryOutcome, Message, Notifier, Plugin, Receipt, T, hookimpl
from duijie.builtin.notifiers import compose, folder, relay_log, smtp


@dataclass(frozen=True, slots=True)
class MailConfig:
    """How mail leaves. ``folder`` wins over ``host``; with neither, the channel is missing and mail waits.

    ``tls``: none, starttls or tls. ``sender`` is an address or ``Name <address>``. ``timeout`` in seconds.
    ``doubt`` is what becomes of mail of which nobody knows whether it arrived: ask (a person), reconcile (with
    ``relay_log``, then ask), retry (the recipient may get it twice).
    """

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "none"
    sender: str = "duijie@localhost"
    folder: str = ""
    doubt: str = "ask"
    relay_log: str = ""
    timeout: float = 15.0


class MailPlugin:
    """The hooks of this plugin for one configuration."""

    def __init__(self, config: MailConfig) -> None:
        if config.tls not in ("none", "starttls", "tls"):
            raise ValueError(f"smtp_tls must be none, starttls or tls, not {config.tls!r}")
        self._config = config

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        """Who this is."""
        return Plugin(1, T("邮件", en="Mail"), T("经邮件服务器发送提醒；服务器由部署设置指定。",
                                                en="Sends reminders by a mail server, which the installation's settings name."))

    @hookimpl
    def duijie_notifiers(self) -> list[Notifier]:
        """The mail channel, where there is a way for mail to leave."""
        config = self._config
        if config.folder:
            return [Notifier("mail", T("邮件", en="Mail"), "email", self._keep, keyed=True)]
        if config.host:
            # connect, greet, sign in, hand over: each may take `timeout`
            look_up = self._look_up if config.doubt == "reconcile" else None
            return [Notifier("mail", T("邮件", en="Mail"), "email", self._send, timeout=4 * config.timeout,
                             keyed=config.doubt == "retry", look_up=look_up)]
        return []

    def _keep(self, message: Message, _context: Context) -> Receipt:
        try:
            written = compose.mail(message, self._config.sender)
        except ValueError as error:
            return Receipt(DeliveryOutcome.REFUSED, str(error))
        return folder.keep(self._config.folder, message, written)

    def _send(self, message: Message, _context: Context) -> Receipt:
        config = self._config
        login = (config.user, config.password)
        server = smtp.Server(config.host, config.port, *login, config.tls, config.timeout)
        try:
            written = compose.mail(message, config.sender)
        except ValueError as error:
            return Receipt(DeliveryOutcome.REFUSED, str(error))
        return smtp.send(server, config.sender, message, written)

    def _look_up(self, message: Message, _context: Context) -> Receipt:
        config = self._config
        return relay_log.look_up(config.relay_log, compose.message_id(message.key, config.sender), message.sent_at)


def plugin(config: MailConfig) -> MailPlugin:
    """The plugin for one configuration; `duijie.bootstrap` registers it."""
    return MailPlugin(config)
