"""What people read about a meeting: subject, body and the sentence that says why they got it."""

from collections.abc import Sequence
from dataclasses import dataclass

from duijie.domain.leads import CHOICES, DAY, in_words
from duijie.domain.text import T, joined
from duijie.services.meetings import own as appointments
from duijie.services.meetings import slots
from duijie.services.meetings.naming import desk_name
from duijie.services.meetings.own import Own
from duijie.services.reminders import Recipient
from duijie.services.work import Work
from duijie.storage.models import Invitation, Meeting


@dataclass(frozen=True, slots=True)
class Message:
    """One message in both languages."""

    subject: T
    body: T
    why: T


def invited(work: Work, meeting: Meeting, invitation: Invitation) -> Message:
    """The invitation itself."""
    if invitation.department_id is None:
        ask = T("请点开下方链接，告诉我们您能否到会、哪些时段不便。时间排定后会再通知您。",
                en="Please open the link below and tell us whether you can come and which times do not suit you. "
                   "You will hear again once your time is set.")
    else:
        ask = T("请回复能否到会、来几位代表、哪些时段不便；不能到会的，请指定替代人员。",
                en="Please answer whether you come, with how many people, and at which times you cannot; "
                   "if you cannot come, name a substitute.")
    return _message(
        work, meeting, invitation, T("请回复：{title}", en="Please answer: {title}"), _paragraphs(_facts(work, meeting), ask),
        T("发出邀请", en="invitations sent"))


def published(work: Work, meeting: Meeting, invitation: Invitation, mine: Sequence[Own], *, first: bool) -> Message:
    """The timetable is out, or one's own part of it changed."""
    subject = T("时间已排定：{title}", en="Your times: {title}") if first else \
        T("时间有调整：{title}", en="Changed times: {title}")
    return _message(work, meeting, invitation, subject, _paragraphs(_facts(work, meeting), _own(invitation, mine, meeting)),
                    T("公布时间表", en="timetable published") if first else T("时间表有调整", en="timetable changed"))


def published_coordinator(work: Work, meeting: Meeting) -> Message:
    """The coordinator's own copy of the publication."""
    body = T("时间表已公布，并已通知各方。没有邮箱的诉求人请电话告知。",
             en="The timetable is published and everybody has been told. Please telephone requesters without e-mail.")
    return _message(work, meeting, None, T("已公布：{title}", en="Published: {title}"),
                    _paragraphs(_facts(work, meeting), body), T("公布时间表", en="timetable published"))


def moved(work: Work, meeting: Meeting, invitation: Invitation | None, was: T, mine: Sequence[Own]) -> Message:
    """New time or place; the old one is named so that nobody goes there."""
    old = T("原定：{was}，现已变更。", en="It was: {was}. That no longer holds.").fill(was=was)
    more = [_own(invitation, mine, meeting)] if invitation is not None and mine else []
    if invitation is not None:
        more.append(T("请重新确认能否到会。", en="Please confirm again whether you come."))
    return _message(work, meeting, invitation, T("改期或换地点：{title}", en="New time or place: {title}"),
                    _paragraphs(_facts(work, meeting), old, *more), T("对接会变更", en="meeting moved"))


def cancelled(work: Work, meeting: Meeting, invitation: Invitation | None) -> Message:
    """The meeting is off, and why."""
    gone = T("原定于 {when} 在{place}召开的“{title}”已取消。原因：{reason}",
             en="“{title}”, planned for {when} at {place}, is cancelled. Reason: {reason}").fill(
        when=slots.when(work, meeting), place=meeting.place, title=meeting.title, reason=meeting.cancel_reason)
    if invitation is not None and invitation.department_id is None:
        then = T("您的诉求继续办理，并优先列入下一次对接会。",
                 en="Your case is still being worked on and comes first at the next meeting.")
    else:
        then = T("相关诉求退回待议，请继续按期办理。", en="The cases go back to the pool; their deadlines still hold.")
    return _message(work, meeting, invitation, T("已取消：{title}", en="Cancelled: {title}"), _paragraphs(gone, then),
                    T("取消对接会", en="meeting cancelled"))


