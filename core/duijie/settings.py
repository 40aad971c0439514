"""Every setting: its default, a sentence of help, and the DUIJIE_* variable that sets it."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_RANGES = {
    "smtp_port": (1, 65535),
    "imap_port": (1, 65535),
    "upload_file_limit": (1024, 1024**3),
    "upload_case_limit": (1, 100),
    "session_idle_minutes": (1, 1440),
    "session_hours": (1, 744),
    "trusted_proxies": (0, 9),
    "argon2_time_cost": (1, 20),
    "argon2_memory_kib": (8, 4 * 1024**2),
    "web_threads": (1, 256),
    "plugin_start_seconds": (1, 300),
}


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True)
class Settings:
    """How one installation runs. Read once at start with `Settings.from_environment`."""

    data_dir: Path = _setting(Path("duijie-data"), "Folder for the database, uploaded files and the secret key.")
    database_url: str = _setting("", "Database address; empty means an SQLite file in the data folder.")
    public_url: str = _setting("http://127.0.0.1:8000", "The address under which people reach this server; links use it.")
    time_zone: str = _setting("Asia/Shanghai", "Time zone of meetings and deadlines.")
    secret_key: str = _setting("", "Key that signs links; empty means one is made and kept in the data folder.")
    smtp_host: str = _setting("", "Mail server; empty means no mail is sent (or it goes to the mail folder).")
    smtp_port: int = _setting(25, "Port of the mail server.")
    smtp_user: str = _setting("", "Name to sign in to the mail server with; empty means none.")
    smtp_password: str = _setting("", "Password to sign in to the mail server with.")
    smtp_tls: str = _setting("none", "Encryption towards the mail server: none, starttls or tls.")
    mail_from: str = _setting("duijie@localhost", "Sender address of mail.")
    mail_dir: str = _setting("", "Folder into which mail is written as files instead of being sent (the demo uses it).")
    reply_address: str = _setting("", "Mail address to which answers to invitations go; empty means to a coordinator.")
    imap_host: str = _setting("", "IMAP server with the mailbox of that address; empty means answers are not fetched.")
    imap_port: int = _setting(993, "Port of the IMAP server; the line is always encrypted (TLS).")
    imap_user: str = _setting("", "Name to sign in to the IMAP server with.")
    imap_password: str = _setting("", "Password to sign in to the IMAP server with.")
    imap_folder: str = _setting("INBOX", "Folder of the mailbox that answers arrive in.")
    reply_dir: str = _setting("", "Maildir from which answers are taken instead, where the mail server delivers into one.")
    mail_doubt: str = _setting("ask", "When nobody knows whether a mail arrived: ask (a person), reconcile (look it up in the "
                               "relay's log, then ask), or retry (it may arrive twice).")
    mail_relay_log: str = _setting("", "The mail server's log in Postfix's format, for reconcile; such as /var/log/mail.log.")
    upload_file_limit: int = _setting(10 * 1024 * 1024, "Largest uploaded file, in bytes.")
    upload_case_limit: int = _setting(9, "Most files that may come with one case.")
    session_idle_minutes: int = _setting(30, "Minutes without a click after which a person is signed out.")
    session_hours: int = _setting(12, "Hours after which a person is signed out in any case.")
    secure_cookies: bool = _setting(False, "Send cookies over HTTPS only; switch on wherever HTTPS is used.")
    trusted_proxies: int = _setting(0, "Number of reverse proxies in front whose X-Forwarded-* headers are believed.")
    argon2_time_cost: int = _setting(2, "Argon2 passes over the memory.")
    argon2_memory_kib: int = _setting(19456, "Argon2 memory in KiB.")
    plugins: str = _setting("all", "Which plugins to load: all, bundled (only those that come with duijie), or none.")
    plugin_processes: bool = _setting(True, "Run each third-party plugin in a process of its own, where it can be stopped.")
    plugin_start_seconds: int = _setting(5, "Seconds that a third-party plugin may take to load; more on a slow machine.")
    demo: bool = _setting(False, "Demo: invented people, a clock that can be moved, passwords shown on the sign-in page.")
    web_threads: int = _setting(8, "Threads that answer requests.")

    @property
    def url(self) -> str:
        """The database address with its default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'duijie.db').absolute()}"

    @property
    def files_dir(self) -> Path:
        """Where uploaded files stand."""
        return self.data_dir / "files"

    def secret(self) -> str:
        """The signing key; made on first use and kept readable by the owner only."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **given: Any) -> "Settings":
        """Settings from ``DUIJIE_*`` variables; ``given`` wins. Raises ValueError naming the variable."""
        source = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = f"DUIJIE_{item.name.upper()}"
            if name in source:
                values[item.name] = _read(name, source[name], item.default)
        _check(source, values)
        return cls(**(values | given))


def _check(source: Mapping[str, str], values: Mapping[str, Any]) -> None:
    """Raise ValueError for a variable that is misspelt, and for a value that nothing could run with."""
    known = {f"DUIJIE_{item.name.upper()}" for item in fields(Settings)}
    for name in sorted(source):
        if name.startswith("DUIJIE_") and name not in known:
            near = get_close_matches(name, known, 1)
            raise ValueError(f"{name}: there is no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    for key, (least, most) in _RANGES.items():
        if key in values and not least <= values[key] <= most:
            raise ValueError(f"DUIJIE_{key.upper()}: {values[key]} is not between {least} and {most}")
    if values.get("plugins", "all") not in ("all", "bundled", "none"):
        raise ValueError(f"DUIJIE_PLUGINS: {values['plugins']!r} is none of all, bundled, none")
    if (values.get("imap_host") or values.get("reply_dir")) and not values.get("reply_address"):
        raise ValueError("DUIJIE_REPLY_ADDRESS: name the address whose mailbox is read")
    doubt = values.get("mail_doubt", "ask")
    if doubt not in ("ask", "reconcile", "retry"):
        raise ValueError(f"DUIJIE_MAIL_DOUBT: {doubt!r} is none of ask, reconcile, retry")
    if doubt == "reconcile" and not values.get("mail_relay_log"):
        raise ValueError("DUIJIE_MAIL_RELAY_LOG: reconcile needs the mail server's log, such as /var/log/mail.log")
    address = urlsplit(values.get("public_url", "http://localhost"))
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("DUIJIE_PUBLIC_URL: write the whole address, such as https://duijie.example.cn")
    try:
        ZoneInfo(values.get("time_zone", "Asia/Shanghai"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"DUIJIE_TIME_ZONE: {values['time_zone']!r} is no time zone, such as Asia/Shanghai") from None


def _read(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off", ""):
            return False
        raise ValueError(f"{name}: {text!r} is neither yes nor no")
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{name}: {text!r} is not a whole number") from None
    return Path(text) if isinstance(default, Path) else text
