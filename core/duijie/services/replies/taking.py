"""Takes an answer: found by UID, believed only from who was asked or who answers for them, applied as if given on the page."""

from typing import Final

from sqlalchemy import select

from duijie.domain.errors import DuijieError
from duijie.domain.roles import SYSTEM, Actor, requester
from duijie.domain.text import T
from duijie.services import accounts
from duijie.services.meetings import answering, calendar_entries, people, telling
from duijie.services.meetings.access import BEFORE
from duijie.services.meetings.answering import Answer
from duijie.services.replies.reading import Mail, Reply, read
from duijie.services.work import Office, Work
from duijie.storage.models import CalendarEntry, IncomingMail, Invitation, Meeting, User
from duijie.storage.upsert import insert_new

WORDS: Final = {
    "ACCEPTED": T("能到会", en="coming"),
    "DECLINED": T("不能到会", en="not coming"),
    "TENTATIVE": T("暂定", en="perhaps"),
    "DELEGATED": T("委托他人", en="somebody else comes"),
    "COUNTER": T("建议改时间", en="proposes another time"),
}
OUTCOMES: Final = {
    "taken": T("已登记", en="Taken"),
    "stale": T("已过时，未采用", en="Out of date, not taken"),
    "refused": T("未采用", en="Not taken"),
    "ignored": T("与邀请无关", en="Nothing to do with an invitation"),
}
FOR_ANOTHER: Final = T("{who}（由 {by} 代为回复）", en="{who} (answered for them by {by})")
_SILENT: Final = "日历回复，未说明原因。Answered by calendar, no reason given."
Result = tuple[str, T]


def take(office: Office, content: bytes) -> IncomingMail | None:
    """Take one mail in a transaction of its own; None when these very bytes were taken before.

    Raises Busy when the database is; anything else that is wrong with the mail is the record's ``outcome``.
    """
    mail = read(content)
    with office.write(SYSTEM) as work:
        values = {"key": mail.key, "at": work.now, "sender": mail.sender, "subject": mail.subject, "outcome": "ignored",
                  "note": mail.problem or T("", en="")}
        number = insert_new(work.session, IncomingMail, values)
        if number is None:
            return None
        kept = work.session.get_one(IncomingMail, number)
        if mail.reply is not None:
            _take(work, kept, mail, mail.reply)
        work.session.flush()
        return kept


def _take(work: Work, kept: IncomingMail, mail: Mail, reply: Reply) -> None:
    entry = _entry_of(work, reply)
    if entry is None:
        kept.note = T("没有找到对应的邀请。", en="No invitation with this UID is known.")
        return
    meeting = work.session.get_one(Meeting, entry.meeting_id)
    invitation = work.session.get(Invitation, entry.invitation_id) if entry.invitation_id else None
    kept.meeting_id = meeting.id
    kept.outcome, kept.note = _judge(work, mail, reply, entry, meeting, invitation)
    said, who = WORDS["COUNTER" if reply.method == "COUNTER" else reply.partstat], T.same(entry.name)
    if _for_another(mail, reply):
        who = FOR_ANOTHER.fill(who=who, by=mail.sender)
    work.record("meeting.calendar_reply", "meeting", meeting.id, who=who, answer=said,
                outcome=OUTCOMES[kept.outcome], note=kept.note)
    if kept.outcome == "refused" and invitation is not None:
        telling.unclear(work, meeting, invitation, kept.note, mail.key)


def _entry_of(work: Work, reply: Reply) -> CalendarEntry | None:
    """The entry of who answers: its own, or that of a delegate who answers under the UID of who delegated."""
    this = select(CalendarEntry).where(CalendarEntry.uid == reply.uid).with_for_update()
    entry = work.session.scalar(this.execution_options(populate_existing=True))
    if entry is None or not reply.delegated_from or entry.email.lower() != reply.delegated_from:
        return entry
    theirs = select(CalendarEntry).where(
        CalendarEntry.invitation_id == entry.invitation_id, CalendarEntry.state == "asked", CalendarEntry.id != entry.id
    )
    return next((one for one in work.session.scalars(theirs) if one.email.lower() == reply.attendee), entry)


def _judge(
    work: Work, mail: Mail, reply: Reply, entry: CalendarEntry, meeting: Meeting, invitation: Invitation | None
) -> Result:
    """Whether the answer holds, and if so what came of it."""
    asked = entry.email.lower()
    if not asked or reply.attendee != asked or not (mail.sender == asked or _for_another(mail, reply)):
        return "refused", T("发件人 {sender} 不是受邀人，请向本人核实。",
                            en="It came from {sender}, who was not the one asked: please check with them.").fill(
            sender=mail.sender or "?")
    if invitation is None:
        return "ignored", T("协调员不必回复。", en="Coordinators need not answer.")
    if meeting.state not in BEFORE or entry.state != "asked":
        return "stale", T("邀请已经撤回，或对接会已开始。", en="The invitation was taken back, or the meeting has begun.")
    if reply.sequence < entry.since or _older(entry, reply):
        return "stale", T("回复针对的是以前的安排或已被更新的回复取代。",
                          en="It answers an earlier arrangement, or a newer answer was taken already.")
    if reply.method == "COUNTER":
        return "refused", T("建议改时间，请与其联系。{comment}",
                            en="Another time is proposed; please talk to them. {comment}").fill(comment=reply.comment)
    own = work.acting(_actor(work, entry, invitation))
    try:
        result = _apply(own, reply, entry, invitation)
    except DuijieError as error:
        return "refused", error.message
    if result[0] == "taken":
        entry.partstat, entry.replied_at = reply.partstat, reply.stamp or work.now
    return result


