"""What administrators do with accounts: add, change, unlock, give and take roles, reset a password.

An area administrator acts within their areas: they give coordinators, never a role of their own height or
above. Departments belong to no single area, so their representatives are kept by those who administer every
area. The system administrator gives every role but sees no case. Nobody takes their own
roles or closes their own account, so there is always an administrator left.
"""

from collections.abc import Sequence

from sqlalchemy import JSON, ColumnElement, Select, and_, func, or_, select, true, type_coerce
from sqlalchemy.orm import selectinload

from duijie.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from duijie.domain.roles import Role
from duijie.domain.text import T, joined
from duijie.services import accounts, passwords, typed
from duijie.services.work import Work
from duijie.storage.models import Area, Department, Event, Grant, User

OF_AN_AREA = (Role.COORDINATOR, Role.AREA_ADMIN)
PAGE = 50
_NOT_YOURSELF = T("不能更改自己的角色或停用自己的账号，请由另一位管理员操作。",
                  en="You cannot change your own roles or close your own account; ask another administrator.")


def givable(work: Work) -> tuple[Role, ...]:
    """The roles that the actor may give and take."""
    if _has_all(work):
        return tuple(Role)
    if work.actor.administers_all:
        return (Role.COORDINATOR, Role.REPRESENTATIVE)
    return (Role.COORDINATOR,) if work.actor.has(Role.AREA_ADMIN) else ()


