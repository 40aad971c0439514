"""Kept answers: the list, one of them, a new one, renewing and withdrawing."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import DuijieError, Forbidden, Invalid, NotFound
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import find, masking, public_answers, rosters
from duijie.services import knowledge as service
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.errors import status_of
from duijie.web.knowledge.blueprint import knowledge
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from duijie.storage.models import Case, KnowledgeEntry

__all__ = ["knowledge"]

KEEPERS = (Role.REPRESENTATIVE, Role.COORDINATOR, Role.AREA_ADMIN)
LISTS = {
    "": T("有效", en="In use"),
    "ending": T("即将到期或已到期", en="Ending or ended"),
    "withdrawn": T("已撤下", en="Withdrawn"),
}


@knowledge.get("/")
@only(*KEEPERS)
def listed() -> ResponseReturnValue:
    """The entries, by when they end."""
    group, words = request.args.get("group", ""), request.args.get("q", "").strip()[:100]
    chosen = request.args.get("list", "")
    chosen = chosen if chosen in LISTS else ""
    with read() as work:
        return render_template(
            "knowledge/all.html", entries=service.listed(work, group, words, chosen), lists=LISTS, chosen=chosen,
            groups=_groups(work), group=group, words=words, today=work.today, soon=work.today + service.AHEAD,
            group_of=_group_name(work),
        )  # fmt: skip


@knowledge.get("/new")
@only(*KEEPERS)
def new() -> ResponseReturnValue:
    """A new entry; with ``case`` from what that case was answered."""
    return _new_page()


@knowledge.post("/new")
@only(*KEEPERS)
def add() -> ResponseReturnValue:
    """Keep it."""
    try:
        with write() as work:
            source = _source(work)
            entry = service.add(work, _typed(source.group_key if source else request.form.get("group", "")), source)
            entry_id = entry.id
    except NotFound:
        raise
    except DuijieError as error:
        return _new_page(error)
    notice(T("已存为知识条目。", en="Kept for the next who asks."))
    return redirect(url_for("knowledge.entry", entry_id=entry_id))


@knowledge.get("/<int:entry_id>")
@only(*KEEPERS)
def entry(entry_id: int) -> ResponseReturnValue:
    """One entry, to read or to change."""
    return _page(entry_id)


@knowledge.post("/<int:entry_id>")
@only(*KEEPERS)
def change(entry_id: int) -> ResponseReturnValue:
    """Write it anew."""

    def write_anew(work: Work) -> None:
        group = service.one(work, entry_id).group_key
        service.change(work, entry_id, version(), _typed(group))

    return _after(entry_id, write_anew, T("已保存。", en="Saved."))


@knowledge.post("/<int:entry_id>/renew")
@only(*KEEPERS)
def renew(entry_id: int) -> ResponseReturnValue:
    """It still holds."""

    def hold(work: Work) -> None:
        service.renew(work, entry_id, version(), _day(request.form.get("until", "")))

    return _after(entry_id, hold, T("已续期。", en="Renewed."))


@knowledge.post("/<int:entry_id>/withdraw")
@only(*KEEPERS)
def withdraw(entry_id: int) -> ResponseReturnValue:
    """It does not hold any more."""
    done = T("已撤下，不再推荐。", en="Withdrawn; it is not suggested any more.")
    return _after(entry_id, lambda work: service.withdraw(work, entry_id, version()), done)


def _after(entry_id: int, act: Callable[[Work], None], done: T) -> ResponseReturnValue:
    try:
        with write() as work:
            act(work)
    except (NotFound, Forbidden):
        raise
    except DuijieError as error:
        return _page(entry_id, error)
    notice(done)
    return redirect(url_for("knowledge.entry", entry_id=entry_id))


def _page(entry_id: int, error: DuijieError | None = None) -> ResponseReturnValue:
    with read() as work:
        one = service.one(work, entry_id)
        page = render_template(
            "knowledge/one.html", entry=one, may=service.may_keep(work, one.department_id), today=work.today,
            usual=(work.today + service.USUAL).isoformat(), group_of=_group_name(work),
            source=_visible_source(work, one), **_fields(work, one.group_key, _kept(one), error),
        )  # fmt: skip
    return page, status_of(error) if error else 200


def _new_page(error: DuijieError | None = None) -> ResponseReturnValue:
    with read() as work:
        source = _source(work)
        key = source.group_key if source else request.values.get("group", "")
        if not source and work.parts(key) is None:
            page = render_template("knowledge/new.html", group=None, groups=_groups(work))
        else:
            start = _from_case(work, source) if source else {}
            start.setdefault("valid_until", (work.today + service.USUAL).isoformat())
            page = render_template(
                "knowledge/new.html", group=key, groups=_groups(work), source=source, group_of=_group_name(work),
                **_fields(work, key, start, error),
            )  # fmt: skip
    return page, status_of(error) if error else 200


def _fields(work: Work, group: str, start: dict[str, Any], error: DuijieError | None) -> dict[str, Any]:
    seats = rosters.entries_of(work, group)
    sent = request.method == "POST" and "answer" in request.form
    return {
        "departments": [(e.department_id, e.department.name) for e in seats if service.may_keep(work, e.department_id)],
        "values": request.form if sent else start,
        "problems": error.problems if isinstance(error, Invalid) else (),
        "refusal": error.message if error and not isinstance(error, Invalid) else None,
    }


def _kept(one: "KnowledgeEntry") -> dict[str, Any]:
    return {
        "question": one.question, "answer": one.answer, "legal_basis": one.legal_basis, "public": one.public,
        "department": one.department_id, "valid_until": one.valid_until.isoformat(),
    }  # fmt: skip


def _from_case(work: Work, case: "Case") -> dict[str, Any]:
    """What the case was asked and answered, without personal data; the department is the actor's own where it replied."""
    mine = [r for r in case.replies if r.department_id in work.actor.departments]
    said = mine[-1] if mine else public_answers.reply_of(case)
    names = masking.names_of(case)
    return {
        "question": masking.hidden(case.title, names)[:200],
        "answer": masking.hidden(said.text, names) if said else "",
        "department": said.department_id if said else "",
    }


def _source(work: Work) -> "Case | None":
    case_id = request.values.get("case", type=int)
    return find.case(work, case_id) if case_id else None


def _visible_source(work: Work, one: "KnowledgeEntry") -> "Case | None":
    try:
        return find.case(work, one.source_case_id) if one.source_case_id else None
    except NotFound:
        return None


def _typed(group: str) -> service.Draft:
    form = request.form
    return service.Draft(
        group, form.get("department", 0, type=int), form.get("question", ""), form.get("answer", ""),
        form.get("legal_basis", ""), _day(form.get("valid_until", "")), "public" in form,
    )  # fmt: skip


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError as error:
        raise Invalid.field("valid_until", "请按“年-月-日”填写日期。", "Enter the date as year-month-day.") from error


def _groups(work: Work) -> list[Any]:
    return [parts.group for parts in work.office.groups]


def _group_name(work: Work) -> Callable[[str], T]:
    def name(key: str) -> T:
        parts = work.parts(key)
        return parts.group.name if parts else T.same(key)

    return name
