"""What hangs on one case, for its page."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from duijie.storage.models import AgendaItem, Case, Event, Meeting, Submission


def last_of(session: Session, case_id: int, *kinds: str) -> Event | None:
    """The latest event of one of ``kinds``."""
    wanted = select(Event).where(Event.case_id == case_id, Event.kind.in_(kinds))
    return session.scalar(wanted.order_by(Event.id.desc()).limit(1))


def submission(session: Session, case_id: int) -> Submission | None:
    """What was filled in, with the version of the form it was filled in on."""
    wanted = select(Submission).where(Submission.case_id == case_id).options(selectinload(Submission.form))
    return session.scalar(wanted)


def merged_into(session: Session, case_id: int) -> Sequence[Case]:
    """The cases that follow this one."""
    return session.scalars(select(Case).where(Case.merged_into_id == case_id).order_by(Case.id)).all()


def followed_by(session: Session, case: Case) -> Case | None:
    """The case that ``case`` was merged into."""
    return session.get(Case, case.merged_into_id) if case.merged_into_id else None


def meetings(session: Session, case_id: int) -> Sequence[Meeting]:
    """The meetings on whose agenda the case stands, by date."""
    on_agenda = select(AgendaItem.meeting_id).where(AgendaItem.case_id == case_id)
    return session.scalars(select(Meeting).where(Meeting.id.in_(on_agenda)).order_by(Meeting.starts_at)).all()


def fresh(session: Session, case_id: int) -> Case:
    """The case as it stands now, with its attachments and assignments."""
    wanted = select(Case).where(Case.id == case_id)
    loaded = wanted.options(selectinload(Case.attachments), selectinload(Case.assignments))
    return session.scalars(loaded.execution_options(populate_existing=True)).one()
