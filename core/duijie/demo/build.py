"""Builds the demo: an empty folder becomes a street that has been at work for six weeks."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from duijie.demo import learned, people, places
from duijie.demo.article import Article
from duijie.demo.cases import Cases, Story, copies
from duijie.demo.life import Life
from duijie.demo.meetings import Call, Caller
from duijie.domain.roles import SYSTEM
from duijie.domain.states import OutcomeKind
from duijie.hooks.groups import GroupParts
from duijie.hooks.values import SampleCase
from duijie.services import calendars, rosters, triage
from duijie.services.work import Office
from duijie.storage import schema
from duijie.storage.models import Case

TODAY: Final = date(2026, 11, 23)
FRIDAY: Final = date(2026, 11, 27)
OPENS: Final = time(9, 0)
FOCUS: Final = 24  # that many enterprises sit in the industrial area of the meetings
_AREA_KINDS: Final = {"enterprise": ("industrial",), "community": ("urban", "converted"), "rural": ("rural", "mixed")}
_HOMES: Final = {"enterprise": "dagang", "community": "wanghaiyuan", "rural": "xigang"}


def build(office: Office, password: str, size: str, progress: Callable[[str], None]) -> None:
    """Fill an empty database. ``size``: small, or article for the meeting of 100 enterprises."""
    schema.upgrade(office.database)
    progress("片区、部门和人员 / areas, departments, people")
    with office.write(SYSTEM) as work:
        calendars.seed(work)
        areas = places.build(work)
        rosters.seed(work)
        people.build(work, places.district(work), areas, password)
        calendar = work.calendar
    opens = datetime.combine(TODAY, OPENS, tzinfo=office.zone)
    life = Life(office, datetime(2026, 10, 9, 8, tzinfo=office.zone))
    cases = Cases(life, calendar, TODAY)
    keys = {kind: [a.key for a in found] for kind, found in areas.items()}
    stories = [s for parts in office.groups for s in _stories(office, parts, keys)]
    progress("六周的诉求和对接会 / six weeks of cases and meetings")
    _Meetings(life, cases, stories, Article(life, cases) if size == "article" else None).plan()
    life.plan(TODAY, "08:55", learned.leave)
    life.live(opens)


def empty(office: Office) -> bool:
    """Whether nothing was built yet."""
    return schema.current(office.database) is None


def _stories(office: Office, parts: GroupParts, areas: dict[str, list[str]]) -> Iterator[Story]:
    group, form = parts.group.key, parts.form
    found = [sample for _, sample in office.plugins.ask_for("duijie_sample_cases", SampleCase, group=group)]
    around = [key for kind in _AREA_KINDS.get(group, tuple(areas)) for key in areas[kind]]
    firms = list(dict.fromkeys(str(s.answers.get("credit_code", "")) for s in found))
    for index, sample in enumerate(found):
        number = firms.index(str(sample.answers.get("credit_code", "")))
        at_home = number < FOCUS if len(firms) > 1 else index % 3 != 1 and index < len(found) * 2 // 3
        area = _HOMES.get(group, around[0]) if at_home else around[1 + index % (len(around) - 1)]
        for copy, answers in enumerate(copies(sample)):
            key = f"{sample.key}.{copy}" if copy else sample.key
            yield Story(key, group, area, sample, _reachable(answers, form.email_field, index), index + copy)


def _reachable(answers: Mapping[str, Any], email_field: str, index: int) -> Mapping[str, Any]:
    """Three requesters in four left an e-mail; the others have to be telephoned."""
    if index % 4 == 3 or not email_field or not answers.get("mobile"):
        return answers
    return {**answers, email_field: f"r{answers['mobile']}@mail.example"}


class _Meetings:
    """Decides which stories meet the departments at a table, and which go their way without one."""

    def __init__(self, life: Life, cases: Cases, stories: list[Story], article: Article | None) -> None:
        self._life = life
        self._cases = cases
        self._left = {s.key: s for s in stories}
        self._caller = Caller(life, cases.ids)
        self._article = article

    def plan(self) -> None:
        """Plan everything that happened until today."""
        self._held("enterprise", "大港工业社区企业服务对接会（第17次）", "大港工业社区党群服务中心 2 楼", 12, 6)
        self._held("rural", "西港村惠农对接会", "西港村文化礼堂", 7, 7)
        self._running()
        if self._article:
            self._article.plan(self._caller, FRIDAY)
        else:
            self._coming()
        for story in self._left.values():
            self._cases.plan(story)
        self._merge()

    def _held(self, group: str, title: str, place: str, count: int, ago: int) -> None:
        """A meeting that many working days ago, with its minutes filed the next working day."""
        held = ("committed", "answered", "not_heard")
        chosen = self._take(group, lambda s: s.sample.stage in held and (group == "rural" or "-" in s.key), count,
                            first=lambda s: s.sample.stage == "not_heard")  # fmt: skip
        for story in chosen:
            self._cases.until_taken_up(story, ago + 8)
        day = self._cases.ago(ago)
        call = Call(group, _HOMES[group], title, place, day, time(14, 0), 15, 8, [s.key for s in chosen])
        self._caller.call(call, draft=self._cases.ago(ago + 5), invite=self._cases.ago(ago + 4), publish=self._cases.ago(ago + 2))
        self._caller.start(call, "13:50", 0.9)
        for number, story in enumerate(s for s in chosen if s.sample.stage != "not_heard"):
            kind = OutcomeKind.COMMITTED if story.sample.stage == "committed" else OutcomeKind.ANSWERED
            self._caller.record(call, f"14:{4 + number * 4:02d}", story.key, story, kind)
        self._caller.conclude(call, "16:05", self._cases.ago(ago - 1))

    def _running(self) -> None:
        chosen = self._take("community", lambda s: s.sample.stage in ("committed", "answered", "assigned", "rated"), 14)
        for story in chosen:
            self._cases.until_taken_up(story, 7)
        call = Call("community", _HOMES["community"], "望海苑社区居民对接会",
                    "望海苑社区居委会一楼大厅", TODAY, time(8, 40), 10, 12, [s.key for s in chosen])  # fmt: skip
        self._caller.call(call, draft=self._cases.ago(5), invite=self._cases.ago(4), publish=self._cases.ago(2))
        self._caller.start(call, "08:35", 0.9)
        self._caller.talks(call, "08:47", 0, {s.key: s for s in chosen})
        self._caller.talks(call, "08:54", 1, None)

    def _coming(self) -> None:
        seen: set[str] = set()

        def one_each(story: Story) -> bool:
            new = story.answers["credit_code"] not in seen
            seen.add(story.answers["credit_code"])
            return new and story.sample.key != "E4"

        chosen = self._take("enterprise", one_each, FOCUS)
        for story in chosen:
            self._cases.until_taken_up(story, 5)
        call = Call("enterprise", _HOMES["enterprise"], "大港工业社区企业服务对接会（第18次）",
                    "大港工业社区党群服务中心 2 楼", FRIDAY, time(14, 0), 12, 10, [s.key for s in chosen])  # fmt: skip
        self._caller.call(call, draft=self._cases.ago(2), invite=self._cases.ago(2), publish=self._cases.ago(1))

    def _merge(self) -> None:
        """Most reports of one problem are merged already; the last two wait for somebody to see it."""
        for story in [s for s in self._left.values() if s.sample.merge and "." in s.key][:-2]:
            self._life.plan(TODAY, "08:50", lambda life, story=story: self._into_first(life, story))  # type: ignore[misc]

    def _into_first(self, life: Life, story: Story) -> None:
        with life.as_("coordinator") as work:
            case = work.session.get_one(Case, self._cases.ids[story.key])
            first = work.session.get_one(Case, self._cases.ids[story.sample.key])
            triage.merge(work, case, first, "同一泵房的问题")

    def _take(self, group: str, wanted: Callable[[Story], bool], count: int,
              first: Callable[[Story], bool] = lambda _: False) -> list[Story]:  # fmt: skip
        home = [s for s in self._left.values() if s.group == group and s.area == _HOMES[group] and "." not in s.key]
        chosen = [s for s in sorted(home, key=lambda s: not first(s)) if wanted(s)][:count]
        for story in chosen:
            del self._left[story.key]
        return chosen