def taken_off(work: Work, meeting: Meeting, invitation: Invitation) -> Message:
    """A requester whose cases the meeting will not hear."""
    body = T("您的诉求不再列入 {when} 的“{title}”，您不必到会。诉求继续办理，可随时用查询码查看进展。",
             en="Your case is no longer on the agenda of “{title}” ({when}); you need not come. It is still being worked "
                "on: follow it with your tracking code.").fill(when=slots.when(work, meeting), title=meeting.title)
    return _message(work, meeting, invitation, T("不必到会：{title}", en="You need not come: {title}"), body,
                    T("诉求撤下议程", en="case taken off the agenda"))


def substitute_wanted(work: Work, meeting: Meeting, invitation: Invitation) -> Message:
    """The alternates are asked to step in."""
    ask = T("贵部门代表不能到会（{note}）。您是候补，请确认能否替代到会。",
            en="Your department's representative cannot come ({note}). You are the alternate: please say whether you can.") \
        .fill(note=invitation.answer_note or T("未说明原因", en="no reason given"))
    return _message(work, meeting, invitation, T("请替代到会：{title}", en="Can you step in? {title}"),
                    _paragraphs(_facts(work, meeting), ask), T("代表不能到会", en="representative declined"))


def declined(work: Work, meeting: Meeting, invitation: Invitation) -> Message:
    """The coordinator learns who is not coming."""
    who = invitation.department.name if invitation.department else T.same(invitation.name)
    body = T("{who}回复不能到会：{note}", en="{who} cannot come: {note}").fill(
        who=who, note=invitation.answer_note or T("未说明原因", en="no reason given"))
    next_ = T("请看是否需要重排时间表。", en="See whether the timetable needs solving again.")
    return _message(work, meeting, None, T("不能到会：{title}", en="Not coming: {title}"), _paragraphs(body, next_),
                    T("有人不能到会", en="somebody declined"))


def replaced(work: Work, meeting: Meeting, invitation: Invitation, coming: Sequence[Recipient]) -> Message:
    """Who was invited first learns who comes in their place."""
    names = joined([T.same(to.name) for to in coming])
    body = T("{department}改由{names}到会，您不必到会，日历上的安排已一并撤下。",
             en="{names} will come for {department}, so you need not. Your calendar forgets the meeting, too.").fill(
        names=names, department=invitation.department.name if invitation.department else "")
    return _message(work, meeting, invitation, T("不必到会：{title}", en="You need not come: {title}"),
                    _paragraphs(body, _facts(work, meeting)), T("部门换人到会", en="somebody else comes"))


def unclear(work: Work, meeting: Meeting, invitation: Invitation, what: T) -> Message:
    """The coordinator learns of an answer that nothing could be made of without them."""
    who = invitation.department.name if invitation.department else T.same(invitation.name)
    body = T("{who}的日历回复需要您跟进：{what}", en="{who} answered by calendar, and it needs you: {what}").fill(
        who=who, what=what)
    return _message(work, meeting, None, T("日历回复待跟进：{title}", en="An answer needs you: {title}"), body,
                    T("日历回复", en="an answer by calendar"))


def drafted(work: Work, meeting: Meeting, notes: Sequence[T]) -> Message:
    """The coordinator learns that a series has brought its next meeting; ``notes`` say why it is on another day."""
    ask = T("请选好要对接的诉求，再发出邀请。", en="Please choose its cases and send the invitations.")
    return _message(work, meeting, None, T("例会已拟定：{title}", en="Drafted: {title}"),
                    _paragraphs(_facts(work, meeting), *notes, ask), T("例会自动拟定", en="drafted by its series"))


def calendar_moved(work: Work, meeting: Meeting, what: T, reason: T) -> Message:
    """The coordinator learns that a draft went to another day with the working-day calendar."""
    body = T("工作日历有变动（{what}）：{reason}。", en="The working-day calendar has changed ({what}): {reason}.").fill(
        what=what, reason=reason)
    return _message(work, meeting, None, T("例会随工作日历调整：{title}", en="Moved with the calendar: {title}"),
                    _paragraphs(body, _facts(work, meeting)), T("工作日历变动", en="working-day calendar changed"))


def calendar_asks(work: Work, meeting: Meeting, what: T, reason: T) -> Message:
    """A published meeting is on a day that the changed calendar takes: a person decides."""
    body = T("工作日历有变动（{what}）：{reason}。这场对接会已公布，没有自动改期，请决定是否改期。",
             en="The working-day calendar has changed ({what}): {reason}. This meeting is published and was not moved: "
                "please decide whether to move it.").fill(what=what, reason=reason)
    return _message(work, meeting, None, T("请决定是否改期：{title}", en="Move it? {title}"),
                    _paragraphs(_facts(work, meeting), body), T("工作日历变动", en="working-day calendar changed"))


