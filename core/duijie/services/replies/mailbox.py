"""Which mailbox answers are fetched from."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox on an IMAP server, reached over TLS only; or a Maildir ``maildir``, which wins.

    ``timeout`` in seconds for each step. Without either, nothing is fetched.
    """

    host: str = ""
    port: int = 993
    user: str = ""
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    maildir: str = ""
    timeout: float = 20.0

    @property
    def there(self) -> bool:
        """Whether there is anything to fetch from."""
        return bool(self.host or self.maildir)
