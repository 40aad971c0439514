"""Lives a past, moment by moment: each act runs at its own time through the services that anybody uses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select, update

from duijie import schedule
from duijie.domain.roles import SYSTEM, Actor
from duijie.services import accounts, demo_clock
from duijie.services.work import Office, Work
from duijie.storage.models import Reminder, User

Act = Callable[["Life"], None]


@dataclass
class Life:
    """What has been planned to happen, and the hands to do it. ``now`` is the moment of the act at hand."""

    office: Office
    now: datetime
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def plan(self, day: date, clock: str, act: Act) -> None:
        """Let ``act`` happen on ``day`` at ``clock`` ("HH:MM", local)."""
        hour, minute = map(int, clock.split(":"))
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.office.zone)
        self._acts.append((moment, len(self._acts), act))

    def live(self, until: datetime) -> None:
        """Do everything planned before ``until`` in its order; each evening, what has come due is sent."""
        for moment, _, act in sorted(self._acts, key=lambda planned: planned[:2]):
            if moment >= until:
                break
            if moment.date() != self.now.date():
                self._evening()
            self.now = moment
            act(self)
        self._acts.clear()
        self.now = until  # what came due this morning is for the scheduler to send
        self.tell_time()

    @contextmanager
    def as_(self, login: str) -> Iterator[Work]:
        """A piece of work of ``login`` at this moment; ``""`` is a requester or duijie itself."""
        with self.office.write(self.actor(login)) as work:
            work.now = self.now
            yield work

    def tell_time(self) -> None:
        """Set everybody's clock: for services that open pieces of work of their own."""
        with self.office.write(SYSTEM) as work:
            demo_clock.set_now(work, self.now)

    def actor(self, login: str) -> Actor:
        """Somebody who acts."""
        if login and login not in self._actors:
            with self.office.read(SYSTEM) as work:
                user = work.session.scalars(select(User).where(User.login == login)).one()
                self._actors[login] = accounts.actor_of(work, user)
        return self._actors[login] if login else SYSTEM

    def _evening(self) -> None:
        """Run the rules that came due. The past's post counts as delivered: its mails would be read by nobody."""
        self.tell_time()
        schedule.run_rules(self.office)
        arrived = update(Reminder).where(Reminder.state == "planned", Reminder.next_at <= self.now)
        with self.office.write(SYSTEM) as work:
            work.session.execute(arrived.values(state="sent", sent_at=Reminder.next_at, read_at=Reminder.next_at))
