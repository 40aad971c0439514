"""Answers that are kept for the next who asks (知识条目): written, found, renewed, withdrawn, and reminded of in time."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, or_, select

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.text import T
from duijie.services import masking, reminders, rosters
from duijie.services.rules.people import representatives
from duijie.services.rules.texts import day_text
from duijie.services.typed import needed, optional
from duijie.services.work import Office, Work
from duijie.storage.models import Case, KnowledgeEntry

USUAL: Final = timedelta(days=365)
LONGEST: Final = timedelta(days=5 * 366)
AHEAD: Final = timedelta(days=30)  # before an entry ends its department is asked to renew it
KEEPERS: Final = (Role.COORDINATOR, Role.AREA_ADMIN)


class Draft(NamedTuple):
    """What somebody wrote of an entry; ``valid_until`` is its last day."""

    group_key: str
    department_id: int
    question: str
    answer: str
    legal_basis: str
    valid_until: date | None
    public: bool


def may_keep(work: Work, department_id: int) -> bool:
    """Whether the actor writes a department's entries: its representatives, coordinators, area administrators."""
    return work.actor.has(*KEEPERS) or department_id in work.actor.departments


def add(work: Work, draft: Draft, source: Case | None = None) -> KnowledgeEntry:
    """Keep an answer; sent a second time (a double click, a line that broke) it is the entry that is there.

    What comes from a case is rid of its requester's names and numbers. Raises Forbidden, Invalid.
    """
    entry = KnowledgeEntry(created_at=work.now, source_case_id=source.id if source else None, group_key=draft.group_key)
    _write(work, entry, draft, masking.names_of(source) if source else ())
    if (there := _same(work, entry)) is not None:
        return there
    work.session.add(entry)
    work.session.flush()
    work.record("knowledge.kept", "knowledge", entry.id, question=entry.question)
    return entry


def change(work: Work, entry_id: int, version: int | None, draft: Draft) -> KnowledgeEntry:
    """Write an entry anew. Raises NotFound, Forbidden, Invalid, Conflict."""
    entry = one(work, entry_id, version)
    if not may_keep(work, entry.department_id):
        raise Forbidden
    source = work.session.get(Case, entry.source_case_id) if entry.source_case_id else None
    _write(work, entry, draft, masking.names_of(source) if source else ())
    work.record("knowledge.changed", "knowledge", entry.id, question=entry.question)
    work.session.flush()
    return entry


def renew(work: Work, entry_id: int, version: int | None, until: date | None) -> KnowledgeEntry:
    """It still holds: until a new day. Raises NotFound, Forbidden, Invalid, Conflict."""
    entry = one(work, entry_id, version)
    if not may_keep(work, entry.department_id):
        raise Forbidden
    entry.valid_until, entry.active = _last_day(work, until), True
    entry.changed_at, entry.by = work.now, work.actor.name
    work.record("knowledge.renewed", "knowledge", entry.id, question=entry.question,
                until=day_text(entry.valid_until, work.today))  # fmt: skip
    work.session.flush()
    return entry


def withdraw(work: Work, entry_id: int, version: int | None) -> None:
    """It does not hold any more. Raises NotFound, Forbidden, Conflict."""
    entry = one(work, entry_id, version)
    if not may_keep(work, entry.department_id):
        raise Forbidden
    entry.active = False
    work.record("knowledge.withdrawn", "knowledge", entry.id, question=entry.question)
    work.session.flush()


def one(work: Work, entry_id: int, version: int | None = None) -> KnowledgeEntry:
    """An entry. Raises NotFound, or Conflict when ``version`` is no longer the latest."""
    found = work.session.get(KnowledgeEntry, entry_id)
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise Conflict(T("他人刚修改过这条知识，请对照最新内容后再提交。",
                         en="Somebody else just changed this entry; compare with the latest, then send."))
    return found


