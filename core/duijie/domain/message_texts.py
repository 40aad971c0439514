"""Texts of messages as templates: a name for each kind, and the places that an administrator's words may hold.

Only plain names in braces are places; nothing in a text can reach further than into these values.
"""

import re
from collections.abc import Mapping
from typing import Final

from duijie.domain.errors import Invalid, Problem
from duijie.domain.notices import Notice
from duijie.domain.text import T

_PLACE: Final = re.compile(r"\{(\w+)\}")

PLACES: Final[Mapping[str, T]] = {
    "subject": T("系统原来的标题", en="the subject as it is without this template"),
    "body": T("系统原来的正文", en="the text as it is without this template"),
    "name": T("收件人姓名", en="whom it is for"),
    "number": T("诉求或对接会编号", en="the case's or meeting's number"),
    "title": T("诉求事项或对接会名称", en="what the case is about, or the meeting's title"),
    "area": T("片区", en="the area"),
    "group": T("顾问团", en="the advisory group"),
    "department": T("主办部门", en="the lead department"),
    "due": T("办理期限或开会日期", en="the case's deadline or the meeting's day"),
}
AS_IT_IS: Final = (T("{subject}", en="{subject}"), T("{body}", en="{body}"))

KINDS: Final[Mapping[str, T]] = {
    "case.filed": T("新诉求（发给协调员）", en="A new case (to coordinators)"),
    "case.receipt": T("收到诉求（发给诉求人）", en="A case was received (to the requester)"),
    "case.assigned": T("新交办（发给部门）", en="A new assignment (to departments)"),
    "case.declined": T("不予受理（发给诉求人）", en="A case was declined (to the requester)"),
    "case.merged": T("并案办理（发给诉求人）", en="A case was merged (to the requester)"),
    "case.answered": T("诉求已答复（发给诉求人）", en="A case was answered (to the requester)"),
    "case.asked": T("请诉求人补充（发给诉求人）", en="A question (to the requester)"),
    "case.question_answered": T("诉求人已补充（发给部门）", en="A question was answered (to departments)"),
    "case.extension_asked": T("申请延期（发给协调员）", en="More time is asked for (to coordinators)"),
    "case.extended": T("期限延长（发给诉求人）", en="A deadline was moved (to the requester)"),
    "case.extension_granted": T("同意延期（发给部门）", en="More time was given (to departments)"),
    "case.extension_refused": T("不同意延期（发给部门）", en="More time was refused (to departments)"),
    "case.added_to": T("诉求人补充情况", en="The requester added something"),
    "case.appealed": T("申请重新受理（发给协调员）", en="An appeal (to coordinators)"),
    "case.objection_overruled": T("异议不成立（发给部门）", en="An objection was overruled (to departments)"),
    "case.objected": T("部门提出异议（发给协调员）", en="An objection (to coordinators)"),
    "case.handed_back": T("部门退回（发给协调员）", en="A case was handed back (to coordinators)"),
    "case.co_requested": T("请求协办（发给协调员）", en="Help is asked for (to coordinators)"),
    "case.transferred": T("建议转办（发给协调员）", en="A transfer is proposed (to coordinators)"),
    "case.reopened": T("重新办理（发给部门）", en="A case was reopened (to departments)"),
    "rule.due": T("跟进规则：期限提醒", en="Rules: deadlines coming near"),
    "rule.supervision": T("跟进规则：督办通知", en="Rules: supervision"),
    "meeting.invited": T("对接会邀请", en="Invitations to meetings"),
    "meeting.published": T("时间已排定", en="A timetable was published"),
    "meeting.changed": T("时间有调整", en="A timetable changed"),
    "meeting.moved": T("对接会改期", en="A meeting was moved"),
    "meeting.cancelled": T("对接会取消", en="A meeting was cancelled"),
    "meeting.taken_off": T("不必到会（发给诉求人）", en="Taken off the agenda (to requesters)"),
    "meeting.substitute_wanted": T("请候补替代到会", en="A substitute is wanted"),
    "meeting.declined": T("有人不能到会（发给协调员）", en="Somebody is not coming (to coordinators)"),
    "meeting.replaced": T("已由他人到会（发给原代表）", en="Somebody else comes instead (to the representative replaced)"),
    "meeting.reply_unclear": T("看不懂的日历回复（发给协调员）", en="An unclear answer by calendar (to coordinators)"),
    "meeting.drafted": T("例会已拟好（发给协调员）", en="A recurring meeting was drafted (to coordinators)"),
    "meeting.recounted": T("例会因日历改期", en="A recurring meeting moved with the calendar"),
    "meeting.before": T("会前提醒", en="Ahead of a meeting"),
    "meeting.commitment": T("会上承诺（发给部门）", en="A promise made at a meeting (to departments)"),
    "knowledge.ending": T("知识条目到期（发给部门）", en="A kept answer ends (to departments)"),
    "reminder.given_up": T("消息未送达（发给协调员）", en="Messages not delivered (to coordinators)"),
    "calendar.recounted": T("期限重算", en="Deadlines were counted again"),
}


def key_of(kind: str, notice: Notice) -> str:
    """Which template a reminder of ``kind`` (``meeting.moved``, ``rule:late:1:1``) is written by."""
    stem = kind.partition(":")[0]
    return f"rule.{'supervision' if notice is Notice.SUPERVISION else 'due'}" if stem == "rule" else stem


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its places filled; one without a value stays empty. Values are not looked into again."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)


def check(subject: T, body: T) -> None:
    """Raises Invalid for a place that does not exist, a brace that is none, and an empty or very long text."""
    problems = []
    for field, text, most in (("subject", subject, 200), ("body", body, 4000)):
        for language, words in (("zh", text.zh), ("en", text.en)):
            problems += _problems(f"{field}_{language}", words, most)
    if problems:
        raise Invalid(*problems)


def _problems(field: str, words: str, most: int) -> list[Problem]:
    if not words.strip():
        return [Problem(field, T("请填写文字；要用系统原来的，写 {subject} 或 {body}。",
                                 en="Write something; {subject} or {body} stand for duijie's own words."))]
    if len(words) > most:
        return [Problem(field, T(f"文字过长，最多 {most} 字。", en=f"That is too long: at most {most} characters."))]
    named = ", ".join(f"{{{name}}}" for name in PLACES)
    unknown = [found for found in _PLACE.findall(words) if found not in PLACES]
    if unknown:
        return [Problem(field, T(f"没有“{{{unknown[0]}}}”这个占位符。可以用：{named}",
                                 en=f"There is no place {{{unknown[0]}}}. There are: {named}"))]
    if re.search(r"[{}]", _PLACE.sub("", words)):
        return [Problem(field, T(f"花括号只能用于占位符：{named}", en=f"Braces are for places only: {named}"))]
    return []
