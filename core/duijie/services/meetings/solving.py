"""Searches for a timetable in the background: started, watched, stopped, and known to be lost when their process dies.

A search stands in the table `SolveJob`. Whoever runs it holds a lease and renews it every second, writing down how
far it is; a job whose lease ran out is lost, and its fence keeps a process that comes back late from storing what
nobody waits for any more. A process that ends in good order hands its search back to the queue.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update

from duijie.domain.errors import Busy, Conflict, DuijieError, NotFound, Refused
from duijie.domain.roles import SYSTEM, Actor
from duijie.domain.text import T
from duijie.matchmaking.results import Progress, Solution
from duijie.matchmaking.solver import solve as find_timetable
from duijie.services import accounts, heartbeat
from duijie.services.meetings import planning
from duijie.services.meetings.access import editable, managed
from duijie.services.work import Office, Work
from duijie.storage.models import Meeting, SolveJob, User

SMALL: Final = 60  # appointments: up to here the answer is there before anybody would wonder
AT_ONCE: Final = 2.0  # seconds that somebody may look at a button
LONG: Final = 60.0  # seconds of a search in the background
LEASE: Final = timedelta(seconds=15)
PULSE: Final = 1.0  # seconds between two signs of life
UNCLAIMED: Final = timedelta(seconds=30)  # in the queue for longer, and nobody is there to take it
OPEN: Final = ("queued", "running")

_FAILED: Final = T("排表时出了意外，结果没有保存。问题已记录，请再排一次。",
                   en="Something went wrong while searching, and nothing was kept. It is on record; please try again.")
_BUSY: Final = T("已经在排了，请等它结束，或先停止。", en="A search is under way already. Wait for it, or stop it first.")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a search stands for those who look: ``state`` is lost also when nobody has written that down."""

    job: SolveJob
    state: str

    @property
    def open(self) -> bool:
        """Whether it may still bring a timetable."""
        return self.state in OPEN


def standing(work: Work, meeting: Meeting) -> Standing | None:
    """The newest search of a meeting; None when there never was one."""
    job = work.session.scalar(
        select(SolveJob).where(SolveJob.meeting_id == meeting.id).order_by(SolveJob.id.desc()).limit(1)
    )
    return Standing(job, _state(work, job)) if job else None


def start(office: Office, actor: Actor, meeting_id: int, version: int | None = None, *, seconds: float = LONG,
          take: bool = False) -> tuple[int, int]:
    """Begin a search; answers the job's id and its fence.

    It waits in the queue, or with ``take`` belongs to the caller, who must `run` it now. Raises Refused when one is
    under way or there is nothing to place, Conflict.
    """
    with office.write(actor) as work:
        meeting = editable(work, meeting_id, version)
        planning.ask(work, meeting)
        now = standing(work, meeting)
        if now is not None and now.open:
            raise Refused(_BUSY)
        if now is not None and now.job.state in OPEN:  # given up: whoever ran it must not store anything now
            _close(work, now.job.id, now.job.fence, "lost")
        job = SolveJob(
            meeting_id=meeting.id, wanted={"seconds": seconds}, started_by=actor.name[:100], started_by_id=actor.user_id,
            created_at=work.now, state="running" if take else "queued", fence=int(take),
            lease_until=work.now + LEASE if take else None, progress={},
        )  # fmt: skip
        work.session.add(job)
        work.session.flush()
        return job.id, job.fence


def begin(office: Office, actor: Actor, meeting_id: int, version: int | None = None, *, longer: bool = False) -> str:
    """Search as fits the meeting; answers the state: done for a small one, else queued or running.

    A small meeting is searched here and now for two seconds, because its answer comes before a page could be
    drawn that says "searching". ``longer`` and larger ones go to the background: to the scheduler of any process,
    or to a thread of this one where no scheduler works. Raises as `start`.
    """
    with office.read(actor) as work:
        size = len(planning.ask(work, editable(work, meeting_id, version)).problem.requests)
        scheduled = heartbeat.is_running(work)
    if size <= SMALL and not longer:
        job, fence = start(office, actor, meeting_id, version, seconds=AT_ONCE, take=True)
        return run(office, job, fence)
    job, fence = start(office, actor, meeting_id, version, take=not scheduled)
    if scheduled:
        return "queued"
    threading.Thread(target=_run_alone, args=(office, job, fence), name=f"search-{job}", daemon=True).start()
    return "running"


def stop(work: Work, meeting_id: int) -> bool:
    """Ask the search of a meeting to end with the best so far; False when there is none. Raises NotFound, Forbidden."""
    meeting = managed(work, meeting_id)
    now = standing(work, meeting)
    if now is None or not now.open:
        return False
    if now.state == "queued":
        return _close(work, now.job.id, now.job.fence, "stopped")
    work.session.execute(update(SolveJob).where(SolveJob.id == now.job.id).values(stop=True))
    return True


def run_due(office: Office, ending: threading.Event | None = None) -> int:
    """Run the search that has waited longest, if any; answers how many were run."""
    with office.read(SYSTEM) as work:
        waiting = work.session.scalar(_queued())
    if waiting is None:  # nearly always: looking must not cost a write every second
        return 0
    with office.write(SYSTEM) as work:
        first = _queued().with_for_update(skip_locked=True).scalar_subquery()
        claim = update(SolveJob).where(SolveJob.id == first, SolveJob.state == "queued").values(
            state="running", fence=SolveJob.fence + 1, lease_until=work.now + LEASE
        ).returning(SolveJob.id, SolveJob.fence)  # fmt: skip
        taken = work.session.execute(claim).one_or_none()
    if taken is None:
        return 0
    run(office, *taken, ending)
    return 1


