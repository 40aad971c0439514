"""Row 10: meetings are moved and called off by the services behind the coordinator's pages, while workers run."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock
from hashlib import sha256
from pathlib import Path
from typing import Final

from benchmarks.delivery.channel import CHANNEL
from benchmarks.delivery.crew import crew
from benchmarks.delivery.inside import worker
from benchmarks.delivery.receivers import Receiver
from benchmarks.delivery.scene import NAMED, PATIENCE, Scene, Seen, Size, scene
from sqlalchemy import func, select

from duijie.domain.roles import SYSTEM, Actor, Role
from duijie.domain.states import AssignmentRole, CaseState
from duijie.services import accounts, rosters
from duijie.services.meetings import agenda, calling, planning, publishing
from duijie.services.work import Work
from duijie.storage.models import Area, Assignment, Case, Department, Meeting, Reminder, Setting, User

DAY: Final = date(2026, 12, 10)  # a Thursday; what is moved goes to the Tuesday after
MOVED: Final = date(2026, 12, 15)
CALLED: Final = (date(2026, 12, 7), 10)  # when they are called: day and hour
STOPS: Final = (  # past the reminders of the old day, then past those of the new one, while these are of use
    (date(2026, 12, 9), 11), (date(2026, 12, 10), 13), (date(2026, 12, 14), 11), (date(2026, 12, 15), 14),
)  # fmt: skip
LEADS: Final = 3  # a week, a day and two hours before the new day
SOLVED: Final = 5  # every fifth has its timetable out, and reminds its requester too


@dataclass(frozen=True)
class Told:
    """What came in of one reminder: how many posts, of which meeting, kind and person, under which revision of it."""

    posts: int
    meeting: int
    kind: str
    person: str
    newest: bool


def moved_meetings(kind: str, folder: Path, size: Size) -> Seen:
    """Every other meeting is moved, the others are called off; then the clock goes on through both days."""
    number = min(size.messages, 200)
    receiver = Receiver()
    with scene(kind, folder, receiver.port, demo="yes") as at:
        go_to(at, *CALLED)
        coordinator = _people(at)
        meetings = [_call(at, coordinator, n) for n in range(number)]
        with crew(at.place, worker, size.workers, port=receiver.port):
            _until_quiet(at)
            for n, meeting in enumerate(meetings):
                with at.office.write(coordinator) as work:
                    if n % 2:
                        publishing.cancel(work, meeting, None, "停电")
                    else:
                        publishing.move(work, meeting, None, day=MOVED, start=clock(15), place="镇政府", slot_minutes=10,
                                        slots_=6)  # fmt: skip
            for day, hour in STOPS:
                _until_quiet(at)
                go_to(at, day, hour)
            _until_quiet(at)
        told = _told(at, receiver.posts)
    receiver.close()
    before = [one for one in told if one.kind.startswith("meeting.before")]
    old = sum(one.posts for one in before if not one.newest)
    new = Counter(one.posts for one in before if one.newest)
    off = Counter(one.posts for one in told if one.kind == "meeting.cancelled")
    moved = (number + 1) // 2
    wanted = LEADS * (moved + len(range(0, number, 2 * SOLVED)))
    both = 2 * (number - moved)  # the department's representative and the requester
    met = (old, new, off) == (0, Counter({1: wanted}), Counter({1: both}))
    return Seen(f"{moved} meetings moved, {number - moved} called off", f"old 0, new {wanted}, called off {both}, each once",
                f"old {old}, new {new[1]}, called off {off[1]}, others {new.total() + off.total() - new[1] - off[1]}",
                met)  # fmt: skip


def go_to(at: Scene, day: date, hour: int) -> None:
    """Let it be ``hour`` o'clock on that day for everybody."""
    moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=at.office.zone).astimezone(UTC)
    with at.office.write(SYSTEM) as work:
        offset = (moment - datetime.now(UTC)).total_seconds()
        work.session.merge(Setting(key="clock", value={"offset_seconds": offset}))
    at.office.switches.forget()


def _people(at: Scene) -> Actor:
    """A representative who can be telephoned; answers the coordinator."""
    with at.office.write(SYSTEM) as work:
        user = User(login="rep", name=NAMED, phone="13800000001", password_hash="x", created_at=work.now)
        work.session.add(user)
        work.session.flush()
        accounts.grant(work, user, Role.REPRESENTATIVE, department_id=_department(work))
        rosters.seat(work, _department(work), user.id, "representative")
        return accounts.actor_of(work, work.session.scalars(select(User).where(User.login == "coordinator")).one())


def _call(at: Scene, coordinator: Actor, n: int) -> int:
    with at.office.write(coordinator) as work:
        area = work.session.scalars(select(Area.id)).one()
        case = Case(
            number=f"M-{n}", group_key="enterprise", area_id=area, title="用电", text="用电", requester=f"机械{n}厂",
            contact=f"厂长{n}", mobile="13800000002", tracking_hash=sha256(f"m{n}".encode()).hexdigest(),
            received_at=work.now, stay_since=work.now, state=CaseState.ASSIGNED, expected_on=MOVED, due_on=MOVED,
        )  # fmt: skip
        case.assignments.append(Assignment(department_id=_department(work), role=AssignmentRole.LEAD, due_on=MOVED,
                                           assigned_at=work.now))  # fmt: skip
        work.session.add(case)
        work.session.flush()
        new = calling.NewMeeting("enterprise", area, f"对接会{n}", "镇政府", DAY, clock(14), 10, 6,
                                 seats={_department(work): 1})  # fmt: skip
        meeting = calling.create(work, new).id
        agenda.add(work, meeting, None, [case.id])
        publishing.invite(work, meeting, None)
    if n % SOLVED == 0:
        planning.solve(at.office, coordinator, meeting)
        with at.office.write(coordinator) as work:
            publishing.publish(work, meeting, None)
    return meeting


def _department(work: Work) -> int:
    return work.session.scalars(select(Department.id).order_by(Department.id)).first() or 0


def _until_quiet(at: Scene) -> None:
    """Wait until nothing is due any more."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with at.office.read(SYSTEM) as work:
            waits = (Reminder.state == "planned") & (Reminder.next_at <= work.now) | (Reminder.state == "sending")
            if not work.session.scalar(select(func.count(Reminder.id)).where(waits)):
                return
        time.sleep(0.2)


def _told(at: Scene, posts: Counter[str]) -> list[Told]:
    """What came in of every reminder that was ever planned for the channel; of what was taken back, nothing."""
    with at.office.read(SYSTEM) as work:
        revisions = dict(work.session.execute(select(Meeting.id, Meeting.revision)).all())
        rows = select(Reminder).where(Reminder.about_type == "meeting", Reminder.channel == CHANNEL)
        return [
            Told(posts[row.key], row.about_id, row.kind, row.to_name,
                 int(row.revision.partition(":")[0].partition("+")[0]) == revisions[row.about_id])
            for row in work.session.scalars(rows)
        ]  # fmt: skip
