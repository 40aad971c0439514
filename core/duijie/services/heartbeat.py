"""The scheduler's sign of life, so that pages can say when reminders and deadlines stand still."""

from datetime import datetime, timedelta
from typing import Final

from duijie.services.work import Work
from duijie.storage.models import Setting

KEY: Final = "heartbeat"
EVERY: Final = timedelta(seconds=10)
SILENCE: Final = timedelta(seconds=60)  # longer than this and nobody is ticking


def beat(work: Work) -> None:
    """Write down that a scheduler is at work now."""
    work.session.merge(Setting(key=KEY, value={"at": work.now.isoformat()}))


def last_beat(work: Work) -> datetime | None:
    """When a scheduler last gave a sign of life; None when none ever did."""
    setting = work.session.get(Setting, KEY)
    return datetime.fromisoformat(setting.value["at"]) if setting else None


def is_running(work: Work) -> bool:
    """Whether a scheduler of any process is at work."""
    last = last_beat(work)
    return last is not None and work.now - last < SILENCE
