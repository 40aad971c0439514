"""What a process works with (`Office`), and one piece of work in it (`Work`): a session, an actor, a moment."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from duijie.domain.forms.custom import CustomType
from duijie.domain.roles import SYSTEM, Actor
from duijie.domain.text import T
from duijie.domain.working_days import WorkingCalendar
from duijie.hooks.catalogue import Catalogue
from duijie.hooks.context import Context
from duijie.hooks.groups import GroupParts, Groups
from duijie.hooks.manager import PluginManager
from duijie.hooks.values import Notifier
from duijie.services.clock import Clock
from duijie.services.plugins import keeping
from duijie.services.plugins.store import OwnStore
from duijie.services.plugins.switchboard import CLOCK, Switchboard
from duijie.services.replies.mailbox import Mailbox
from duijie.storage.database import Database
from duijie.storage.models import Event, Observation, Setting
from duijie.storage.queries.calendar import Kept, load_calendar

Recorded = tuple[str, str, int | None]
"""What was recorded: its kind, the type of what it is about, and the id of that (of the case, where it has one)."""
_RECORDED: Final = "duijie_recorded"


@dataclass(frozen=True)
class Office:
    """What one process works with: made once by `duijie.bootstrap`, shared by all threads.

    ``limits`` are numbers of the settings that services need (``upload_file_limit``, ``upload_case_limit``).
    ``reply_address`` is where answers to invitations go, and ``mailbox`` where they are fetched from; empty: to a
    coordinator, and nothing is fetched. ``before_commit`` is told what was recorded in a transaction before it ends.
    """

    database: Database
    plugins: PluginManager
    catalogue: Catalogue
    zone: ZoneInfo
    files_dir: Path
    secret: str = field(repr=False)
    public_url: str = ""
    reply_address: str = ""
    mailbox: Mailbox = field(default_factory=Mailbox, repr=False)
    before_commit: Callable[["Work", frozenset["Recorded"]], None] | None = field(default=None, repr=False)
    demo: bool = False
    limits: dict[str, int] = field(default_factory=dict)
    calendars: Kept = field(default_factory=dict, repr=False)
    shelves: dict[str, Any] = field(default_factory=dict, repr=False)  # of duijie.services.alike, by group
    clock: Clock = field(default_factory=Clock, init=False, repr=False)
    switches: Switchboard = field(init=False, repr=False)
    _depth: threading.local = field(default_factory=threading.local, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "switches", Switchboard(self.plugins, self.catalogue))
        self.plugins.context_of = self.context_of

    @property
    def groups(self) -> Groups:
        """The advisory groups that are installed, whether they are switched on or not."""
        return self.catalogue.groups

    @property
    def field_types(self) -> dict[str, CustomType]:
        """The types of form fields that plugins bring, by key."""
        return self.catalogue.field_types

    @property
    def notifiers(self) -> dict[str, Notifier]:
        """The channels by key whose plugins are switched on."""
        owned = self.catalogue.notifiers.items()
        return {key: one.item for key, one in owned if self.plugins.gate(one.plugin, None)}

    def notifier(self, key: str) -> Notifier:
        """The channel named ``key``, also where its plugin has just been switched off. Raises KeyError."""
        return self.catalogue.notifiers[key].item

    def context_of(self, plugin: str, deciding: bool = False) -> Context:
        """What a plugin's code is told of where it runs."""
        return Context(
            plugin=plugin,
            now=self.clock.now() + (self.switches.now.clock if self.demo else timedelta()),
            zone=self.zone.key,
            store=OwnStore(self.database, read_only=deciding),
            settings=self.switches.settings_of(plugin),
            areas=tuple(sorted(self.switches.areas_of(plugin))),
            public_url=self.public_url,
        )

    @contextmanager
    def read(self, actor: Actor) -> Iterator["Work"]:
        """Look without changing; nothing is committed."""
        with self._then_keep(), self.database.read() as session:
            self.clock.look(session)
            self.switches.look(session)
            yield Work(self, session, actor)

    @contextmanager
    def write(self, actor: Actor) -> Iterator["Work"]:
        """One use case, one transaction: committed at the end, or not at all."""
        with self._then_keep(), self.database.write() as session:
            self.clock.look(session)
            self.switches.look(session)
            work = Work(self, session, actor)
            yield work
            if self.before_commit and (recorded := session.info.pop(_RECORDED, None)):
                self.before_commit(work, frozenset(recorded))

    @contextmanager
    def _then_keep(self) -> Iterator[None]:
        """After the outermost piece of work of this thread: write down what plugins did wrong in it."""
        depth = getattr(self._depth, "value", 0)
        self._depth.value = depth + 1
        try:
            yield
        finally:
            self._depth.value = depth
            if not depth:
                keeping.keep_all(self.database, self.plugins)

    def close(self) -> None:
        """End the processes of plugins and give every connection back."""
        self.plugins.close()
        self.database.close()

    def sign(self, purpose: str, value: object) -> str:
        """A token for a link that nobody can make up. ``purpose`` keeps tokens of one use from serving another."""
        return str(URLSafeSerializer(self.secret, salt=purpose).dumps(value))

    def unsign(self, purpose: str, token: str) -> Any:
        """What `sign` was given, or None when the token is not ours."""
        try:
            return URLSafeSerializer(self.secret, salt=purpose).loads(token)
        except BadSignature:
            return None


