"""What plugins are told of records: frozen values made of rows."""

from sqlalchemy import select

from duijie.domain.roles import Actor
from duijie.hooks.facts import ActorFacts, CaseFacts, EventFacts, MeetingFacts
from duijie.services.work import Work
from duijie.storage.models import Case, Department, Event, Meeting, Submission


def of_case(work: Work, case: Case) -> CaseFacts:
    """A case as plugins see it."""
    parts = work.parts(case.group_key)
    topic = parts.group.topic(case.topic) if parts else None
    answers = work.session.scalar(select(Submission.answers).where(Submission.case_id == case.id)) or {}
    return CaseFacts(
        id=case.id, group=case.group_key, area=case.area.key, topic=case.topic, title=case.title, text=case.text,
        answers=answers, topic_label=topic.label if topic else None, number=case.number, state=case.state.value,
        requester=case.requester, due_on=case.due_on,
        lead=case.lead.department.key if case.lead else "", co=tuple(a.department.key for a in case.co),
    )  # fmt: skip


def of_meeting(meeting: Meeting) -> MeetingFacts:
    """A meeting as plugins see it."""
    return MeetingFacts(
        id=meeting.id, group=meeting.group_key, area=meeting.area.key, number=meeting.number, title=meeting.title,
        state=meeting.state.value, starts_at=meeting.starts_at,
        departments=tuple(desk.department.key for desk in meeting.desks),
    )  # fmt: skip


def of_actor(work: Work, actor: Actor) -> ActorFacts:
    """Whoever acts, as plugins see them."""
    keys: tuple[str, ...] = ()
    if actor.departments:
        found = select(Department.key).where(Department.id.in_(actor.departments)).order_by(Department.key)
        keys = tuple(work.session.scalars(found))
    areas = tuple(sorted(work.office.switches.keys_of(actor.areas | actor.administers)))
    return ActorFacts(actor.kind, actor.name, actor.user_id, actor.roles, keys, areas)


def of_event(event: Event, case: CaseFacts | None) -> EventFacts:
    """An entry of the history as plugins see it."""
    return EventFacts(
        id=event.id, kind=event.kind, at=event.at, actor=ActorFacts(event.actor_kind, event.actor, event.actor_id),
        about_type=event.about_type, about_id=event.about_id, data=event.data, case=case,
    )  # fmt: skip
