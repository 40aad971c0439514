"""The past of each sample case: when it was filed, who took it up, what came of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from duijie.demo.life import Life
from duijie.domain.roles import SYSTEM, requester
from duijie.domain.states import ReplyKind
from duijie.domain.working_days import WorkingCalendar
from duijie.hooks.values import SampleCase
from duijie.services import casework, filing, hearing, triage
from duijie.services.work import Work
from duijie.storage.models import Case, Department

Do = Callable[[Work, Case], object]
COORDINATOR: Final = "coordinator"
# Working days from today on which promises fall due: some overdue, one today, one tomorrow, most later.
_DUE: Final = (4, -3, 6, 1, 3, 0, 8, 2, 5, -1, 7, 10, 4, 6)


@dataclass(frozen=True, slots=True)
class Story:
    """One filed case of the demo: a sample, where it happened, and the number it is told apart by."""

    key: str
    group: str
    area: str
    sample: SampleCase
    answers: Mapping[str, Any]
    index: int


class Cases:
    """Plans the lives of the sample cases; ``ids`` maps each story's key to its case once that is filed."""

    def __init__(self, life: Life, calendar: WorkingCalendar, today: date) -> None:
        self._life = life
        self._calendar = calendar
        self._today = today
        self.ids: dict[str, int] = {}
        with life.office.read(SYSTEM) as work:
            self._departments = {d.key: d.id for d in work.session.scalars(select(Department))}

    def plan(self, story: Story) -> None:
        """Plan everything that happened to one case until today."""
        getattr(self, f"_{story.sample.stage}")(story)

    def ago(self, working_days: int) -> date:
        """The day ``working_days`` working days before today (after it where negative)."""
        return self._calendar.add(self._today, -working_days).day

    def until_taken_up(self, story: Story, filed: int) -> None:
        """Filed ``filed`` working days ago, assigned the next day, taken up the day after."""
        self._file(story, filed)
        self._assign(story, filed - 1)
        self._act(story, filed - 2, "10:20", lambda work, case: casework.take_up(work, case, self._lead(story)))

    # One method for each stage of `SampleCase.stage`.

    def _received(self, story: Story) -> None:
        self._file(story, story.index % 3)

    def _assigned(self, story: Story) -> None:
        self._file(story, 2 + story.index % 2)
        self._assign(story, 1)

    def _objected(self, story: Story) -> None:
        self._file(story, 2)
        self._assign(story, 1)
        self._act(story, 0, "08:42", lambda work, case: casework.object_(
            work, case, self._lead(story), _note(story)))  # fmt: skip

    def _declined(self, story: Story) -> None:
        filed = 4 + story.index % 12
        self._file(story, filed)
        self._as_coordinator(story, filed - 1, lambda work, case: triage.decline(work, case, _note(story)))

    def _committed(self, story: Story) -> None:
        promised = max(1, story.sample.working_days - _DUE[story.index % len(_DUE)])
        self.until_taken_up(story, promised + 3)
        self._act(story, promised, "15:10", lambda work, case: casework.commit(
            work, case, self._lead(story), _note(story), story.sample.working_days, work.actor.name))  # fmt: skip

    def _answered(self, story: Story) -> None:
        answered = 1 + story.index % 4
        self.until_taken_up(story, answered + 3)
        self._reply(story, answered)

    def _rated(self, story: Story) -> None:
        answered = 6 + story.index % 16
        self.until_taken_up(story, answered + 3)
        self._reply(story, answered)
        self._as_requester(story, answered - 2, lambda work, case: hearing.rate(work, case, story.sample.stars or 5))

    def _not_heard(self, story: Story) -> None:
        self.until_taken_up(story, 9)

    # What the stages are made of.

    def _lead(self, story: Story) -> int:
        return self._departments[story.sample.lead]

    def _file(self, story: Story, ago: int) -> None:
        def act(life: Life) -> None:
            with life.as_("") as work:
                work.actor = requester("")
                filed = filing.file_case(work, story.group, story.area, story.answers, consent=True)
                filed.case.joint_talk = story.sample.together
                self.ids[story.key] = filed.case.id

        self._life.plan(self.ago(ago), f"08:{story.index % 50:02d}", act)

    def _assign(self, story: Story, ago: int) -> None:
        self._as_coordinator(story, ago, lambda work, case: triage.accept(
            work, case, self._lead(story), [self._departments[key] for key in story.sample.co]))  # fmt: skip

    def _reply(self, story: Story, ago: int) -> None:
        kind = ReplyKind.SOLVED if story.index % 3 else ReplyKind.EXPLAINED
        way = ("online", "phone", "visit")[story.index % 3]
        self._act(story, ago, "16:05", lambda work, case: casework.reply(
            work, case, self._lead(story), kind, _note(story), way))  # fmt: skip

    def _as_coordinator(self, story: Story, ago: int, do: Do) -> None:
        self._plan(story, ago, "09:30", COORDINATOR, do)

    def _as_requester(self, story: Story, ago: int, do: Do) -> None:
        self._plan(story, ago, "19:15", "", do)

    def _act(self, story: Story, ago: int, clock: str, do: Do) -> None:
        self._plan(story, ago, clock, login_of(story.sample.lead), do)

    def _plan(self, story: Story, ago: int, clock: str, login: str, do: Do) -> None:
        def act(life: Life) -> None:
            with life.as_(login) as work:
                if not login:
                    work.actor = requester("")
                do(work, work.session.get_one(Case, self.ids[story.key]))

        self._life.plan(self.ago(max(ago, 0)), clock, act)


def login_of(department: str) -> str:
    """The sign-in name of a department's representative."""
    return department.replace("_", "")


def copies(sample: SampleCase) -> Iterator[Mapping[str, Any]]:
    """The answers of each time the sample was filed; a copy comes from another person."""
    yield sample.answers
    for number in range(1, sample.copies):
        changed = dict(sample.answers)
        if "mobile" in changed:
            changed["mobile"] = f"{changed['mobile'][:-2]}{number + 40:02d}"
        if "requester" in changed:
            changed["requester"] = f"{changed['requester'][0]}{'阿晓国丽建美'[number % 6]}{'珍明芳强平兰'[number % 6]}"
        yield changed


def _note(story: Story) -> str:
    return story.sample.note.zh if story.sample.note else "已了解情况，按规定办理。"

