"""The schedulers' signs of life, so that pages can say when reminders stand still, or go by a clock that is wrong."""

import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from duijie.domain.text import T
from duijie.services.clock import TOO_FAR
from duijie.services.work import Work
from duijie.storage.models import Setting

KEY: Final = "heartbeat"
EVERY: Final = timedelta(seconds=10)
SILENCE: Final = timedelta(seconds=60)  # longer than this and nobody is ticking
_PROCESS: Final = "process:"
_FORGOTTEN: Final = timedelta(days=1)
_AGAIN: Final = 30  # beats after which a wrong clock is said again


@dataclass(frozen=True, slots=True)
class WrongClock:
    """A scheduler whose clock is off: which process, by how much (negative: behind), and what that means."""

    process: str
    off: timedelta
    mended: bool

    @property
    def text(self) -> T:
        """Which clock, which way, and what that means for messages."""
        host, _, number = self.process.rpartition(":")
        minutes = max(1, round(abs(self.off) / timedelta(minutes=1)))
        way = T("快", en="ahead") if self.off > timedelta() else T("慢", en="behind")
        means = _MENDED if self.mended else _COMPARED
        return T("服务器 {host}（进程 {n}）的时钟{way}了约 {m} 分钟。{means}",
                 en="The clock of {host} (process {n}) is about {m} min {way}. {means}").fill(
            host=host, n=number, m=minutes, way=way, means=means)


_MENDED: Final = T("它暂按数据库服务器的时间工作；请校准时钟。",
                   en="It goes by the database server's time meanwhile; please set the clock.")
_COMPARED: Final = T("与其他进程相比不一致，提醒可能提前或推迟；请校准时钟。",
                     en="It differs from the other processes': reminders may come early or late. Please set the clock.")


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


def compare_clocks(work: Work, process: str = "") -> WrongClock | None:
    """Write down what this process's clock says; answers how it is wrong, when it is time to say so (again).

    PostgreSQL knows how far it is off. On SQLite it is compared with those that have beaten since this process last
    looked: who agrees with one of them is not off. ``process`` is ``<host>:<number>``, by default this one.
    """
    if not work.office.clock.compares:
        return None
    own = _PROCESS + (process or f"{socket.gethostname()[:30]}:{os.getpid()}")
    rows = {row.key: row.value for row in work.session.scalars(select(Setting).where(Setting.key.startswith(_PROCESS)))}
    before, at = rows.pop(own, {}), datetime.now(UTC)
    off = work.office.clock.off
    if work.office.database.is_sqlite:
        seen = before.get("seen", {})
        others = [at - _at(row) for key, row in rows.items() if row["n"] > seen.get(key, row["n"])]
        off = min(others, key=abs, default=timedelta())
    wrong = before.get("wrong", 0) + 1 if abs(off) > TOO_FAR else 0
    now = {"at": at.isoformat(), "n": before.get("n", 0) + 1, "off": off.total_seconds(), "wrong": wrong,
           "seen": {key: row["n"] for key, row in rows.items()}}  # fmt: skip
    work.session.merge(Setting(key=own, value=now))
    gone = [key for key, row in rows.items() if at - off - _true(row) > _FORGOTTEN]
    work.session.execute(delete(Setting).where(Setting.key.in_(gone)))
    return _wrong(work, own, off) if wrong % _AGAIN == 1 else None


def wrong_clocks(work: Work) -> list[WrongClock]:
    """The schedulers at work whose clocks are off by more than a minute."""
    rows = work.session.scalars(select(Setting).where(Setting.key.startswith(_PROCESS)).order_by(Setting.key))
    now = work.office.clock.now()
    return [
        _wrong(work, row.key, timedelta(seconds=row.value["off"])) for row in rows
        if abs(row.value["off"]) > TOO_FAR.total_seconds() and abs(now - _true(row.value)) < SILENCE
    ]  # fmt: skip


def _wrong(work: Work, key: str, off: timedelta) -> WrongClock:
    return WrongClock(key.removeprefix(_PROCESS), off, not work.office.database.is_sqlite)


def _at(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["at"])


def _true(row: dict[str, Any]) -> datetime:
    """When it beat, as far as is known."""
    return _at(row) - timedelta(seconds=row["off"])
