"""Common questions: grouping alike cases, and one answer to all of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Conflict, DuijieError, Invalid, NotFound
from duijie.domain.roles import Role
from duijie.domain.states import ReplyKind
from duijie.domain.text import T, joined
from duijie.services import common_questions, rosters
from duijie.services.work import Work
from duijie.web.access import only
from duijie.web.cases import typed
from duijie.web.cases.acting import act
from duijie.web.cases.blueprint import cases
from duijie.web.errors import status_of
from duijie.web.work import notice, read, version, write

if TYPE_CHECKING:
    from duijie.storage.models import Case, CommonQuestion

COORDINATORS = (Role.COORDINATOR, Role.AREA_ADMIN)


@cases.post("/<int:case_id>/group")
@only(*COORDINATORS)
def group(case_id: int) -> ResponseReturnValue:
    """Group this case with those that were ticked, in a new question or one that there is."""

    def change(work: Work, case: "Case") -> None:
        ids = [case.id, *typed.numbers("group", "cases")]
        known = typed.number("group", "question")
        if known:
            common_questions.add(work, common_questions.one(work, known), ids)
        else:
            common_questions.open_(work, typed.text("group", "title"), ids)

    return act(case_id, "group", T("已归入共性问题。", en="Put into a common question."), change)


@cases.get("/common")
@only(*COORDINATORS)
def common() -> ResponseReturnValue:
    """The common questions of the actor's areas."""
    with read() as work:
        found = common_questions.listed(work)
        return render_template("cases/common_all.html", questions=found, group_of=_group_name(work))


@cases.get("/common/<int:common_id>")
@only(*COORDINATORS)
def common_one(common_id: int) -> ResponseReturnValue:
    """One question with its cases."""
    return _page(common_id)


@cases.post("/common/<int:common_id>/answer")
@only(*COORDINATORS)
def common_answer(common_id: int) -> ResponseReturnValue:
    """Answer all of its cases."""
    form = request.form
    kind = form.get("kind", "")

    def answer(work: Work, question: "CommonQuestion") -> T:
        if kind not in set(ReplyKind):
            raise Invalid.field("kind", "请选择办理结果。", "Choose the result.")
        given = common_questions.answer(
            work, question, form.get("department", 0, type=int), ReplyKind(kind), form.get("text", "")
        )
        done = T(f"已答复 {len(given.answered)} 件，诉求人已收到通知。",
                 en=f"{len(given.answered)} cases answered; their requesters are told.")
        left = joined([T("{n}（{r}）", en="{n} ({r})").fill(n=c.number, r=r) for c, r in given.left_out])
        more = T("未答复：{l}。", en="Left out: {l}.").fill(l=left) if given.left_out else T("", en="")
        return T(done.zh + more.zh, en=f"{done.en} {more.en}".strip())

    return _change(common_id, answer)


@cases.post("/common/<int:common_id>/out/<int:case_id>")
@only(*COORDINATORS)
def common_out(common_id: int, case_id: int) -> ResponseReturnValue:
    """Take a case out again."""

    def out(work: Work, question: "CommonQuestion") -> T:
        common_questions.take_out(work, question, case_id)
        return T("已移出，诉求本身不变。", en="Taken out; the case itself stays as it is.")

    return _change(common_id, out)


def _change(common_id: int, change: "Callable[[Work, CommonQuestion], T]") -> ResponseReturnValue:
    try:
        with write() as work:
            done = change(work, common_questions.one(work, common_id, version()))
    except NotFound:
        raise
    except DuijieError as error:
        return _page(common_id, error)
    notice(done)
    return redirect(url_for("cases.common_one", common_id=common_id) if _still(common_id) else url_for("cases.common"))


def _still(common_id: int) -> bool:
    with read() as work:
        try:
            common_questions.one(work, common_id)
        except NotFound:  # its last case was taken out
            return False
    return True


def _page(common_id: int, error: DuijieError | None = None) -> ResponseReturnValue:
    with read() as work:
        question = common_questions.one(work, common_id)
        places = common_questions.visible(work, question)
        departments = [(e.department_id, e.department.name) for e in rosters.entries_of(work, question.group_key)]
        page = render_template(
            "cases/common_one.html", question=question, places=places, kinds=list(ReplyKind), departments=departments,
            usual=common_questions.usual_department(work, question), hidden=len(question.members) - len(places),
            waiting=[p for p in places if p.answered_at is None], group_of=_group_name(work),
            answerable=common_questions.ANSWERABLE, changed=isinstance(error, Conflict),
            problems=error.problems if isinstance(error, Invalid) else (),
            refusal=error.message if error and not isinstance(error, Invalid) else None,
        )  # fmt: skip
    return page, status_of(error) if error else 200


def _group_name(work: Work) -> Callable[[str], T]:
    def name(key: str) -> T:
        parts = work.parts(key)
        return parts.group.name if parts else T.same(key)

    return name