def run(office: Office, job_id: int, fence: int, ending: threading.Event | None = None) -> str:
    """Search, and keep what is found; answers the state in which it ended. ``ending``: the process wants to end.

    What goes wrong is said in the job, for the coordinator; anything unforeseen is raised besides.
    """
    pulse = _Pulse(office, job_id, fence, ending)
    try:
        with office.read(SYSTEM) as work:
            job = work.session.get_one(SolveJob, job_id)
            actor, meeting_id, seconds = _actor(work, job), job.meeting_id, float(job.wanted["seconds"])
        with office.read(actor) as work:
            question = planning.ask(work, editable(work, meeting_id))
        with pulse:
            solution = find_timetable(question.problem, time_limit=seconds, prefer=question.prefer or None,
                                      progress=pulse.news, stop=pulse.stop.is_set)  # fmt: skip
        if ending is not None and ending.is_set() and not pulse.asked:
            return _hand_back(office, job_id, fence)
        return _keep(office, actor, job_id, fence, question, solution, "stopped" if pulse.asked else "done")
    except DuijieError as error:
        return _fail(office, job_id, fence, error.message)
    except Exception:
        _fail(office, job_id, fence, _FAILED)
        raise


def _run_alone(office: Office, job_id: int, fence: int) -> None:
    """In a thread of its own, where nobody catches what is raised: the job says it, the log has the rest."""
    try:
        run(office, job_id, fence)
    except Exception:
        logging.getLogger("duijie.planning").exception("the search %s failed", job_id)


class _Pulse:
    """Renews the lease of a running search, writes down its progress, and looks whether somebody wants it to stop."""

    def __init__(self, office: Office, job_id: int, fence: int, ending: threading.Event | None) -> None:
        self._office, self._job, self._fence, self._ending = office, job_id, fence, ending
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"solve-{job_id}", daemon=True)
        self._progress: dict[str, Any] = {}
        self.stop = threading.Event()
        self.asked = False  # a person wants the best so far, or the job is another's by now

    def __enter__(self) -> "_Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def news(self, progress: Progress) -> None:
        """What the search tells."""
        self._progress = {"seconds": round(progress.seconds, 1), "objective": progress.objective,
                          "bound": progress.bound, "gap": progress.gap}  # fmt: skip

    def _beat(self) -> None:
        while not self._over.wait(PULSE):
            try:
                self._once()
            except Busy:
                continue
            if self._ending is not None and self._ending.is_set():
                self.stop.set()

    def _once(self) -> None:
        with self._office.write(SYSTEM) as work:
            mine = update(SolveJob).where(_mine(self._job, self._fence)).values(
                lease_until=work.now + LEASE, progress=self._progress
            )  # fmt: skip
            stop = work.session.scalar(mine.returning(SolveJob.stop))
        if stop is None or stop:
            self.asked = True
            self.stop.set()


def _keep(office: Office, actor: Actor, job_id: int, fence: int, question: planning.Question, solution: Solution,
          state: str) -> str:
    """Store the answer and close the job in one transaction, so that neither is there without the other."""
    with office.write(actor) as work:
        if not _close(work, job_id, fence, state, progress=_last(solution)):
            raise Conflict(_BUSY)
        job = work.session.get_one(SolveJob, job_id)
        job.number = planning.keep(work, editable(work, job.meeting_id), question, solution).number
    return state


def _last(solution: Solution) -> dict[str, Any]:
    return {"seconds": round(solution.seconds, 1), "objective": solution.objective, "bound": solution.bound,
            "gap": solution.gap}  # fmt: skip


def _hand_back(office: Office, job_id: int, fence: int) -> str:
    with office.write(SYSTEM) as work:
        mine = update(SolveJob).where(_mine(job_id, fence))
        work.session.execute(mine.values(state="queued", lease_until=None, progress={}))
    return "queued"


def _fail(office: Office, job_id: int, fence: int, said: T) -> str:
    with office.write(SYSTEM) as work:
        _close(work, job_id, fence, "failed", said=said)
    return "failed"


def _close(work: Work, job_id: int, fence: int, state: str, **values: object) -> bool:
    """Write down how a job ended; False when it is another's, or had ended before."""
    closing = update(SolveJob).where(SolveJob.id == job_id, SolveJob.fence == fence, SolveJob.state.in_(OPEN))
    ended = closing.values(state=state, ended_at=work.now, lease_until=None, **values).returning(SolveJob.id)
    return work.session.scalar(ended) is not None


def _mine(job_id: int, fence: int) -> Any:
    return (SolveJob.id == job_id) & (SolveJob.fence == fence) & (SolveJob.state == "running")


def _queued() -> Any:
    return select(SolveJob.id).where(SolveJob.state == "queued").order_by(SolveJob.id).limit(1)


def _actor(work: Work, job: SolveJob) -> Actor:
    """Who started it, with what they may do now."""
    user = work.session.get(User, job.started_by_id) if job.started_by_id else None
    if user is None:
        return SYSTEM
    if not user.active:
        raise NotFound
    return accounts.actor_of(work, user)


def _state(work: Work, job: SolveJob) -> str:
    if job.state == "running" and (job.lease_until is None or job.lease_until < work.now):
        return "lost"
    if job.state == "queued" and work.now - job.created_at > UNCLAIMED and not heartbeat.is_running(work):
        return "lost"
    return job.state

