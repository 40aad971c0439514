"""Where one row of the battery happens: a database with a town in it, and what is found there in the end."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.delivery.crew import Crew, Place
from benchmarks.delivery.databases import Stop, database
from benchmarks.delivery.inside import open_with, plan
from sqlalchemy import func, select

from duijie.domain.roles import SYSTEM, Role
from duijie.domain.text import T
from duijie.services import accounts, calendars, heartbeat, rosters
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage import schema
from duijie.storage.models import Area, Delivery, Reminder, User

NAMED: Final = T("镇", en="Town")
PATIENCE: Final = 300.0  # seconds until a row that does not come to rest is called off


@dataclass(frozen=True)
class Size:
    """How much of everything: ``messages``, ``kills``, ``workers``, ``repeats`` of what is tried several times."""

    messages: int
    kills: int
    workers: int
    repeats: int


SIZES: Final = {"tiny": Size(60, 3, 2, 1), "small": Size(300, 10, 2, 3), "full": Size(10_000, 100, 4, 20)}


@dataclass(frozen=True)
class Seen:
    """What a row came to; ``met`` says whether it is what is promised."""

    what: str
    expected: str
    seen: str
    met: bool


class Scene:
    """An office on the row's database, for looking and planning; workers have their own."""

    def __init__(self, place: Place, office: Office, stop: Stop) -> None:
        self.place, self.office, self.stop_server = place, office, stop

    def plan(self, channel: str, numbers: range, **changes: Any) -> None:
        """Plan reminders, all in one transaction."""
        with self.office.write(SYSTEM) as work:
            for n in numbers:
                plan(work, channel, n, **changes)

    def states(self) -> Counter[str]:
        """How many reminders of the battery there are in each state."""
        with self.office.read(SYSTEM) as work:
            rows = select(Reminder.state, func.count()).where(Reminder.kind == "battery").group_by(Reminder.state)
            return Counter(dict(work.session.execute(rows).all()))

    def reminders(self) -> list[Reminder]:
        """Those of the battery."""
        with self.office.read(SYSTEM) as work:
            return list(work.session.scalars(select(Reminder).where(Reminder.kind == "battery").order_by(Reminder.id)))

    def accepted_twice(self) -> int:
        """Messages of which more than one attempt was settled as accepted."""
        with self.office.read(SYSTEM) as work:
            found = select(Delivery.reminder_id).where(Delivery.outcome == "accepted")
            return len(work.session.execute(found.group_by(Delivery.reminder_id).having(func.count() > 1)).all())

    def is_alive(self) -> bool:
        """Whether a worker has started."""
        with self.office.read(SYSTEM) as work:
            return heartbeat.is_running(work)

    def settled(self, number: int) -> bool:
        """Whether ``number`` reminders are there and none waits any more."""
        states = self.states()
        return states.total() >= number and not states["planned"] and not states["sending"]

    def rest(self, number: int, crew: Crew) -> None:
        """Wait until everything is settled; workers that die meanwhile are replaced."""
        deadline = time.monotonic() + PATIENCE
        while not self.settled(number) and time.monotonic() < deadline:
            crew.revive()
            time.sleep(0.2)


@contextmanager
def scene(kind: str, folder: Path, port: int = 1, **settings: str) -> Iterator[Scene]:
    """A town with a coordinator on an empty database; ``settings`` are those of its processes, ``port`` the receiver's."""
    folder.mkdir(parents=True)
    with database(kind, folder) as (url, stop):
        place = Place(folder, url, {f"DUIJIE_{name.upper()}": value for name, value in settings.items()})
        office = open_with(port, Settings.from_environment(place.environment))
        try:
            schema.upgrade(office.database)
            with office.write(SYSTEM) as work:
                calendars.seed(work)
                rosters.seed(work)
                area = Area(key="town", name=NAMED, kind="urban")
                user = User(login="coordinator", name=NAMED, password_hash="x", created_at=work.now)
                work.session.add_all([area, user])
                work.session.flush()
                accounts.grant(work, user, Role.COORDINATOR, area_id=area.id)
            yield Scene(place, office, stop)
        finally:
            office.close()
