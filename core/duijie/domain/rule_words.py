"""What the screen calls the parts of a rule."""

import re
from collections.abc import Mapping
from typing import Final

from duijie.domain.rules import Act, Anchor, Step, Unit, Who
from duijie.domain.text import T, joined

ANCHORS: Final[Mapping[Anchor, T]] = {
    Anchor.ASSIGNED: T("交办后未接手", en="Assigned and not taken up"),
    Anchor.OPEN: T("交办后未答复", en="Assigned and not answered"),
    Anchor.LEAD_DUE: T("主办答复期限", en="The lead's deadline"),
    Anchor.CO_DUE: T("协办期限", en="A co-handling department's deadline"),
    Anchor.COMMITMENT_DUE: T("承诺到期日", en="A promise's due date"),
    Anchor.ANSWERED: T("答复后未评价", en="Answered and not rated"),
    Anchor.RATED_BADLY: T("评价不满意", en="A bad rating"),
    Anchor.REVISITED_BADLY: T("回访不满意", en="A bad revisit"),
    Anchor.NOT_HEARD: T("会上未能对接", en="Not heard at the meeting"),
    Anchor.CLOSED: T("办结后", en="Closed"),
    Anchor.ASKED: T("等诉求人补充", en="Waiting for the requester"),
    Anchor.OBJECTED: T("异议待裁定", en="An objection to decide"),
    Anchor.EXTENSION_ASKED: T("延期待审批", en="A request for more time to decide"),
    Anchor.MEETING_DAY: T("对接会当日", en="The day of the meeting"),
    Anchor.EVENT: T("发生某事后", en="Something has happened"),
}
_PLACE: Final = re.compile(r"\{(\w+)\}")
_PLACES: Final[Mapping[str, T]] = {
    "number": T("编号", en="number"), "title": T("标题", en="title"), "requester": T("诉求人", en="requester"),
    "department": T("主办部门", en="department"), "lead": T("主办部门", en="lead"), "co": T("协办部门", en="co-handling"),
    "due": T("期限", en="deadline"), "days": T("天数", en="days"), "meeting": T("对接会", en="meeting"),
}  # fmt: skip
ACTS: Final[Mapping[Act, T]] = {
    Act.REMIND: T("提醒", en="Remind"),
    Act.ESCALATE: T("督办（红牌）", en="Supervise (red card)"),
    Act.FLAG: T("亮牌", en="Show a card"),
    Act.ASK_RATING: T("请诉求人评价", en="Ask for a rating"),
    Act.CLOSE: T("办结", en="Close"),
    Act.REOPEN: T("退回重办", en="Reopen"),
    Act.CARRY_OVER: T("转入下次会议", en="Carry over"),
    Act.REVISIT: T("列入回访", en="List for a revisit"),
    Act.CALL: T("由插件执行", en="Have its plugin act"),
}
WHO: Final[Mapping[Who, T]] = {
    Who.LEAD: T("主办代表", en="Lead's representatives"),
    Who.CO: T("协办代表", en="Co-handlers' representatives"),
    Who.PROMISER: T("承诺部门代表", en="Representatives of the promising department"),
    Who.HEAD: T("部门负责人", en="Head of department"),
    Who.SUPERVISOR: T("分管领导", en="Supervising leader"),
    Who.COORDINATOR: T("协调员", en="Coordinators"),
    Who.REQUESTER: T("诉求人", en="Requester"),
}
UNITS: Final[Mapping[Unit, T]] = {
    Unit.WORKING_DAYS: T("个工作日", en="working days"),
    Unit.CALENDAR_DAYS: T("天", en="days"),
    Unit.HOURS: T("小时", en="hours"),
}


def when(step: Step) -> T:
    """提前 1 个工作日 09:00；每 5 个工作日一次，共 4 次."""
    after, at = step.after, "" if step.after.unit is Unit.HOURS else f" {step.after.at_hour:02}:00"
    first = T("{label}{at}", en="{label}{at}").fill(label=after.label, at=at)
    if step.every is None or step.times < 2:
        return first
    return T("{first}；之后每 {n} {unit}一次，共 {times} 次", en="{first}; then every {n} {unit}, {times} times in all").fill(
        first=first, n=step.every.amount, unit=UNITS[step.every.unit], times=step.times
    )


def does(step: Step) -> T:
    """亮牌：黄牌·已到期."""
    act = ACTS[step.do]
    if step.do is Act.ESCALATE:
        return act
    return T("{act}：{card}", en="{act}, {card}").fill(act=act, card=step.card.label) if step.card else act


def reads(text: T) -> T:
    """A message with its places in words, for who sets rules: 〔编号〕《〔标题〕》今天到期."""
    return T(zh=_placed(text.zh, "zh"), en=_placed(text.en, "en"))


def _placed(text: str, language: str) -> str:
    return _PLACE.sub(lambda found: f"〔{_PLACES[found[1]].to(language)}〕" if found[1] in _PLACES else "…", text)


def to(step: Step) -> T:
    """主办代表、部门负责人."""
    return joined([WHO[who] for who in step.to])
