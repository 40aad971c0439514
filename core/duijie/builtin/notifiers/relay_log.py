"""Looks a mail up in the relay's log (Postfix's format), by its Message-ID.

A mail that Postfix has taken has a queue: ``cleanup`` names its Message-ID and ``qmgr`` what becomes of it. One
whose line broke half-way is named by ``cleanup`` only.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from duijie.api import DeliveryOutcome, Receipt

MOST: Final = 64 * 1024 * 1024  # bytes of each file that are read, from its end


def look_up(log: str, message_id: str, since: datetime) -> Receipt:
    """What the log says of an attempt that was under way at ``since``: accepted, refused (the relay never took it), or ambiguous.

    A log that was not written since then cannot say that something is missing.
    """
    place = Path(log)
    try:
        written = datetime.fromtimestamp(place.stat().st_mtime, UTC)
        for file in (place, place.with_name(f"{place.name}.1")):
            if file.exists() and (queue := _queue(_end_of(file), message_id)):
                return Receipt(DeliveryOutcome.ACCEPTED, f"the relay has it as {queue}")
    except OSError as error:
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"{log} cannot be read: {error}")
    if written <= since:
        return Receipt(DeliveryOutcome.AMBIGUOUS, f"{log} was not written since")
    return Receipt(DeliveryOutcome.REFUSED, "the relay's log does not have it")


def _end_of(file: Path) -> bytes:
    with file.open("rb") as lines:
        lines.seek(max(0, file.stat().st_size - MOST))
        return lines.read()


def _queue(text: bytes, message_id: str) -> str:
    for found in re.finditer(rb" (\w+): message-id=" + re.escape(message_id.encode()), text):
        if re.search(rb"qmgr\[\d+\]: " + found[1] + rb": from=", text):
            return found[1].decode()
    return ""
