"""Rows 1 to 8: workers and producer are killed, stopped or cut off at random while receivers misbehave."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.delivery.channel import CHANNEL
from benchmarks.delivery.crew import Crew, crew
from benchmarks.delivery.inside import LEASE, POINTS, producer, worker
from benchmarks.delivery.receivers import Receiver, Relay
from benchmarks.delivery.scene import Scene, Seen, Size, scene

from duijie.builtin.notifiers.compose import message_id

MAILED: Final = {"smtp_host": "127.0.0.1"}


def killed_posts(kind: str, folder: Path, size: Size) -> Seen:
    """Row 1."""
    return _posts(kind, folder, size, f"kill -9 ×{size.kills}, {size.workers} workers + producer, keyed HTTP", size.kills)


def killed_inbox(kind: str, folder: Path, size: Size) -> Seen:
    """Row 2."""
    with scene(kind, folder) as at:
        _storm(at, size, "inbox", size.kills)
        states, twice = at.states(), at.accepted_twice()
    lost = size.messages - states["sent"]
    return Seen(f"kill -9 ×{size.kills}, inbox", "lost 0, doubled 0", f"lost {lost}, doubled {twice}", (lost, twice) == (0, 0))


def killed_mail(kind: str, folder: Path, size: Size) -> Seen:
    """Row 3."""
    return _mails(kind, folder, size, "ask", 0.0)


def killed_mail_with_log(kind: str, folder: Path, size: Size) -> Seen:
    """Row 4."""
    return _mails(kind, folder, size, "reconcile", 0.04)


def crashes_at_points(kind: str, folder: Path, size: Size) -> Seen:
    """Row 5: a crash at each labelled point, mail, each policy."""
    met, parts = True, []
    for policy in ("ask", "reconcile", "retry"):
        for point in POINTS:
            lost, doubled, flagged = _crashes(kind, folder / f"{policy}-{point}", size.repeats, policy, point)
            may_double = policy == "retry" and point == "after_accept"
            fine = lost == 0 and doubled == (size.repeats if may_double else 0)
            fine &= flagged <= (size.repeats if policy == "ask" else 0)
            met &= fine
            if doubled or flagged or not fine:
                parts.append(f"{policy} {point}: doubled {doubled}, flagged {flagged}" + (f", lost {lost}" if lost else ""))
    what = f"mail, a crash ×{size.repeats} at each of {', '.join(POINTS)}"
    return Seen(what, "lost 0; doubled only at after_accept under retry; flagged only under ask", "; ".join(parts), met)


def faulty_posts(kind: str, folder: Path, size: Size) -> Seen:
    """Row 6."""
    return _posts(kind, folder, size, "receiver 4 % faulty: 503, drop, stall 2.5 s, 500", 0, faulty=0.04)


def stopped_workers(kind: str, folder: Path, size: Size) -> Seen:
    """Row 7."""
    times = max(2, size.repeats // 2)

    def disturb(_at: Scene, workers: Crew, random: Random) -> None:
        index = random.randrange(len(workers.processes))
        workers.signal(index, signal.SIGSTOP)
        time.sleep(LEASE.total_seconds() * 1.4)
        workers.signal(index, signal.SIGCONT)

    what = f"SIGSTOP ×{times} beyond the lease, then CONT"
    return _posts(kind, folder, size, what, times, disturb=disturb, pause=0.2)


def stopped_server(kind: str, folder: Path, size: Size) -> Seen:
    """Row 8."""
    if kind == "sqlite":
        return Seen("database server stopped at once", "PostgreSQL only", "no server", True)
    back: list[float] = []

    def disturb(at: Scene, _workers: Crew, _random: Random) -> None:
        at.stop_server()
        since, before = time.monotonic(), at.states()["sent"]
        while at.states()["sent"] == before and at.states()["planned"] and time.monotonic() - since < 60:
            time.sleep(0.1)
        back.append(time.monotonic() - since)

    found = _posts(kind, folder, size, "PostgreSQL stopped at once ×5", 5, disturb=disturb, pause=0.5)
    seen, met = f"{found.seen}, back {max(back):.1f} s", found.met and max(back) <= 30
    return Seen(found.what, f"{found.expected}, back ≤ 30 s", seen, met)


def _posts(kind: str, folder: Path, size: Size, what: str, disturbances: int, *, faulty: float = 0.0, **how: Any) -> Seen:
    receiver = Receiver(faulty)
    try:
        with scene(kind, folder) as at:
            _storm(at, size, CHANNEL, disturbances, port=receiver.port, **how)
            states, wanted = at.states(), {r.key for r in at.reminders()}
    finally:
        receiver.close()
    lost = size.messages - len(wanted & set(receiver.effects))
    doubled = sum(n - 1 for n in receiver.effects.values() if n > 1) + len(set(receiver.effects) - wanted)
    unfinished = size.messages - states["sent"]
    again = receiver.posts.total() - len(receiver.posts)
    seen = f"lost {lost}, doubled {doubled}, not settled {unfinished} ({again} repeats dropped by key)"
    return Seen(what, "lost 0, doubled 0", seen, (lost, doubled, unfinished) == (0, 0, 0))


def _mails(kind: str, folder: Path, size: Size, policy: str, faulty: float) -> Seen:
    folder.mkdir(parents=True)
    relay = Relay(folder / "mail.log", faulty)
    try:
        told = MAILED | {"smtp_port": str(relay.port), "mail_doubt": policy, "mail_relay_log": str(relay.log)}
        with scene(kind, folder / "data", 1, **told) as at:
            _storm(at, size, "mail", size.kills)
            if policy == "reconcile":
                with crew(at.place, worker, 1):
                    _until(lambda: not at.states()["doubtful"] and at.settled(size.messages))
            lost, doubled, flagged = _of_mail(at, relay, size.messages)
    finally:
        relay.close()
    most = size.kills if policy == "ask" else 0
    what = f"kill -9 ×{size.kills}, SMTP, policy {policy}" + (f", {faulty:.0%} faulty, log readable" if faulty else "")
    return Seen(what, f"lost 0, doubled 0, flagged ≤ {most}", f"lost {lost}, doubled {doubled}, flagged {flagged}",
                (lost, doubled) == (0, 0) and flagged <= most)  # fmt: skip


def _of_mail(at: Scene, relay: Relay, number: int) -> tuple[int, int, int]:
    """(lost, doubled, flagged): neither at the relay nor shown to a person; taken twice; shown to a person."""
    rows = at.reminders()
    arrived = {r.key for r in rows if relay.taken[message_id(r.key, "duijie@localhost")]}
    flagged = {r.key for r in rows if r.state in ("doubtful", "dead")}
    return number - len(arrived | flagged), sum(n - 1 for n in relay.taken.values()), len(flagged)


def _crashes(kind: str, folder: Path, times: int, policy: str, point: str) -> tuple[int, int, int]:
    folder.mkdir(parents=True)
    relay = Relay(folder / "mail.log")
    number = 4 * times + 4
    try:
        told = MAILED | {"smtp_port": str(relay.port), "mail_doubt": policy, "mail_relay_log": str(relay.log)}
        with scene(kind, folder / "data", 1, **told) as at:
            at.plan("mail", range(number))
            for _ in range(times):
                # a claim takes all there is, so there is no second one
                with crew(at.place, worker, 1, crash=point, after=1 if point == "after_claim" else 2) as doomed:
                    doomed.processes[0].join(60)
            with crew(at.place, worker, 1) as workers:
                at.rest(number, workers)
                if policy == "reconcile":
                    _until(lambda: not at.states()["doubtful"] and at.settled(number))
            return _of_mail(at, relay, number)
    finally:
        relay.close()


def _storm(
    at: Scene, size: Size, channel: str, disturbances: int, *, port: int = 0, pause: float = 0.0,
    disturb: Callable[[Scene, Crew, Random], None] | None = None,
) -> None:
    """Plan and deliver while something is disturbed so many times; ends when all is settled."""
    random = Random(size.messages)
    told = {"channel": channel, "wanted": size.messages, "seconds": disturbances * 0.5}
    with crew(at.place, worker, size.workers, port=port) as workers, crew(at.place, producer, 1, **told) as producing:
        for _ in range(disturbances):
            time.sleep(pause or random.uniform(0.2, 0.8))
            (disturb or _kill)(at, workers, random)
            if not disturb and random.random() < 0.2:
                producing.kill(0)
            _produce_on(producing)
            workers.revive()
        while not _produced(producing):
            time.sleep(0.1)
        at.rest(size.messages, workers)


def _kill(_at: Scene, workers: Crew, random: Random) -> None:
    workers.kill(random.randrange(len(workers.processes)))


def _produce_on(producing: Crew) -> None:
    """Start the producer again, from the beginning, where it was killed."""
    if not producing.processes[0].is_alive() and producing.processes[0].exitcode != 0:
        producing.replace(0)


def _produced(producing: Crew) -> bool:
    _produce_on(producing)
    return not producing.processes[0].is_alive() and producing.processes[0].exitcode == 0


def _until(done: Callable[[], bool], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.2)