def listed(work: Work, group_key: str = "", words: str = "", only: str = "") -> Sequence[KnowledgeEntry]:
    """Entries by when they end. ``only``: ``ending`` (soon or already), ``withdrawn``, else those in use."""
    wanted = select(KnowledgeEntry).order_by(KnowledgeEntry.valid_until, KnowledgeEntry.id).limit(500)
    conditions: list[ColumnElement[bool]] = [KnowledgeEntry.active.is_(only != "withdrawn")]
    if only == "ending":
        conditions.append(KnowledgeEntry.valid_until <= work.today + AHEAD)
    if group_key:
        conditions.append(KnowledgeEntry.group_key == group_key)
    for word in words.split()[:8]:
        fields = (KnowledgeEntry.question, KnowledgeEntry.answer, KnowledgeEntry.legal_basis)
        conditions.append(or_(*(c.icontains(word, autoescape=True) for c in fields)))
    return work.session.scalars(wanted.where(*conditions)).all()


def showing(work: Work, group_key: str, *, public: bool) -> Sequence[KnowledgeEntry]:
    """A group's entries that hold today; with ``public`` those that requesters may see."""
    holds = (KnowledgeEntry.active, KnowledgeEntry.valid_until >= work.today, KnowledgeEntry.group_key == group_key)
    wanted = select(KnowledgeEntry).where(*holds)
    if public:
        wanted = wanted.where(KnowledgeEntry.public)
    return work.session.scalars(wanted.order_by(KnowledgeEntry.id.desc()).limit(1_000)).all()


def ask_to_renew(office: Office) -> int:
    """Ask each department, once for each last day, whether its entries still hold; answers how many were asked about."""
    with office.write(SYSTEM) as work:
        soon = work.today + AHEAD
        due = select(KnowledgeEntry).where(KnowledgeEntry.active, KnowledgeEntry.valid_until <= soon)
        return sum(_ask(work, entry) for entry in work.session.scalars(due).all())


def _ask(work: Work, entry: KnowledgeEntry) -> int:
    asked = 0
    for user in representatives(work, entry.group_key, entry.department_id):
        asked += reminders.plan(
            work,
            reminders.NewReminder(
                kind="knowledge.ending", about_type="knowledge", about_id=entry.id,
                revision=entry.valid_until.isoformat(), to=reminders.of_user(user),
                subject=T("知识条目将于 {day} 到期，请确认", en="A knowledge entry ends on {day}: please confirm")
                .fill(day=day_text(entry.valid_until, work.today)),
                body=T("“{q}”\n仍然适用请续期，不再适用请撤下。到期后不再推荐给诉求人和代表。",
                       en="“{q}”\nRenew it if it still holds, else withdraw it. It is not suggested after that day.")
                .fill(q=entry.question),
                why=T("您是该条目所属部门的代表", en="You represent the department of this entry"),
                due_at=work.now, link=f"/knowledge/{entry.id}",
            ),
        )  # fmt: skip
    return bool(asked)


def _write(work: Work, entry: KnowledgeEntry, draft: Draft, names: Sequence[str]) -> None:
    seats = {e.department_id for e in rosters.entries_of(work, entry.group_key)}
    if draft.department_id not in seats:
        raise Invalid.field("department", "请选择本顾问团名册中的部门。", "Choose a department that sits in this group.")
    if not may_keep(work, draft.department_id):
        raise Forbidden
    question = needed(draft.question, "question", "问题", "the question", 200)
    entry.question = masking.spared(question, names)[:200]
    entry.answer = masking.spared(needed(draft.answer, "answer", "答复", "the answer"), names)
    entry.legal_basis = optional(draft.legal_basis, "legal_basis", 1000)
    entry.department_id, entry.public = draft.department_id, draft.public
    entry.valid_until = _last_day(work, draft.valid_until)
    entry.changed_at, entry.by = work.now, work.actor.name


def _same(work: Work, entry: KnowledgeEntry) -> KnowledgeEntry | None:
    """An entry in use that says the same to the same people until the same day."""
    columns = (
        KnowledgeEntry.group_key, KnowledgeEntry.department_id, KnowledgeEntry.question, KnowledgeEntry.answer,
        KnowledgeEntry.legal_basis, KnowledgeEntry.public, KnowledgeEntry.valid_until,
    )  # fmt: skip
    alike = (column == getattr(entry, column.key) for column in columns)
    return work.session.scalars(select(KnowledgeEntry).where(KnowledgeEntry.active, *alike).limit(1)).first()


def _last_day(work: Work, day: date | None) -> date:
    until = day or work.today + USUAL
    if not work.today <= until <= work.today + LONGEST:
        raise Invalid.field("valid_until", "有效期应在今天之后、五年之内。", "Choose a day from today on, within five years.")
    return until
