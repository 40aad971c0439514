"""Tells coordinators, within minutes, that messages about their cases and meetings were given up."""

from collections import defaultdict
from datetime import timedelta
from typing import Final

from duijie.domain.text import T
from duijie.services import reminders
from duijie.services.reminders import NewReminder
from duijie.services.rules.people import coordinators
from duijie.services.work import Work
from duijie.storage.models import Reminder
from duijie.storage.queries.due import given_up

EVERY: Final = timedelta(minutes=2)
RECENT: Final = timedelta(hours=1)  # longer than nobody ticks; what was told once is not told again


def raise_alarms(work: Work) -> int:
    """One message to the coordinators of each area in which something was given up since the last; answers how many."""
    found: dict[int, list[Reminder]] = defaultdict(list)
    for area_id, reminder in work.session.execute(given_up(work.now - RECENT)):
        found[area_id].append(reminder)
    return sum(_tell(work, area_id, dead) for area_id, dead in found.items())


def _tell(work: Work, area_id: int, dead: list[Reminder]) -> int:
    newest = max(reminder.deliveries[-1].id for reminder in dead)
    words = {"n": len(dead), "names": "、".join(sorted({reminder.to_name for reminder in dead})[:5])}
    return sum(
        reminders.plan(work, NewReminder(
            kind="reminder.given_up", about_type="area", about_id=area_id, revision=str(newest), to=reminders.of_user(user),
            subject=T("有 {n} 条提醒多次未送达", en="Reminders not delivered: {n}").fill(**words),
            body=T("发给{names}的提醒多次未能送达，已停止发送。请用其他方式告知对方，或改正地址后重新发送。",
                   en="Reminders to {names} could not be delivered and are not tried any more. Please tell them in another "
                      "way, or correct the address and send them again.").fill(**words),
            why=T("因为：您是所在片区的协调员", en="Because you coordinate the area"),
            due_at=work.now, useful_until=work.now + timedelta(days=1), link="/admin/doubtful",
        ))
        for user in coordinators(work, area_id)
    )  # fmt: skip
