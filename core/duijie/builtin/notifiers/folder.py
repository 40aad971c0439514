"""Mail as files in a folder: each one is whole or not there, and the same message is one file for ever."""

import os
import re
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from duijie.api import DeliveryOutcome, Message, Receipt


def keep(folder: str, message: Message, mail: EmailMessage) -> Receipt:
    """Write ``mail`` as ``<time in UTC>-<recipient>-<digest of its key>.eml``."""
    digest = sha256(message.key.encode()).hexdigest()[:12]
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        if found := next(place.glob(f"*-{digest}.eml"), None):
            return Receipt(DeliveryOutcome.ACCEPTED, f"already there: {found.name}")
        name = f"{message.sent_at:%Y%m%d-%H%M%S}-{_plain(message.to_address)}-{digest}.eml"
        half = place / f".{name}.{os.getpid()}"
        half.write_bytes(mail.as_bytes())
        half.replace(place / name)
    except OSError as error:
        return Receipt(DeliveryOutcome.REFUSED, repr(error))
    return Receipt(DeliveryOutcome.ACCEPTED, name)


def _plain(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9@.-]", "_", address).replace("..", "_")[:80]