class Work:
    """One piece of work: all that a service function needs, and nothing of the web.

    ``now`` is read once, so that everything in one transaction carries the same moment; the demo's clock is
    shifted by an offset that stands in the database, so that all processes agree on it.
    """

    def __init__(self, office: Office, session: Session, actor: Actor) -> None:
        self.office = office
        self.session = session
        self.actor = actor
        # Not functools.cached_property: until Python 3.12 it holds one lock for all threads while it computes,
        # and a thread that waits there for the database stands in the way of the one it waits for.
        self._now: datetime | None = None
        self._calendar: WorkingCalendar | None = None
        self.seen: dict[str, Any] = {}  # small tables that this piece of work has looked up already

    def as_system(self) -> "Work":
        """The same piece of work in duijie's own name: for what rules do, not the person who set them off."""
        return self.acting(SYSTEM)

    def acting(self, actor: Actor) -> "Work":
        """The same piece of work in the name of ``actor``: for what somebody said in a mail."""
        if self.actor is actor:
            return self
        own = copy(self)
        own.actor = actor
        return own

    @property
    def now(self) -> datetime:
        """The moment of this work, in UTC."""
        if self._now is None:
            self._now = self.office.clock.now()
            if self.office.demo and (clock := self.session.get(Setting, CLOCK)):
                self._now += timedelta(seconds=float(clock.value["offset_seconds"]))
        return self._now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._now = moment

    @property
    def today(self) -> date:
        """The local date of `now`."""
        return self.local(self.now).date()

    @property
    def calendar(self) -> WorkingCalendar:
        """The working-day calendar, from two years ago on."""
        if self._calendar is None:
            since = self.today.replace(month=1, day=1) - timedelta(days=730)
            self._calendar = load_calendar(self.session, since, self.office.calendars)
        return self._calendar

    def forget_calendar(self) -> None:
        """Read the calendar anew when it is next asked for."""
        self._calendar = None

    def local(self, moment: datetime) -> datetime:
        """``moment`` in the installation's time zone."""
        return moment.astimezone(self.office.zone)

    def at(self, day: date, hour: int = 0, minute: int = 0) -> datetime:
        """A local date and time as a moment in UTC."""
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.office.zone)
        return local.astimezone(UTC)

    def parts(self, group_key: str) -> GroupParts | None:
        """The group's declarations; None when its plugin is not installed any more."""
        return self.office.groups.get(group_key)

    def record(
        self,
        kind: str,
        about_type: str,
        about_id: int | None,
        *,
        case_id: int | None = None,
        public: bool = False,
        **data: object,
    ) -> Event:
        """Append to the history. ``kind`` is one of `duijie.domain.events.KINDS`; a `T` in ``data`` keeps both languages."""
        event = Event(
            at=self.now,
            actor_id=self.actor.user_id,
            actor=self.actor.name,
            actor_kind=self.actor.kind,
            address=self.actor.address,
            kind=kind,
            about_type=about_type,
            about_id=about_id,
            case_id=about_id if about_type == "case" and case_id is None else case_id,
            public=public,
            data={key: value.as_json() if isinstance(value, T) else value for key, value in data.items()},
        )
        self.session.add(event)
        self.session.info.setdefault(_RECORDED, set()).add((kind, about_type, event.case_id or about_id))
        for plugin in self.office.plugins.implements("duijie_on_event"):  # the outbox: told of it after the commit
            self.session.add(Observation(plugin=plugin, event=event, next_at=self.now))
        from duijie.services.reminders.events import announce  # what plans reminders does so in a `Work`

        announce(self, event)
        return event