def _for_another(mail: Mail, reply: Reply) -> bool:
    """Whether a secretary answers: who the file says sent it for the attendee (SENT-BY) is who the mail came from.

    Only one of the same house, as their address shows: an invitation that was passed on tells its UID to anybody.
    """
    return mail.sender == reply.sent_by != reply.attendee and _house(reply.sent_by) == _house(reply.attendee)


def _house(address: str) -> str:
    return address.rpartition("@")[2]


def _older(entry: CalendarEntry, reply: Reply) -> bool:
    return entry.replied_at is not None and reply.stamp is not None and reply.stamp <= entry.replied_at


def _actor(work: Work, entry: CalendarEntry, invitation: Invitation) -> Actor:
    user = work.session.get(User, entry.user_id) if entry.user_id else None
    return accounts.actor_of(work, user) if user else requester(invitation.name)


def _apply(work: Work, reply: Reply, entry: CalendarEntry, invitation: Invitation) -> Result:
    if reply.partstat == "TENTATIVE":
        return "taken", T("暂定，尚未答复是否到会。", en="Perhaps: not an answer yet.")
    if reply.partstat == "DELEGATED":
        return _delegate(work, reply, entry, invitation)
    steps_in = _is_stand_in(work, entry, invitation)
    if reply.partstat == "ACCEPTED":
        return _accept(work, entry, invitation, steps_in=steps_in)
    if steps_in:
        return "refused", T("候补也不能到会。{comment}",
                            en="The alternate cannot come either. {comment}").fill(comment=reply.comment)
    if _somebody_else_comes(work, entry, invitation):
        return "taken", T("本人不能到会，同部门另有代表。", en="They cannot come; another representative of the department can.")
    answering.answer(work, invitation, Answer("declined", note=reply.comment or _SILENT))
    return "taken", T("不能到会，已请候补。", en="Not coming; the alternates were asked.")


def _accept(work: Work, entry: CalendarEntry, invitation: Invitation, *, steps_in: bool) -> Result:
    if steps_in:
        answering.answer(work, invitation, Answer("delegated", user_id=entry.user_id, people=invitation.people))
        return "taken", T("候补到会。", en="The alternate comes.")
    if invitation.answer == "delegated":  # by whoever was named, who has now agreed
        return "taken", T("受托人确认到会。", en="Who was named comes.")
    answering.answer(work, invitation, Answer("accepted", people=invitation.people, away=list(invitation.away)))
    return "taken", T("能到会。", en="Coming.")


def _delegate(work: Work, reply: Reply, entry: CalendarEntry, invitation: Invitation) -> Result:
    """Name the delegate where the roster knows the address; else a coordinator has to see to it."""
    group = people.seated(work, invitation.meeting, invitation.department_id or 0, "representative", "alternate", "head")
    found = next((user for user in group if user.email.lower() == reply.delegated_to and reply.delegated_to), None)
    if found is None:
        return "refused", T("想委托 {who} 到会，但此人不在部门名单中，请与其联系。",
                            en="They want {who} to come, who is not in the department's roster; please talk to them.").fill(
            who=reply.delegated_to or "?")
    entry.partstat = reply.partstat  # the delegate's invitation names who sent them
    answering.answer(work, invitation, Answer("delegated", note=reply.comment, user_id=found.id, people=invitation.people,
                                              away=list(invitation.away)))
    return "taken", T("由 {name} 到会。", en="{name} comes.").fill(name=found.name)


def _is_stand_in(work: Work, entry: CalendarEntry, invitation: Invitation) -> bool:
    """Whether an alternate answers who was asked because the representative declined."""
    if invitation.department_id is None or invitation.answer != "declined" or entry.user_id is None:
        return False
    coming = {user.id for user in people.representatives(work, invitation.meeting, invitation.department_id)}
    return entry.user_id not in coming


def _somebody_else_comes(work: Work, entry: CalendarEntry, invitation: Invitation) -> bool:
    """Whether another representative of the department was asked, too, and did not decline."""
    coming = {to.user_id for to in people.of_invitation(work, invitation.meeting, invitation)}
    others = [e for e in calendar_entries.asked(work, invitation) if e.id != entry.id and e.user_id in coming]
    return any(other.partstat != "DECLINED" for other in others)
