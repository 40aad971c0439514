"""Outlets: groups' robots and webhooks, set up by an administrator for a department, an area, or everybody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select, update

from duijie.domain.errors import Forbidden, Invalid, NotFound, Problem
from duijie.domain.notices import CHOSEN
from duijie.domain.roles import Role
from duijie.domain.telling import Telling
from duijie.domain.text import T
from duijie.hooks.values import Notifier
from duijie.services.reminders.planning import WAITING
from duijie.services.work import Work
from duijie.storage.models import Area, Department, Outlet, Reminder

KEPT: Final = "••••••••"
"""What a page shows in the place of an address or secret; sent back unchanged it stays as it is."""
EVENTS: Final = {
    "case": T("诉求的办理经过", en="What happens to cases"),
    "meeting": T("对接会的经过", en="What happens to meetings"),
}
SHORTEST_SECRET: Final = 16
_ADDRESS: Final = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form asks. ``owner``: ``all``, ``area:<id>`` or ``department:<id>``; ``digest_at``: "HH:MM" or empty."""

    channel: str = ""
    name: str = ""
    address: str = ""
    secret: str = ""
    owner: str = ""
    kinds: tuple[str, ...] = ()
    whole: bool = False
    language: str = "zh"
    digest_at: str = ""


def offered(work: Work) -> dict[str, Notifier]:
    """The channels that lead to outlets and are switched on, by key."""
    return {key: one for key, one in work.office.notifiers.items() if one.address_of == "outlet"}


def kinds_for(channel: Notifier | None) -> dict[str, T]:
    """What an outlet of this channel can carry, by key."""
    return dict(EVENTS) if channel and channel.of_events else {kind.value: kind.label for kind in CHOSEN}


def owned(work: Work) -> Sequence[Outlet]:
    """The outlets that the actor sets up: those of their areas; all of them for who keeps departments."""
    found = work.session.scalars(select(Outlet).where(Outlet.state != "removed").order_by(Outlet.id)).all()
    return [one for one in found if _may(work, one.area_id, one.department_id)]


def own(work: Work, outlet_id: int) -> Outlet:
    """One of them. Raises NotFound."""
    found = work.session.get(Outlet, outlet_id)
    if found is None or found.state == "removed" or not _may(work, found.area_id, found.department_id):
        raise NotFound
    return found


def owners(work: Work) -> list[tuple[str, T]]:
    """For whom the actor may set one up: (owner, name)."""
    areas = work.session.scalars(select(Area).where(Area.active).order_by(Area.id)).all()
    found = [(f"area:{area.id}", area.name) for area in areas if _may(work, area.id, None)]
    if work.actor.keeps_departments:
        departments = work.session.scalars(select(Department).order_by(Department.id))
        found += [(f"department:{one.id}", one.name) for one in departments]
        found.insert(0, ("all", T("全部片区", en="All areas")))
    return found


def owner_of(outlet: Outlet) -> str:
    """``all``, ``area:<id>`` or ``department:<id>``."""
    if outlet.department_id is not None:
        return f"department:{outlet.department_id}"
    return "all" if outlet.area_id is None else f"area:{outlet.area_id}"


def draft_of(outlet: Outlet) -> Draft:
    """What stands in the form for ``outlet``: its address and secret as dots."""
    return Draft(outlet.channel, outlet.name, KEPT, KEPT if outlet.secret else "", owner_of(outlet), tuple(outlet.kinds),
                 outlet.whole, outlet.language, outlet.digest_at)  # fmt: skip


