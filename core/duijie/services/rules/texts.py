"""What a rule's message says: its places filled in, and the sentence on why it came."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from duijie.domain.rules import Act, Anchor, Rule, Step
from duijie.domain.text import T

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_PLACE = re.compile(r"\{(\w+)\}")
_GAP = T("…", en="…")

_DEFAULTS: Final[Mapping[Act, T]] = {
    Act.REMIND: T("请及时办理 {number}《{title}》。", en="Please see to {number} “{title}”."),
    Act.ESCALATE: T("{number}《{title}》逾期未办结（{department}），请督促办理。",
                    en="{number} “{title}” is overdue ({department}). Please see that it is dealt with."),
    Act.FLAG: T("请留意 {number}《{title}》的办理期限。",
                en="Please mind the deadline of {number} “{title}”."),
    Act.ASK_RATING: T("{requester}，您好：{number}《{title}》已答复，请您评价是否满意。",
                      en="Dear {requester}, {number} “{title}” is answered. Are you satisfied?"),
    Act.CLOSE: T("{number}《{title}》已办结。", en="{number} “{title}” is closed."),
    Act.REOPEN: T("{number}《{title}》已退回{department}重新办理，请于 {due} 前答复。",
                  en="{number} “{title}” is back with {department}. Please answer by {due}."),
    Act.REVISIT: T("请回访{requester}：{number}《{title}》解决得怎么样？",
                   en="Please call {requester}: how did {number} “{title}” turn out?"),
    Act.CALL: T("{number}《{title}》：已由系统按规则处理。", en="{number} “{title}”: dealt with by the rule."),
    Act.CARRY_OVER: T("{number}《{title}》已转入下一次对接会。",
                      en="{number} “{title}” is carried over to the next meeting."),
}  # fmt: skip

_ANCHORS: Final[Mapping[Anchor, T]] = {
    Anchor.ASSIGNED: T("交办于 {at}", en="assigned on {at}"),
    Anchor.OPEN: T("开始办理于 {at}", en="open since {at}"),
    Anchor.LEAD_DUE: T("答复期限 {at}", en="answer due on {at}"),
    Anchor.COMMITMENT_DUE: T("承诺期限 {at}", en="promise due on {at}"),
    Anchor.ANSWERED: T("答复于 {at}", en="answered on {at}"),
    Anchor.RATED_BADLY: T("评价于 {at}", en="rated on {at}"),
    Anchor.NOT_HEARD: T("对接会未能对接，{at}", en="not heard at the meeting, {at}"),
    Anchor.CLOSED: T("办结于 {at}", en="closed on {at}"),
    Anchor.CO_DUE: T("协办期限 {at}", en="co-handling due on {at}"),
    Anchor.ASKED: T("请诉求人补充于 {at}", en="the requester was asked on {at}"),
    Anchor.OBJECTED: T("提出异议于 {at}", en="objected on {at}"),
    Anchor.EXTENSION_ASKED: T("申请延期于 {at}", en="more time asked for on {at}"),
    Anchor.MEETING_DAY: T("对接会 {at}", en="meeting on {at}"),
    Anchor.REVISITED_BADLY: T("回访于 {at}", en="revisited on {at}"),
    Anchor.EVENT: T("发生于 {at}", en="happened on {at}"),
}


_STOPS: Final[Mapping[Anchor, T]] = {
    Anchor.ASSIGNED: T("接手或答复后不再提醒", en="it stops once the case is taken up or answered"),
    Anchor.OPEN: T("答复后不再提醒", en="it stops once the case is answered"),
    Anchor.LEAD_DUE: T("答复后不再提醒", en="it stops once the case is answered"),
    Anchor.CO_DUE: T("交出协办意见后不再提醒", en="it stops once the co-handling department has answered"),
    Anchor.COMMITMENT_DUE: T("登记兑现后不再提醒", en="it stops once the promise is marked as kept"),
    Anchor.ANSWERED: T("评价或办结后不再提醒", en="it stops once the answer is rated or the case closed"),
    Anchor.CLOSED: T("重新办理时停止", en="it stops if the case is reopened"),
    Anchor.ASKED: T("诉求人回答或撤回提问后停止", en="it stops once the question is answered or taken back"),
    Anchor.OBJECTED: T("裁定后不再提醒", en="it stops once the objection is decided"),
    Anchor.EXTENSION_ASKED: T("审批后不再提醒", en="it stops once the request is decided"),
    Anchor.MEETING_DAY: T("会议结束、取消或改期后停止", en="it stops once the meeting is over, called off or moved"),
}
_ONCE: Final = T("因这件事只发一次", en="it comes once for this")


def stops(on: Anchor) -> T:
    """What makes a rule that is tied to ``on`` fall silent."""
    return _STOPS.get(on, _ONCE)


def day_text(day: date, today: date) -> T:
    """12月8日 / 8 December, with the year where it is not this one."""
    other = day.year != today.year
    return T(
        f"{day.year}年{day.month}月{day.day}日" if other else f"{day.month}月{day.day}日",
        en=f"{day.day} {_MONTHS[day.month - 1]}{f' {day.year}' if other else ''}",
    )


def fill(text: T, values: Mapping[str, object]) -> T:
    """``text`` with its ``{places}`` filled; a place without a value reads "…". Never raises.

    Only plain names are places, so a text cannot reach into the values.
    """
    return T(_fill(text.zh, "zh", values), en=_fill(text.en, "en", values))


def message(step: Step, values: Mapping[str, object]) -> T:
    """What the step says: its own text, or the usual one for what it does."""
    return fill(step.text or _DEFAULTS[step.do], values)


def why(rule: Rule, step: Step, at: T, instead: T | None = None, n: int = 1) -> T:
    """因为：规则“…”；承诺期限 12月8日；提前 1 个工作日: what rule, tied to what, and how far from it."""
    parts = [
        T("因为：规则“{rule}”", en="Because of the rule “{rule}”").fill(rule=rule.title),
        _ANCHORS[rule.on].fill(at=at),
        step.after.label,
    ]
    if n > 1:
        parts.append(T("第 {n} 次", en="time no. {n}").fill(n=n))
    if instead:
        parts.append(T("{reason}，改发给您", en="{reason}, so it comes to you").fill(reason=instead))
    parts.append(stops(rule.on))
    return T("；".join(part.zh for part in parts), en="; ".join(part.en for part in parts))


def _fill(text: str, language: str, values: Mapping[str, object]) -> str:
    def one(found: re.Match[str]) -> str:
        value = values.get(found[1], _GAP)
        return value.to(language) if isinstance(value, T) else str(value)

    return _PLACE.sub(one, text)