def reminder(work: Work, meeting: Meeting, invitation: Invitation | None, mine: Sequence[Own], lead: int) -> Message:
    """``lead`` minutes before: what the person has to do there, which cases, when, at which desk."""
    subject = T("明天：{title}", en="Tomorrow: {title}") if lead == DAY else \
        T("{lead}后：{title}", en="In {lead}: {title}").fill(lead=CHOICES[lead], title=meeting.title)
    own = [] if invitation is None else [_own(invitation, mine, meeting) if meeting.published else _ahead(invitation)]
    occasion = T("会前{lead}提醒", en="reminder {lead} before").fill(lead=CHOICES[lead])
    return _message(work, meeting, invitation, subject, _paragraphs(_facts(work, meeting), *own), occasion)


def leads(minutes: Sequence[int]) -> T:
    """What the history says of another choice of reminders."""
    return T("提醒：{words}", en="reminders: {words}").fill(words=in_words(minutes))


def _ahead(invitation: Invitation) -> T:
    """Before the timetable is out: what to do until then, also for who was asked to step in."""
    if invitation.answer == "declined":
        return T("贵部门代表不能到会，您是候补，请确认能否替代到会。",
                 en="Your department's representative cannot come. You are the alternate: please say whether you can.")
    return T("尚未回复的，请点开下方链接回复；相关诉求也在那里，请提前了解。具体时段排定后再通知您。",
             en="If you have not answered yet, please do so behind the link below; the cases are there, too. You will hear "
                "again once the times are set.")


def _message(
    work: Work, meeting: Meeting, invitation: Invitation | None, subject: T, body: T, occasion: T
) -> Message:
    if invitation is None:
        role = T("您是本片区的协调员", en="you are a coordinator of this area")
    elif invitation.department_id is None:
        role = T("您提交的诉求列入了这次对接会", en="a case of yours is on this meeting's agenda")
    else:
        role = T("您代表{name}参加本次对接会", en="you speak for {name} at this meeting").fill(
            name=invitation.department.name if invitation.department else "")
    parts = work.parts(meeting.group_key)
    why = T("{role}。对接会 {number}（{group}），第 {revision} 版安排，规则：{occasion}。",
            en="Because {role}. Meeting {number} ({group}), version {revision} of its plan, rule: {occasion}.").fill(
        role=role, number=meeting.number, revision=meeting.revision, occasion=occasion,
        group=parts.group.name if parts else meeting.group_key)
    return Message(subject.fill(title=meeting.title), body, why)


def _facts(work: Work, meeting: Meeting) -> T:
    return T("{title}\n时间：{when}\n地点：{place}", en="{title}\nWhen: {when}\nWhere: {place}").fill(
        title=meeting.title, when=slots.when(work, meeting), place=meeting.place)


def _own(invitation: Invitation, mine: Sequence[Own], meeting: Meeting) -> T:
    requester = invitation.department_id is None
    if not mine:
        return T("本次时间有限，您的诉求未能排上，不必到会；诉求继续办理，并优先列入下一次对接会。",
                 en="There was no room for your case this time, so you need not come. It is still being worked on and comes "
                    "first at the next meeting.") if requester else \
            T("目前没有安排到贵部门席位的对接，请仍按时到会。",
              en="No appointment is placed at your desk yet; please come all the same.")
    head = T("您的对接安排（请提前 10 分钟签到）：", en="Your appointments (please sign in 10 minutes early):") if requester \
        else T("贵部门（{desk}）的对接安排：", en="The appointments at your desk ({desk}):").fill(desk=_desk(invitation, meeting))
    return T("{head}\n{lines}", en="{head}\n{lines}").fill(head=head, lines=appointments.lines(mine))


def _desk(invitation: Invitation, meeting: Meeting) -> T:
    """What the department's desk is called in the room."""
    return next((desk_name(d) for d in meeting.desks if d.department_id == invitation.department_id), T("席位", en="desk"))


def _paragraphs(*texts: T) -> T:
    return T("\n\n".join(t.zh for t in texts), en="\n\n".join(t.en for t in texts))
