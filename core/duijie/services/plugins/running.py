"""Runs the jobs of plugins when they are due: each in one process at a time, one that was missed caught up once."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.hooks.capabilities import Job
from duijie.hooks.faults import Failed
from duijie.services.plugins import leases
from duijie.services.work import Office, Work
from duijie.storage.models import PluginJob
from duijie.storage.upsert import ensure

HOOK: Final = "duijie_jobs"


def run_due(office: Office) -> int:
    """Run every job whose time has come; answers how many were run. Jobs whose plugin is gone keep their rows."""
    due = [key for key in office.catalogue.jobs if office.plugins.gate(office.catalogue.jobs[key].plugin, None)]
    with office.read(SYSTEM) as work:
        kept = {row.key: row for row in work.session.scalars(select(PluginJob))}
        now = work.now
    missing = [key for key in due if key not in kept]
    if missing:
        with office.write(SYSTEM) as work:
            for key in missing:
                ensure(work.session, PluginJob, key=key, next_at=next_time(work, office.catalogue.jobs[key].item))
    return sum(_run(office, key) for key in due if key in kept and kept[key].next_at <= now)


def next_time(work: Work, job: Job) -> datetime:
    """When the job runs next, in UTC."""
    if job.every_minutes:
        return work.now + timedelta(minutes=job.every_minutes)
    at = time.fromisoformat(job.at)
    moment = work.at(work.today, at.hour, at.minute)
    return moment if moment > work.now else work.at(work.today + timedelta(days=1), at.hour, at.minute)


def _run(office: Office, key: str) -> int:
    owned = office.catalogue.jobs[key]
    here = PluginJob.key == key
    with office.write(SYSTEM) as work:
        fence = leases.take(work, PluginJob, here & (PluginJob.next_at <= work.now), 2 * owned.item.timeout)
    if fence is None:
        return 0
    said, error = None, ""
    try:
        context = office.context_of(owned.plugin)
        answer = office.plugins.call(owned.plugin, HOOK, owned.item.run, context, seconds=owned.item.timeout)
        said = answer.as_json() if isinstance(answer, T) else None
    except Failed as failed:
        error = str(failed)
    with office.write(SYSTEM) as work:
        leases.settle(work, PluginJob, here, fence, next_at=next_time(work, owned.item), last_at=work.now,
                      last_said=said, last_error=error)  # fmt: skip
    return 1
