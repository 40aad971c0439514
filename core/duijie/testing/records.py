"""A case and a meeting in a test: what they are now, and what people do with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from sqlalchemy import or_, select

from duijie.domain.roles import SYSTEM
from duijie.domain.states import ReplyKind
from duijie.hooks.facts import CaseFacts, MeetingFacts
from duijie.services import casework, hearing, triage
from duijie.services.meetings import desk, live, minutes, planning, publishing
from duijie.services.plugins import facts
from duijie.services.work import Work
from duijie.storage.models import Appointment, Case, Event, Meeting

if TYPE_CHECKING:
    from duijie.testing.kit import Kit


@dataclass(frozen=True)
class KitCase:
    """A case that was filed. Whatever is asked of it is read anew. Each verb is done by whom it is up to."""

    kit: "Kit" = field(repr=False)
    id: int
    number: str
    code: str

    @property
    def facts(self) -> CaseFacts:
        """The case as hooks see it."""
        with self.kit.office.read(SYSTEM) as work:
            return facts.of_case(work, work.session.get_one(Case, self.id))

    @property
    def state(self) -> str:
        """Its core state."""
        return self.facts.state

    @property
    def card(self) -> str:
        """The colour of its warning card; empty where it shows none."""
        with self.kit.office.read(SYSTEM) as work:
            return str(work.session.get_one(Case, self.id).card or "")

    @property
    def events(self) -> list[str]:
        """The kinds of all entries in its history, in order."""
        with self.kit.office.read(SYSTEM) as work:
            mine = select(Event.kind).where(Event.case_id == self.id).order_by(Event.id)
            return list(work.session.scalars(mine))

    def assign(self, lead: str = "", co: Iterable[str] = ()) -> Self:
        """The coordinator accepts it for ``lead`` (a department's key): without one whoever answers for its topic."""
        chosen = self.kit.department_id(lead or self.kit.lead_for(self.facts))
        also = [self.kit.department_id(key) for key in co]
        return self._do("coordinator", lambda work, case: triage.accept(work, case, chosen, also))

    def take_up(self) -> Self:
        """The lead department starts to work on it."""
        return self._by_lead(lambda work, case, lead: casework.take_up(work, case, lead))

    def reply(self, text: str = "已办理，现答复如下。", kind: ReplyKind = ReplyKind.SOLVED) -> Self:
        """The lead department replies."""
        return self._by_lead(lambda work, case, lead: casework.reply(work, case, lead, kind, text, "online"))

    def commit(self, working_days: int = 5, text: str = "按期办结。") -> Self:
        """The lead department promises something by a working day."""
        return self._by_lead(lambda work, case, lead: casework.commit(work, case, lead, text, working_days, "经办人"))

    def keep(self, result: str = "已按承诺办结。", kind: ReplyKind | None = ReplyKind.SOLVED) -> Self:
        """The lead department keeps its open promise; with ``kind`` that is its reply as well."""

        def kept(work: Work, case: Case, lead: int) -> None:
            promise = next(p for p in case.commitments if p.state == "open" and p.department_id == lead)
            casework.keep_commitment(work, case, promise, result, kind)

        return self._by_lead(kept)

    def rate(self, stars: int = 5, comment: str = "") -> Self:
        """The requester rates the reply."""
        return self._do("", lambda work, case: hearing.rate(work, case, stars, comment))

    def close(self, reason: str = "已办结。") -> Self:
        """The coordinator closes it by hand."""
        return self._do("coordinator", lambda work, case: triage.close(work, case, reason))

    def _by_lead(self, act: Callable[[Work, Case, int], object]) -> Self:
        lead = self.facts.lead
        if not lead:
            raise AssertionError(f"{self.number} has no lead department yet: assign it first")
        department = self.kit.department_id(lead)
        return self._do(f"rep_{lead}", lambda work, case: act(work, case, department))

    def _do(self, login: str, act: Callable[[Work, Case], object]) -> Self:
        """Do something, then what is due at once: messages, what plugins are told."""
        with self.kit.work(login) as work:
            act(work, work.session.get_one(Case, self.id))
        self.kit.clock.run()
        return self


@dataclass(frozen=True)
class KitMeeting:
    """A meeting. Each verb takes it one step further, by the coordinator."""

    kit: "Kit" = field(repr=False)
    id: int
    number: str

    @property
    def facts(self) -> MeetingFacts:
        """The meeting as hooks see it."""
        with self.kit.office.read(SYSTEM) as work:
            return facts.of_meeting(work.session.get_one(Meeting, self.id))

    @property
    def state(self) -> str:
        """Its state."""
        return self.facts.state

    @property
    def events(self) -> list[str]:
        """The kinds of all entries in its own history, in order."""
        with self.kit.office.read(SYSTEM) as work:
            mine = select(Event.kind).where(Event.about_type == "meeting", Event.about_id == self.id)
            return list(work.session.scalars(mine.order_by(Event.id)))

    def invite(self) -> Self:
        """Send the invitations."""
        return self._do(lambda work: publishing.invite(work, self.id, None))

    def publish(self) -> Self:
        """Find a timetable and publish it."""
        planning.solve(self.kit.office, self.kit.actor("coordinator"), self.id, seconds=2)
        return self._do(lambda work: publishing.publish(work, self.id, None))

    def begin(self) -> Self:
        """Move the clock to its beginning; everybody signs in, and the coordinator opens it."""
        if self.kit.clock.now < self.facts.starts_at:
            self.kit.clock.set(self.facts.starts_at)

        def opened(work: Work) -> None:
            live.start(work, self.id)
            for invitation in work.session.get_one(Meeting, self.id).invitations:
                live.sign_in_by_hand(work, self.id, invitation.id)

        return self._do(opened)

    def conclude(self) -> Self:
        """End it; what nobody talked about counts as not heard."""
        return self._do(lambda work: live.conclude(work, self.id))

    def file(self) -> Self:
        """File its minutes."""
        return self._do(lambda work: minutes.file(work, self.id))

    def talk(self, case: KitCase) -> int:
        """The id of the appointment of ``case``. Raises AssertionError, with the reason, where it found no place."""
        with self.kit.office.read(SYSTEM) as work:
            published = desk.published(work, work.session.get_one(Meeting, self.id))
            mine: list[Appointment] = [one for one in published if one.case_id == case.id]
            placed = next((one.id for one in mine if one.slot is not None), None)
            why = next((one.unplaced_reason.en for one in mine if one.unplaced_reason), "it is not on the agenda")
        if placed is None:
            raise AssertionError(f"{case.number} has no place in the timetable of {self.number}: {why}")
        return placed

    def _do(self, act: Callable[[Work], object]) -> Self:
        with self.kit.work("coordinator") as work:
            act(work)
        self.kit.clock.run()
        return self


def events_since(kit: "Kit", last: int, case: KitCase, meeting: KitMeeting | None) -> list[tuple[int, str]]:
    """(id, kind) of what happened to the case and the meeting after the event ``last``."""
    about = Event.case_id == case.id
    if meeting is not None:
        about = or_(about, (Event.about_type == "meeting") & (Event.about_id == meeting.id))
    with kit.office.read(SYSTEM) as work:
        found = work.session.execute(select(Event.id, Event.kind).where(Event.id > last, about).order_by(Event.id))
        return [(number, kind) for number, kind in found]
