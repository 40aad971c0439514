"""A coordinator's first screen: what waits for them, by what is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import alike, extensions, reminders, watching
from duijie.services.todo import STILL_ON
from duijie.services.work import Work
from duijie.storage.queries import cases as queries
from duijie.storage.queries import coming
from duijie.web.access import only
from duijie.web.cases.blueprint import cases
from duijie.web.cases.page import whose_move
from duijie.web.display import days_left
from duijie.web.work import read

if TYPE_CHECKING:
    from duijie.storage.models import Invitation, Meeting

TABS = {
    "todo": T("待我处理", en="Waiting for me"),
    "received": T("待受理", en="To accept"),
    "objected": T("有异议", en="Objections"),
    "returned": T("退回与申诉", en="Handed back, appealed"),
    "waiting": T("延期待审批", en="More time asked"),
    "due": T("到期与逾期", en="Due and overdue"),
    "open": T("在办", en="With departments"),
    "answered": T("已答复", en="Answered"),
    "all": T("全部", en="All"),
}
_EMPTY = {
    "todo": T(
        "现在没有等您处理的诉求。新诉求提交后会出现在这里。",
        en="Nothing waits for you. New cases appear here.",
    ),
    "received": T("没有待受理的诉求。", en="No case waits to be accepted."),
    "objected": T("没有待裁定的异议。", en="No objection waits for a decision."),
    "returned": T("没有退回或申请重新受理的诉求。", en="No case was handed back or appealed."),
    "due": T("没有今天到期或逾期的诉求。", en="Nothing is due today or overdue."),
    "waiting": T("没有待审批的延期申请。", en="No department has asked for more time."),
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far the next meeting's invitations have been answered."""

    meeting: "Meeting"
    answered: int
    pending: "Sequence[Invitation]"


@cases.get("/")
@only(Role.COORDINATOR, Role.AREA_ADMIN)
def inbox() -> ResponseReturnValue:
    """The cases of the coordinator's areas that wait for somebody."""
    with read() as work:
        return render_template("cases/inbox.html", **_list(work), next_meeting=next_meeting(work),
                               running=coming.running(work.session, work.actor),
                               doubtful=len(reminders.doubtful(work)), desk=watching.desk(work), **choices(work))  # fmt: skip


def choices(work: Work) -> dict[str, Any]:
    """What the filters offer: the groups, and the areas that the actor sees."""
    return {
        "groups": [parts.group for parts in work.office.groups],
        "areas": queries.areas(work.session, work.actor.areas),
    }


def next_meeting(work: Work) -> Readiness | None:
    """The next meeting of the actor's areas, with who has not answered."""
    meeting = coming.next_meeting(work.session, work.actor, work.now - STILL_ON)
    if meeting is None:
        return None
    pending = [i for i in meeting.invitations if i.answer == "pending"]
    return Readiness(meeting, len(meeting.invitations) - len(pending), pending)


def _list(work: Work) -> dict[str, Any]:
    tab = request.args.get("tab", "todo")
    tab = tab if tab in TABS else "todo"
    group, words = request.args.get("group", ""), request.args.get("q", "").strip()[:100]
    area = request.args.get("area", type=int)
    card = request.args.get("card", "")
    narrow = queries.narrowed(group, [area] if area else [], words, card)
    page = queries.page_of(
        work.session,
        work.actor,
        queries.tabs(work.today)[tab] & narrow,
        request.args.get("page", 1, type=int),
    )
    more_time = extensions.waited_for(work, [case.id for case in page.cases])
    return {
        "tabs": TABS, "tab": tab, "counts": queries.counts(work.session, work.actor, work.today, narrow),
        "page": page, "alike": alike.counts(work, page.cases),
        "group": group, "area": area, "words": words, "advice": _EMPTY.get(tab),
        "card": card, "filtered": bool(group or area or words or card), "today": work.today,
        "move": lambda case: whose_move(case, case.id in more_time), "days_left": lambda day: days_left(work, day),
        "group_of": lambda case: parts.group.name if (parts := work.parts(case.group_key)) else case.group_key,
    }  # fmt: skip
