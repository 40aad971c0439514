"""My notices: how somebody wants to be told, and what administrators set for those who chose nothing."""

from dataclasses import replace
from typing import Final

from sqlalchemy import delete, select, update

from duijie.domain.errors import Forbidden, NotFound
from duijie.domain.notices import Notice
from duijie.domain.roles import Role
from duijie.domain.telling import INBOX, Telling
from duijie.domain.text import T
from duijie.hooks.values import Notifier
from duijie.services.reminders.planning import NewReminder, Recipient, arm, of_user, schedule, ways
from duijie.services.reminders.records import Where, where
from duijie.services.reminders.wishes import default_for, forget, own_wishes, telling_of
from duijie.services.work import Work
from duijie.storage.models import Area, NoticeSetting, Reminder, User

PENDING: Final = ("planned", "gathered", "unwanted")


def channels(work: Work) -> dict[str, Notifier]:
    """The channels that reach people, by key, without the inbox, which has everything."""
    return {key: one for key, one in work.office.notifiers.items() if one.address_of in ("email", "phone")}


def reached_by(work: Work, user: User) -> frozenset[str]:
    """The channels that have an address of ``user``."""
    return frozenset(ways(work, of_user(user))) - {INBOX}


def of_actor(work: Work) -> tuple[Telling, bool]:
    """(how the actor is told, whether they chose it themselves)."""
    own = own_wishes(work, work.actor.user_id) if work.actor.user_id is not None else None
    return (own, True) if own else (default_for(work, Where()), False)


def choose(work: Work, telling: Telling, language: str) -> None:
    """The actor's wishes from now on; what is planned for them is planned anew in the same transaction."""
    user = work.session.get_one(User, work.actor.user_id)
    user.language = "en" if language == "en" else "zh"
    _keep(work, f"user:{user.id}", telling)
    forget(work)
    mine = update(Reminder).where(Reminder.user_id == user.id, Reminder.state.in_(PENDING))
    work.session.execute(mine.values(language=user.language))
    replan(work, user.id)
    work.record("notices.changed", "user", user.id, what=T("本人的提醒方式", en="their own"))


def choose_nothing(work: Work) -> None:
    """Back to what the administrators set."""
    work.session.execute(delete(NoticeSetting).where(NoticeSetting.scope == f"user:{work.actor.user_id}"))
    forget(work)
    if work.actor.user_id is not None:
        replan(work, work.actor.user_id)
    work.record("notices.changed", "user", work.actor.user_id, what=T("恢复默认", en="back to the default"))


def scopes(work: Work) -> list[tuple[str, T]]:
    """For whom the actor may set a default: (scope, name)."""
    areas = work.session.scalars(select(Area).where(Area.active).order_by(Area.id)).all()
    found = [(f"area:{one.id}", one.name) for one in areas if _may_set(work, one.id)]
    if work.actor.keeps_departments:
        groups = [(f"group:{parts.group.key}", parts.group.name) for parts in work.office.groups]
        found = [("all", T("全部人员", en="Everybody")), *groups, *found]
    return found


def default_of(work: Work, scope: str) -> tuple[Telling, bool]:
    """(what is set for ``scope``, whether anything is). Raises NotFound."""
    _check(work, scope)
    row = work.session.get(NoticeSetting, scope)
    return (Telling.from_json(row.value), True) if row else (Telling(), False)


def set_default(work: Work, scope: str, telling: Telling | None) -> None:
    """Set the default of ``scope``, or none of its own; plans anew for everybody who follows it. Raises NotFound."""
    name = _check(work, scope)
    if telling is None:
        work.session.execute(delete(NoticeSetting).where(NoticeSetting.scope == scope))
    else:
        _keep(work, scope, telling)
    forget(work)
    own = select(NoticeSetting.scope).where(NoticeSetting.scope.like("user:%"))
    chosen = {int(one.partition(":")[2]) for one in work.session.scalars(own)}
    waiting = select(Reminder.user_id).where(Reminder.user_id.is_not(None), Reminder.state.in_(PENDING)).distinct()
    for user_id in work.session.scalars(waiting).all():
        if user_id is not None and user_id not in chosen:
            replan(work, user_id)
    work.record("notices.changed", "notices", None, what=name)


def replan(work: Work, user_id: int) -> None:
    """Plan anew what still waits for ``user_id``; what is over is not caught up."""
    user = work.session.get_one(User, user_id)
    held = Reminder.lease_until.is_not(None) & (Reminder.lease_until > work.now)  # a worker is about to send it
    waiting = select(Reminder).where(
        Reminder.user_id == user_id, Reminder.state.in_(PENDING), Reminder.attempts == 0,
        Reminder.kind != "digest.daily", ~held,
    )  # fmt: skip
    for row in work.session.scalars(waiting.order_by(Reminder.id)).all():
        telling = telling_of(work, user_id, where(work, row.about_type, row.about_id))
        if row.channel == INBOX:
            _add_ways(work, row, of_user(user), telling)
        else:
            _reschedule(work, row, telling)


def _reschedule(work: Work, row: Reminder, telling: Telling) -> None:
    if not telling.wants(Notice(row.notice), row.channel):
        row.state = "unwanted"
        return
    if row.state == "unwanted" and row.due_at <= work.now:
        return
    later = replace(_new(row, Recipient(row.to_name, row.user_id)), due_at=max(row.due_at, work.now))
    row.state, row.next_at = schedule(work, telling, row.channel, later)


def _add_ways(work: Work, row: Reminder, to: Recipient, telling: Telling) -> None:
    """The channels that were not wanted when ``row``, which is still to come, was planned."""
    for channel, address in ways(work, to).items():
        if channel != INBOX and telling.wants(Notice(row.notice), channel):
            arm(work, _new(row, to), channel, address, telling)


def _new(row: Reminder, to: Recipient) -> NewReminder:
    return NewReminder(
        row.kind, row.about_type, row.about_id, row.revision, to, row.subject, row.body, row.why, row.due_at,
        row.useful_until, row.link, row.calendar, Notice(row.notice), row.original,
    )  # fmt: skip


def _keep(work: Work, scope: str, telling: Telling) -> None:
    work.session.merge(NoticeSetting(scope=scope, value=telling.as_json(), by=work.actor.name, at=work.now))


def _check(work: Work, scope: str) -> T:
    """The name of a scope that the actor may set. Raises NotFound."""
    name = dict(scopes(work)).get(scope)
    if name is None:
        raise NotFound
    return name


def _may_set(work: Work, area_id: int) -> bool:
    if work.actor.keeps_departments:
        return True
    if not work.actor.has(Role.AREA_ADMIN):
        raise Forbidden
    return area_id in work.actor.administers
