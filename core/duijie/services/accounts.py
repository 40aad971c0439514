"""Accounts and sessions: who somebody is, and until when they are believed to be it."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from duijie.domain.errors import Invalid, Refused
from duijie.domain.roles import Actor, Role
from duijie.domain.text import T
from duijie.services import passwords
from duijie.services.work import Work
from duijie.storage.models import Area, Grant, User, WebSession

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
# Verified when the account does not exist, so that the answer takes as long as with one that does.
_NOBODY = {"hash": ""}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A believed session: the user, what they may do, and when the session was last seen."""

    user: User
    actor: Actor


def sign_in(work: Work, login: str, password: str) -> str | None:
    """A new session's token when the password is right, else None; five wrong ones lock the account for 15 minutes.

    Wrong tries are recorded and must be committed by the caller, so this answers None rather than raising.
    """
    user = work.session.scalar(select(User).where(User.login == login.strip().lower()))
    if user is None or not user.active:
        passwords.matches(work.office, _nobody(work), password)
        work.record("user.sign_in_failed", "user", None, login=login[:60])
        return None
    if user.locked_until and user.locked_until > work.now:
        passwords.matches(work.office, _nobody(work), password)
        work.record("user.sign_in_failed", "user", user.id, login=user.login)
        return None
    if not passwords.matches(work.office, user.password_hash, password):
        _count_failure(work, user)
        return None
    user.failed_sign_ins, user.locked_until = 0, None
    work.actor = actor_of(work, user)
    work.record("user.signed_in", "user", user.id)
    return _open_session(work, user)


def session_of(work: Work, token: str) -> SignedIn | None:
    """Who the cookie's ``token`` stands for, or None when the session is over."""
    found = work.session.scalar(select(WebSession).where(WebSession.token_hash == _hash(token)))
    if found is None or min(found.expires_at, found.seen_at + _idle(work)) < work.now:
        return None
    user = work.session.get(User, found.user_id)
    return SignedIn(user, actor_of(work, user)) if user and user.active else None


def touch(work: Work, token: str) -> None:
    """Note that the session is in use; at most once a minute, so that reading stays reading."""
    found = work.session.scalar(select(WebSession).where(WebSession.token_hash == _hash(token)))
    if found:
        found.seen_at = work.now


def needs_touch(work: Work, token: str) -> bool:
    """Whether a minute has passed since the session was last noted."""
    seen = work.session.scalar(select(WebSession.seen_at).where(WebSession.token_hash == _hash(token)))
    return seen is not None and seen < work.now - timedelta(minutes=1)


def sign_out(work: Work, token: str) -> None:
    """End this session; the cookie is worth nothing from now on."""
    work.session.execute(delete(WebSession).where(WebSession.token_hash == _hash(token)))
    work.record("user.signed_out", "user", work.actor.user_id)


def end_sessions(work: Work, user_id: int) -> None:
    """End every session of a user."""
    work.session.execute(delete(WebSession).where(WebSession.user_id == user_id))


def change_password(work: Work, user_id: int, old: str, new: str) -> str:
    """Change one's own password; ends all sessions and answers the token of a new one. Raises Invalid."""
    user = work.session.get_one(User, user_id)
    if not passwords.matches(work.office, user.password_hash, old):
        raise Invalid.field("old", "当前密码不正确。", "This is not your present password.")
    passwords.check(new, "new")
    user.password_hash = passwords.hasher(work.office).hash(new)
    end_sessions(work, user.id)
    work.record("user.password_changed", "user", user.id)
    return _open_session(work, user)


def add_user(work: Work, login: str, name: T, password: str, **more: str) -> User:
    """Add an account without any role yet. Raises Invalid when the name is taken or the password too short."""
    login = login.strip().lower()
    if not login or work.session.scalar(select(User.id).where(User.login == login)):
        raise Invalid.field("login", f"登录名“{login}”为空或已有人使用，请换一个。",
                            f"The sign-in name “{login}” is empty or taken; choose another.")
    passwords.check(password)
    user = User(
        login=login, name=name, password_hash=passwords.hasher(work.office).hash(password), created_at=work.now, **more
    )
    work.session.add(user)
    work.session.flush()
    work.record("user.added", "user", user.id, login=login)
    return user


def grant(work: Work, user: User, role: Role, *, area_id: int | None = None, department_id: int | None = None) -> None:
    """Give ``user`` a role: of an area, of a department, or of the whole installation, as the role needs."""
    if (role is Role.REPRESENTATIVE) != (department_id is not None):
        raise Refused(T("部门代表须指定部门，其他角色不能指定部门。",
                        en="A representative needs a department, and no other role takes one."))
    if (role in (Role.COORDINATOR, Role.AREA_ADMIN)) != (area_id is not None):
        raise Refused(T("协调员和片区管理员须指定片区，其他角色不能指定片区。",
                        en="A coordinator or area administrator needs an area, and no other role takes one."))
    work.session.add(Grant(user_id=user.id, role=role, area_id=area_id, department_id=department_id))
    work.session.flush()


def actor_of(work: Work, user: User) -> Actor:
    """What a user's grants open, with the areas below each area included."""
    grants = list(work.session.scalars(select(Grant).where(Grant.user_id == user.id)))
    administers = _with_children(work, (g.area_id for g in grants if g.area_id and g.role is Role.AREA_ADMIN))
    return Actor(
        user_id=user.id,
        name=user.name.to("zh"),
        roles=frozenset(g.role for g in grants),
        areas=_with_children(work, (g.area_id for g in grants if g.area_id)),
        administers=administers,
        administers_all=bool(administers) and _top_areas(work) <= administers,
        departments=frozenset(g.department_id for g in grants if g.department_id),
        address=work.actor.address,
    )


def _with_children(work: Work, roots: Iterable[int]) -> frozenset[int]:
    found = set(roots)
    if not found:
        return frozenset()
    pairs = work.session.execute(select(Area.id, Area.parent_id)).all()
    grew = True
    while grew:
        below = {area for area, parent in pairs if parent in found} - found
        found |= below
        grew = bool(below)
    return frozenset(found)


def _top_areas(work: Work) -> set[int]:
    return set(work.session.scalars(select(Area.id).where(Area.parent_id.is_(None))))


def _count_failure(work: Work, user: User) -> None:
    user.failed_sign_ins += 1
    work.record("user.sign_in_failed", "user", user.id, login=user.login)
    if user.failed_sign_ins >= LOCK_AFTER:
        user.failed_sign_ins, user.locked_until = 0, work.now + LOCK_FOR
        work.record("user.locked", "user", user.id)


def _open_session(work: Work, user: User) -> str:
    token = secrets.token_urlsafe(32)
    expires = work.now + timedelta(hours=work.office.limits["session_hours"])
    work.session.add(
        WebSession(token_hash=_hash(token), user_id=user.id, created_at=work.now, seen_at=work.now, expires_at=expires)
    )
    return token


def _idle(work: Work) -> timedelta:
    return timedelta(minutes=work.office.limits["session_idle_minutes"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _nobody(work: Work) -> str:
    if not _NOBODY["hash"]:
        _NOBODY["hash"] = passwords.hasher(work.office).hash(secrets.token_hex())
    return _NOBODY["hash"]