def users(work: Work, text: str = "", page: int = 1) -> tuple[Sequence[User], int]:
    """Accounts with ``text`` in a name, address or phone number: page ``page`` (from 1), and how many pages.

    An area administrator sees no account with a role that is not theirs to give.
    """
    wanted = _found(select(User).where(_visible(work)), text.strip())
    total = work.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    some = wanted.order_by(User.login).limit(PAGE).offset((page - 1) * PAGE)
    return work.session.scalars(some.options(selectinload(User.grants))).all(), max(1, -(-total // PAGE))


def count(work: Work) -> int:
    """How many accounts in use the actor looks after."""
    wanted = select(func.count(User.id)).where(_visible(work), User.active)
    return work.session.scalar(wanted) or 0


def user(work: Work, user_id: int, version: int | None = None) -> User:
    """One account. Raises NotFound, or Conflict when somebody else changed it meanwhile."""
    wanted = select(User).where(User.id == user_id, _visible(work)).options(selectinload(User.grants))
    found = work.session.scalar(wanted)
    if found is None:
        raise NotFound
    if version is not None and found.version != version:
        raise Conflict(T("他人刚修改过这个账号，请对照最新内容后再提交。",
                         en="Somebody else just changed this account; compare with the latest, then send."))
    return found


def add(work: Work, login: str, name: T, email: str = "", phone: str = "") -> tuple[User, str]:
    """Add an account without a role; answers it with its first password, which is kept nowhere."""
    if not givable(work):
        raise Forbidden
    login = typed.needed(login, "login", "登录名", "a sign-in name", 60)
    name, email, phone = _details(name, email, phone)
    password = passwords.random_password()
    return accounts.add_user(work, login, name, password, email=email, phone=phone), password


def change(
    work: Work, user_id: int, version: int | None, *, name: T, email: str, phone: str, active: bool
) -> None:
    """Change an account; one taken out of use is signed out everywhere. The history says what was changed."""
    record = user(work, user_id, version)
    if record.active and not active:
        _check_not_self(work, record)
        accounts.end_sessions(work, record.id)
    name, email, phone = _details(name, email, phone)
    changes: list[T] = []
    if record.name != name:
        changes.append(T("姓名", en="name"))
    if record.email != email:
        changes.append(T("邮箱", en="e-mail"))
    if record.phone != phone:
        changes.append(T("电话", en="phone"))
    if record.active != active:
        changes.append(T("启用", en="taken into use") if active else T("停用", en="taken out of use"))
    record.name, record.email, record.phone, record.active = name, email, phone, active
    if changes:
        work.record("user.changed", "user", record.id, login=record.login, what=joined(changes))


def unlock(work: Work, user_id: int) -> None:
    """Let a locked account try again."""
    record = user(work, user_id)
    record.locked_until, record.failed_sign_ins = None, 0
    work.record("user.changed", "user", record.id, login=record.login, what=T("解锁", en="unlocked"))


def reset_password(work: Work, user_id: int) -> str:
    """A new random password, to be shown once; opens the account if it was locked, ends its sessions."""
    record = user(work, user_id)
    password = passwords.random_password()
    record.password_hash = passwords.hasher(work.office).hash(password)
    record.locked_until, record.failed_sign_ins = None, 0
    accounts.end_sessions(work, record.id)
    what = T("重设密码", en="password reset")
    work.record("user.changed", "user", record.id, login=record.login, what=what)
    return password


def give(work: Work, user_id: int, role: Role, area_id: int | None, department_id: int | None) -> None:
    """Give a role; twice is once. Raises Forbidden when it is not the actor's to give, Invalid, Refused."""
    record = user(work, user_id)
    _check_not_self(work, record)
    area_id = area_id if role in OF_AN_AREA else None
    department_id = department_id if role is Role.REPRESENTATIVE else None
    _may_give(work, role, area_id)
    _check_place(work, role, area_id, department_id)
    if any((g.role, g.area_id, g.department_id) == (role, area_id, department_id) for g in record.grants):
        return
    accounts.grant(work, record, role, area_id=area_id, department_id=department_id)
    work.session.expire(record, ["grants"])
    words = role_words(work, role, area_id, department_id)
    work.record("user.role_added", "user", record.id, login=record.login, role=words)


def take(work: Work, grant_id: int) -> int:
    """Take a role away; it counts from the next click on. Answers whose it was."""
    held = work.session.get(Grant, grant_id)
    if held is None:
        raise NotFound
    record = user(work, held.user_id)
    _check_not_self(work, record)
    _may_give(work, held.role, held.area_id)
    words = role_words(work, held.role, held.area_id, held.department_id)
    record.grants.remove(held)
    work.record("user.role_removed", "user", record.id, login=record.login, role=words)
    return record.id


def roles_of(work: Work, record: User) -> list[tuple[int, T]]:
    """An account's roles in words, each with the id that `take` wants."""
    held = sorted(record.grants, key=lambda g: (g.role, g.id))
    return [(g.id, role_words(work, g.role, g.area_id, g.department_id)) for g in held]


def role_words(work: Work, role: Role, area_id: int | None, department_id: int | None) -> T:
    """协调员（大港） / Coordinator (Dagang): a role and where it holds."""
    place: Area | Department | None = None
    if area_id is not None:
        place = work.session.get(Area, area_id)
    elif department_id is not None:
        place = work.session.get(Department, department_id)
    if place is None:
        return role.label
    return T("{role}（{place}）", en="{role} ({place})").fill(role=role.label, place=place.name)


def _details(name: T, email: str, phone: str) -> tuple[T, str, str]:
    zh = typed.needed(name.zh, "name_zh", "中文姓名", "the Chinese name", 100)
    en = typed.optional(name.en, "name_en", 100) or zh
    email = typed.optional(email, "email", 200)
    if email and ("@" not in email[1:-1] or any(c.isspace() for c in email)):
        raise Invalid.field("email", "邮箱地址不完整，应为 name@example.cn 这样的形式。",
                            "The e-mail address is incomplete; it should look like name@example.cn.")
    return T(zh, en=en), email, typed.optional(phone, "phone", 30)


def _check_place(work: Work, role: Role, area_id: int | None, department_id: int | None) -> None:
    area = None if area_id is None else work.session.get(Area, area_id)
    department = None if department_id is None else work.session.get(Department, department_id)
    if role in OF_AN_AREA and area is None:
        raise Invalid.field("role", "请选择这个角色负责的片区。", "Choose the area that this role is for.")
    if role is Role.REPRESENTATIVE and department is None:
        raise Invalid.field("role", "请选择代表哪个部门。", "Choose the department that they speak for.")


def _may_give(work: Work, role: Role, area_id: int | None) -> None:
    if role not in givable(work):
        raise Forbidden
    if area_id is not None and not _has_all(work) and area_id not in work.actor.administers:
        raise Forbidden


def _check_not_self(work: Work, record: User) -> None:
    if record.id == work.actor.user_id:
        raise Refused(_NOT_YOURSELF)


def _has_all(work: Work) -> bool:
    return work.actor.kind == "system" or work.actor.has(Role.SYSTEM_ADMIN)


def _visible(work: Work) -> ColumnElement[bool]:
    """Accounts all of whose roles are the actor's to give; one without roles only where it came from them.

    Whoever could reset the password of another's new account would have it when it gets its roles.
    """
    if _has_all(work):
        return true()
    if not work.actor.has(Role.AREA_ADMIN):
        return User.id.in_(())
    theirs = and_(Grant.role == Role.COORDINATOR, Grant.area_id.in_(work.actor.administers))
    if work.actor.administers_all:
        theirs = or_(theirs, Grant.role == Role.REPRESENTATIVE)
    none_above = User.id.not_in(select(Grant.user_id).where(~theirs))
    if work.actor.administers_all:
        return none_above
    mine = (Event.kind.in_(("user.added", "user.role_removed")), Event.actor_id == work.actor.user_id)
    known = or_(User.id.in_(select(Grant.user_id)), User.id.in_(select(Event.about_id).where(*mine)))
    return and_(none_above, known)


def _found(wanted: Select[User], text: str) -> Select[User]:
    if not text:
        return wanted
    name = type_coerce(User.name, JSON)
    places = (User.login, User.email, User.phone, name["zh"].as_string(), name["en"].as_string())
    return wanted.where(or_(*(place.icontains(text, autoescape=True) for place in places)))
