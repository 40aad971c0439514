"""What the history can tell, and how each entry reads.

A kind is ``record.verb_in_past``. The sentence's ``{places}`` are the entry's data; ``{actor}`` is who did it.
"""

from collections.abc import Mapping
from typing import Any, Final

from duijie.domain.text import T

KINDS: Final[Mapping[str, T]] = {
    "case.filed": T("提交了诉求", en="filed the case"),
    "case.assigned": T("受理并交办：{lead}主办{co}，{due} 前答复", en="accepted it: lead {lead}{co}, answer due {due}"),
    "case.assignment_changed": T("调整交办：{lead}主办{co}", en="changed the assignment: lead {lead}{co}"),
    "case.declined": T("不予受理：{reason}", en="declined it: {reason}"),
    "case.appealed": T("申请重新受理：{reason}", en="asked to look at it again: {reason}"),
    "case.merged": T("与 {number} 并案办理", en="merged it into {number}"),
    "case.absorbed": T("并入了 {number}", en="took in {number}"),
    "case.objected": T("{department}提出异议：{reason}", en="{department} objected: {reason}"),
    "case.objection_upheld": T("异议成立：{reason}", en="upheld the objection: {reason}"),
    "case.objection_overruled": T("异议不成立：{reason}", en="overruled the objection: {reason}"),
    "case.taken_up": T("{department}开始办理", en="{department} took it up"),
    "case.handed_back": T("{department}退回：{reason}", en="{department} handed it back: {reason}"),
    "case.replied": T("{department}答复（{result}）：{text}", en="{department} replied ({result}): {text}"),
    "case.committed": T("{department}承诺 {due} 前办结：{text}", en="{department} promised by {due}: {text}"),
    "case.commitment_kept": T("{department}兑现了承诺：{text}", en="{department} kept its promise: {text}"),
    "case.co_requested": T("{department}请求{wanted}协办：{reason}", en="{department} asked for help from {wanted}: {reason}"),
    "case.commitment_withdrawn": T("{department}的承诺随改派撤销：{text}",
                                   en="withdrew the promise of {department} with its assignment: {text}"),
    "case.recalled": T("收回改派：{reason}", en="took it back to assign it anew: {reason}"),
    "case.extended": T("期限由 {old} 延至 {due}：{reason}", en="moved the deadline from {old} to {due}: {reason}"),
    "case.marked": T("标注：{what}", en="marked it: {what}"),
    "case.noted": T("补充：{text}", en="added: {text}"),
    "case.rated": T("评价 {stars} 星{comment}", en="rated it {stars} of 5{comment}"),
    "case.reopened": T("重新办理：{reason}", en="reopened it: {reason}"),
    "case.closed": T("办结：{reason}", en="closed it: {reason}"),
    "case.flagged": T("亮{card}", en="showed the {card}"),
    "case.supervised": T("督办：{rule}", en="put it under supervision: {rule}"),
    "case.carried_over": T("转入下次对接会", en="carried it over to the next meeting"),
    "case.asked": T("{department}请诉求人补充：{text}", en="{department} asked the requester: {text}"),
    "case.question_answered": T("回答了补充提问：{text}", en="answered the question: {text}"),
    "case.question_withdrawn": T("撤回补充提问：{text}", en="took the question back: {text}"),
    "case.clock_moved": T("等待诉求人 {days} 个工作日，期限顺延：{moved}",
                          en="waited {days} working days for the requester: {moved}"),
    "case.extension_asked": T("{department}申请延期至 {due}：{reason}", en="{department} asked for time until {due}: {reason}"),
    "case.extension_refused": T("不同意{department}延期：{reason}", en="refused {department} more time: {reason}"),
    "case.revisit_planned": T("列入回访：{rule}", en="put it on the list of revisits: {rule}"),
    "case.revisited": T("回访{result}：{text}", en="revisited, {result}: {text}"),
    "case.on_agenda": T("列入对接会 {meeting}", en="put it on the agenda of {meeting}"),
    "case.off_agenda": T("从对接会 {meeting} 撤下", en="took it off the agenda of {meeting}"),
    "case.not_heard": T("对接会上未能对接：{reason}", en="not heard at the meeting: {reason}"),
    "case.transferred": T("{department}建议转 {to} 办理：{text}", en="{department} transferred it to {to}: {text}"),
    "case.outcome_withdrawn": T("更正对接会上的记录，撤回{department}的“{outcome}”：{text}",
                                en="corrected the meeting's record, taking back “{outcome}” of {department}: {text}"),
    "case.site_visit": T("{department}将现场踏勘：{text}", en="{department} will visit the site: {text}"),
    "case.letter_made": T("生成文书《{what}》", en="made the letter “{what}”"),
    "case.slip_renewed": T("重新打印了查询单，旧追踪码作废", en="issued a new tracking slip; the old code is void"),
    "case.published": T("公开了答复：{question}", en="made the answer public: {question}"),
    "case.unpublished": T("撤回公开的答复", en="took the public answer back"),
    "case.grouped": T("归入共性问题：{question}", en="put it into the common question: {question}"),
    "case.ungrouped": T("移出共性问题：{question}", en="took it out of the common question: {question}"),
    "question.answered": T("统一答复共性问题：{cases} 件已答复，{left} 件未能答复",
                           en="answered a common question: {cases} cases answered, {left} left out"),
    "knowledge.kept": T("新增知识条目：{question}", en="kept an answer: {question}"),
    "knowledge.changed": T("修改知识条目：{question}", en="changed a kept answer: {question}"),
    "knowledge.renewed": T("知识条目续期至 {until}：{question}", en="renewed a kept answer until {until}: {question}"),
    "knowledge.withdrawn": T("撤下知识条目：{question}", en="withdrew a kept answer: {question}"),
    "meeting.created": T("拟定对接会", en="drafted the meeting"),
    "meeting.changed": T("修改对接会：{what}", en="changed the meeting: {what}"),
    "meeting.inviting": T("发出邀请：{departments} 个部门、{requesters} 个诉求人",
                          en="sent the invitations: {departments} departments, {requesters} requesters"),
    "meeting.answered": T("{who}回复：{answer}", en="{who} answered: {answer}"),
    "meeting.solved": T("排出时间表第 {number} 版：{placed} 场对接，{unplaced} 场未排上",
                        en="timetable {number}: {placed} appointments placed, {unplaced} not"),
    "meeting.appointment_moved": T("调整对接：{what}", en="moved an appointment: {what}"),
    "meeting.published": T("公布时间表第 {number} 版", en="published timetable {number}"),
    "meeting.replanned": T("临时调整：{what}，改动 {moves} 场", en="replanned on the day: {what}; {moves} talks changed"),
    "meeting.moved": T("对接会改期：{when}，{place}", en="moved the meeting: {when}, {place}"),
    "meeting.cancelled": T("取消对接会：{reason}", en="cancelled the meeting: {reason}"),
    "meeting.started": T("对接会开始", en="opened the meeting"),
    "meeting.signed_in": T("{who}签到", en="{who} signed in"),
    "meeting.sign_in_taken_back": T("撤销{who}的签到", en="took back the sign-in of {who}"),
    "meeting.concluded": T("对接会结束", en="concluded the meeting"),
    "meeting.minutes_changed": T("修改纪要", en="changed the minutes"),
    "meeting.filed": T("纪要归档", en="filed the minutes"),
    "user.signed_in": T("登录", en="signed in"),
    "user.sign_in_failed": T("登录失败", en="failed to sign in"),
    "user.locked": T("连续输错密码，账号暂时锁定", en="account locked after wrong passwords"),
    "user.signed_out": T("退出", en="signed out"),
    "user.password_changed": T("修改密码", en="changed the password"),
    "user.added": T("新增账号 {login}", en="added the account {login}"),
    "user.changed": T("修改账号 {login}：{what}", en="changed the account {login}: {what}"),
    "user.role_added": T("授予账号 {login}：{role}", en="gave {login} the role {role}"),
    "user.role_removed": T("收回账号 {login}：{role}", en="took the role {role} from {login}"),
    "area.added": T("新增片区 {name}", en="added the area {name}"),
    "area.changed": T("修改片区 {name}", en="changed the area {name}"),
    "roster.changed": T("修改顾问团成员：{what}", en="changed the roster: {what}"),
    "roster.taken_over": T("采用插件对{group}名册的更新：{what}", en="took over the plugin's roster of {group}: {what}"),
    "roster.kept": T("保留{group}名册的原有内容，不采用插件的更新：{what}", en="kept the roster of {group} as it is: {what}"),
    "calendar.changed": T("修改工作日历：{what}", en="changed the calendar: {what}"),
    "rules.changed": T("修改跟进规则：{what}", en="changed the follow-up rules: {what}"),
    "plugin.changed": T("设置插件“{plugin}”：{what}", en="set the plugin “{plugin}”: {what}"),
    "plugin.ordered": T("调整插件顺序：{what}", en="put the plugins in order: {what}"),
    "plugin.removed": T("移除插件 {plugin} 的数据：{what}", en="removed the data of the plugin {plugin}: {what}"),
    "reminder.settled": T("核实发给{to}的提醒“{subject}”：{result}", en="settled the message “{subject}” to {to}: {result}"),
    "clock.moved": T("演示时钟前移：{what}", en="moved the demo clock: {what}"),
    "ledger.exported": T("导出台账：{rows} 行", en="exported the ledger: {rows} rows"),
    "events.exported": T("导出流水：{rows} 行", en="exported the history: {rows} rows"),
}


class _Gaps(dict[str, object]):
    """An entry of an older release may lack a value; the sentence still reads."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence(kind: str, data: Mapping[str, Any]) -> T:
    """What an entry of ``kind`` with ``data`` says, in both languages; an unknown kind reads as its name."""
    text = KINDS.get(kind, T.same(kind))
    return T(zh=text.zh.format_map(_values("zh", data)), en=text.en.format_map(_values("en", data)))


def _values(language: str, data: Mapping[str, Any]) -> _Gaps:
    def one(value: Any) -> Any:
        return value.get(language, "") if isinstance(value, dict) and set(value) == {"zh", "en"} else value

    return _Gaps({key: one(value) for key, value in data.items()})
