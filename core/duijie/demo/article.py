"""The size of the article: 7 departments, 100 enterprises, 200 people, 2 to 4 departments for each enterprise."""

import random
from collections.abc import Mapping
from datetime import date, time
from typing import Any, Final

from sqlalchemy import select

from duijie.demo.cases import COORDINATOR, Cases
from duijie.demo.life import Life
from duijie.demo.meetings import Call, Caller
from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.roles import requester
from duijie.hooks.values import SampleCase
from duijie.services import filing, triage
from duijie.services.work import Work
from duijie.storage.models import Case, Department

FIRMS: Final = 100
GROUP: Final = "enterprise"
AREA: Final = "dagang"
_WORDS: Final = ("恒", "盛", "嘉", "瑞", "博", "远", "信", "达", "泰", "华")
_TRADES: Final = ("机械", "电子", "塑业", "包装", "五金", "纺织", "食品", "物流", "模具", "材料")


class Article:
    """Files the cases of 100 enterprises and calls their meeting."""

    def __init__(self, life: Life, cases: Cases) -> None:
        self._life = life
        self._cases = cases
        self._keys: list[str] = []
        self._random = random.Random(1964)  # noqa: S311  # the same demo each time, nothing secret

    def plan(self, caller: Caller, day: date) -> None:
        """Plan the filing, the assignment and the meeting on ``day``."""
        self._choose()
        self._life.plan(self._cases.ago(5), "09:00", self._file)
        self._life.plan(self._cases.ago(4), "09:00", self._assign)
        call = Call(GROUP, AREA, "大港工业社区企业服务对接会（百企专场）",
                    "滨港体育馆", day, time(13, 30), 10, 18, self._keys, seats=0)  # fmt: skip
        caller.call(call, draft=self._cases.ago(2), invite=self._cases.ago(2), publish=self._cases.ago(1))

    def _choose(self) -> None:
        seven = [d for parts in self._life.office.groups if parts.group.key == GROUP for d in parts.departments if not d.observer]
        self._wanted = [self._random.sample(seven, self._random.choice((2, 3, 3, 4))) for _ in range(FIRMS)]
        self._keys = [f"A{n:03d}-{d.key}" for n, wanted in enumerate(self._wanted) for d in wanted]

    def _file(self, life: Life) -> None:
        samples = [s for _, s in life.office.plugins.ask_for("duijie_sample_cases", SampleCase, group=GROUP)]
        with life.as_("") as work:
            work.actor = requester("")
            for number, wanted in enumerate(self._wanted):
                for department in wanted:
                    sample = self._random.choice([s for s in samples if s.lead == department.key] or samples)
                    filed = filing.file_case(work, GROUP, AREA, _answers(sample.answers, number), consent=True)
                    self._cases.ids[f"A{number:03d}-{department.key}"] = filed.case.id

    def _assign(self, life: Life) -> None:
        with life.as_(COORDINATOR) as work:
            ids = {d.key: d.id for d in work.session.scalars(select(Department))}
            for key in self._keys:
                triage.accept(work, _case(work, self._cases.ids[key]), ids[key.partition("-")[2]])


def _case(work: Work, case_id: int) -> Case:
    return work.session.get_one(Case, case_id)


def _answers(sample: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    body = f"91330299MA{number:07d}"
    return {
        **sample,
        "company": f"滨港{_WORDS[number // 10]}{_WORDS[number % 10]}{_TRADES[number * 7 % 10]}有限公司",
        "credit_code": body + credit_check_character(body),
        "mobile": f"1380001{number:04d}",
        "email": f"firm{number:03d}@bingang.example",
        "departments": [],
    }