def host_of(outlet: Outlet) -> str:
    """The part of the address that is no secret."""
    return urlsplit(outlet.address).hostname or ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one stands: messages sent and waiting, those in trouble, and what its channel said last."""

    sent: int = 0
    waiting: int = 0
    troubled: int = 0
    said: str = ""


def standings(work: Work, outlets: Sequence[Outlet]) -> dict[int, Standing]:
    """How each of ``outlets`` stands, by id."""
    ids = [one.id for one in outlets]
    counted = select(Reminder.outlet_id, Reminder.state, func.count()).where(Reminder.outlet_id.in_(ids))
    sums: dict[tuple[int | None, str], int] = {
        (row[0], row[1]): row[2] for row in work.session.execute(counted.group_by(Reminder.outlet_id, Reminder.state))
    }

    def of(outlet_id: int, *states: str) -> int:
        return sum(sums.get((outlet_id, state), 0) for state in states)

    return {
        one: Standing(of(one, "sent"), of(one, *WAITING, "sending"), of(one, "dead", "doubtful"), _last_said(work, one))
        for one in ids
    }


def _last_said(work: Work, outlet_id: int) -> str:
    """What is wrong with the oldest message that still waits after a failure; empty where nothing is."""
    failed = select(Reminder.last_error).where(
        Reminder.outlet_id == outlet_id, Reminder.state.in_(("planned", "dead", "doubtful")), Reminder.last_error != ""
    )
    return work.session.scalar(failed.order_by(Reminder.id.desc()).limit(1)) or ""


def add(work: Work, draft: Draft) -> Outlet:
    """Set one up; it is on at once. Raises Invalid, Forbidden."""
    outlet = Outlet(address="", secret="", created_at=work.now, by=work.actor.name)
    _write(work, outlet, draft)
    work.session.add(outlet)
    work.session.flush()
    note(work, outlet, T("新增", en="added"))
    return outlet


def change(work: Work, outlet_id: int, draft: Draft) -> Outlet:
    """Change one. Raises NotFound, Invalid, Forbidden."""
    outlet = own(work, outlet_id)
    _write(work, outlet, draft)
    _move_list(work, outlet)
    note(work, outlet, T("修改", en="changed"))
    return outlet


def set_state(work: Work, outlet_id: int, state: str) -> Outlet:
    """Switch one on or off, or remove it: ``on``, ``off``, ``removed``. What waited for it is taken back."""
    outlet = own(work, outlet_id)
    outlet.state = state
    if state == "removed":
        outlet.address = outlet.secret = ""
    if state != "on":
        waiting = update(Reminder).where(Reminder.outlet_id == outlet.id, Reminder.state.in_(WAITING))
        work.session.execute(waiting.values(state="retired", last_error="the channel was switched off"))
    words = {"on": T("启用", en="switched on"), "off": T("停用", en="switched off"), "removed": T("删除", en="removed")}
    note(work, outlet, words[state])
    return outlet


def note(work: Work, outlet: Outlet, what: T) -> None:
    """Write down what was done with an outlet."""
    work.seen.pop("outlets", None)  # whatever this piece of work does next knows of it
    work.record("outlet.changed", "outlet", outlet.id, name=outlet.name, what=what)


def _move_list(work: Work, outlet: Outlet) -> None:
    """What waits for the daily list waits for its new time, or goes now where there is none any more."""
    daily = Telling(digest_at=time.fromisoformat(outlet.digest_at)) if outlet.digest_at else Telling()
    moment = daily.next_digest(work.local(work.now))
    waiting = update(Reminder).where(Reminder.outlet_id == outlet.id, Reminder.state == "gathered")
    then: dict[str, object] = {"next_at": moment} if moment else {"state": "planned", "next_at": work.now}
    work.session.execute(waiting.values(**then))


def _write(work: Work, outlet: Outlet, draft: Draft) -> None:
    """Check and take over ``draft``; with anything wrong nothing is changed."""
    channel = offered(work).get(draft.channel)
    address = outlet.address if draft.address == KEPT else draft.address.strip()
    secret = outlet.secret if draft.secret == KEPT else draft.secret.strip()
    kinds = [kind for kind in kinds_for(channel) if kind in draft.kinds]
    problems = [*_problems(draft, channel, address, secret), *([] if kinds else [_NO_KINDS])]
    area_id, department_id = _owner(work, draft.owner, problems)
    if problems:
        raise Invalid(*problems)
    outlet.channel, outlet.name, outlet.address, outlet.secret = draft.channel, draft.name.strip(), address, secret
    outlet.area_id, outlet.department_id, outlet.kinds = area_id, department_id, kinds
    outlet.whole, outlet.digest_at = draft.whole, "" if channel and channel.of_events else draft.digest_at
    outlet.language = "en" if draft.language == "en" else "zh"


_NO_KINDS: Final = Problem("kinds", T("请至少选择一种要发送的内容。", en="Choose at least one thing to send."))


def _problems(draft: Draft, channel: Notifier | None, address: str, secret: str) -> list[Problem]:
    found = []
    if channel is None:
        found.append(Problem("channel", T("请选择渠道类型。", en="Choose what kind of channel it is.")))
    if not 0 < len(draft.name.strip()) <= 100:
        found.append(Problem("name", T("请填写名称，不超过 100 字，如“环境科工作群”。",
                                       en="Give it a name of at most 100 characters, such as “Environment office group”.")))
    if not _is_address(address):
        found.append(Problem("address", T("请粘贴完整地址，以 https:// 开头，中间没有空格。",
                                          en="Paste the whole address: it begins with https:// and holds no space.")))
    if channel and channel.of_events and len(secret) < SHORTEST_SECRET:
        found.append(Problem("secret", T(f"请填写双方约定的密钥，至少 {SHORTEST_SECRET} 位，用于验证来源。",
                                         en=f"Enter the secret that both sides know, at least {SHORTEST_SECRET} characters; it "
                                         "proves where messages come from.")))
    if len(secret) > 300:
        found.append(Problem("secret", T("密钥过长，最多 300 位。", en="The secret is too long: at most 300 characters.")))
    if draft.digest_at and not _is_time(draft.digest_at):
        found.append(Problem("digest_at", T("请填写时间，如 08:30。", en="Enter a time such as 08:30.")))
    return found


def _owner(work: Work, owner: str, problems: list[Problem]) -> tuple[int | None, int | None]:
    """(area, department) of an owner that the actor may choose; else one more problem."""
    if owner not in dict(owners(work)):
        problems.append(Problem("owner", T("请选择所属的片区或部门。", en="Choose the area or department it belongs to.")))
        return None, None
    kind, _, number = owner.partition(":")
    return (int(number) if kind == "area" else None), (int(number) if kind == "department" else None)


def _is_address(address: str) -> bool:
    try:
        return len(address) <= 1000 and bool(_ADDRESS.fullmatch(address)) and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _is_time(words: str) -> bool:
    try:
        return len(words) == 5 and time.fromisoformat(words) is not None
    except ValueError:
        return False


def _may(work: Work, area_id: int | None, department_id: int | None) -> bool:
    if work.actor.keeps_departments:
        return True
    if not work.actor.has(Role.AREA_ADMIN):
        raise Forbidden
    return department_id is None and area_id is not None and area_id in work.actor.administers
