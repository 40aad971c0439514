"""Builds the scheduler of one process: ticks from memory, in the installation's time zone."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any, Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from duijie.schedule import jobs
from duijie.schedule.guard import Guard
from duijie.services import alarms, heartbeat
from duijie.services.reminders import reconciling
from duijie.services.work import Office

MOST_AT_ONCE: Final = 10  # jobs besides the channels, so that none waits for another's thread
MOST_ROUNDS: Final = 10_000  # of one `run_now`; only a mistake gets there


class Scheduler:
    """The ticking of one process. Start it once; `stop` waits for what is running."""

    def __init__(self, office: Office) -> None:
        self._guard = Guard(office)
        self._office = office
        office.clock.compare()
        self._ending = Event()  # a search takes a minute: it goes back to the queue when the process ends
        self._ticks = BackgroundScheduler(
            timezone=office.zone,
            executors={"default": ThreadPoolExecutor(MOST_AT_ONCE + len(office.notifiers))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._every("rules", jobs.run_rules, self._ending, seconds=2)
        self._every("daily lists", jobs.gather, seconds=20)
        for channel in office.notifiers:  # each its own: a slow mail server does not hold up the inbox
            self._every(f"deliver {channel}", jobs.deliver, channel, self._ending, seconds=1)
        self._every("look up", jobs.look_up, seconds=reconciling.EVERY.total_seconds())
        self._every("alarms", jobs.raise_alarms, seconds=alarms.EVERY.total_seconds())
        self._every("tell plugins", jobs.tell, seconds=1)
        self._every("search timetables", jobs.search, self._ending, seconds=1)
        self._every("draft meetings", jobs.draft_meetings, seconds=60, at_once=True)
        if office.mailbox.there:
            self._every("fetch replies", jobs.fetch_replies, seconds=60, at_once=True)
        self._every("plugin jobs", jobs.run_plugin_jobs, seconds=10)
        self._every("plugin actions", jobs.run_actions, seconds=2)
        self._every("heartbeat", jobs.beat, seconds=heartbeat.EVERY.total_seconds(), at_once=True)
        self._nightly("tidy", jobs.tidy, hour=2, minute=17)
        self._nightly("plan the day", jobs.plan_day, hour=3, minute=7)
        self._nightly("learn anew", jobs.refit, hour=3, minute=37)

    def start(self) -> None:
        """Begin to tick, in threads of its own."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # "still running" is no news
        self._ticks.start()

    def stop(self) -> None:
        """Stop ticking and wait for the jobs that are running."""
        self._ending.set()
        if self._ticks.running:
            self._ticks.shutdown(wait=True)

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs, in alphabetical order."""
        return sorted(job.id for job in self._ticks.get_jobs())

    def _every(
        self, name: str, job: Callable[..., object], *arguments: object, seconds: float, at_once: bool = False
    ) -> None:
        first = {"next_run_time": datetime.now(self._office.zone)} if at_once else {}
        self._add(name, job, arguments, trigger="interval", seconds=seconds, **first)

    def _nightly(self, name: str, job: Callable[..., object], **when: int) -> None:
        self._add(name, job, (), trigger="cron", **when)

    def _add(self, name: str, job: Callable[..., object], arguments: tuple[object, ...], **when: Any) -> None:
        def run() -> None:
            self._guard.run(name, partial(job, self._office, *arguments))

        self._ticks.add_job(run, id=name, **when)


def build(office: Office) -> Scheduler:
    """The scheduler for ``office``, not yet started."""
    return Scheduler(office)


def run_now(office: Office) -> int:
    """Do now, in this thread, all that is due: rules, then reminders; answers how much was done.

    For tests, and for a clock that was moved forward. Safe beside a running scheduler.
    """
    done = run_rules(office) + jobs.draft_meetings(office) + _until_none(partial(jobs.gather, office))
    for channel in office.notifiers:
        done += _until_none(partial(jobs.deliver, office, channel, Event()))
    done += _until_none(partial(jobs.tell, office)) + jobs.run_plugin_jobs(office)
    done += jobs.run_actions(office)
    jobs.beat(office)
    return done


def run_rules(office: Office) -> int:
    """Run, in this thread, every step of a rule whose moment has come; answers how many."""
    return _until_none(partial(jobs.run_rules, office, Event()))


def _until_none(job: Callable[[], int]) -> int:
    total = 0
    for _ in range(MOST_ROUNDS):
        some = job()
        if not some:
            break
        total += some
    return total
