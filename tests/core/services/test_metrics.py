"""Figures of groups: counted over the cases that the rates count, whatever version of the form they came on."""

from copy import deepcopy
from typing import Any

import pytest
from browse import enter
from scene import LEAD, answers
from sqlalchemy import select
from town import Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import filing, metrics, triage
from duijie.services.work import Work
from duijie.storage.models import FormVersion, Submission
from duijie.storage.queries.ledger import LedgerFilter


def file(town: Town, number: int, area: str = "dagang", assign: bool = True, **more: Any) -> int:
    with town.office.write(SYSTEM) as work:
        case = filing.file_case(work, "enterprise", area, answers(number, **more), consent=True).case
        if assign:
            triage.accept(work, case, town.department_id(LEAD), [])
        return case.id


def figures(work: Work, **wanted: Any) -> dict[str, tuple[T | None, int]]:
    found = metrics.by_group(work, LedgerFilter(**wanted))
    return {line.metric.key: (line.value, line.cases) for group in found for line in group.lines}


@pytest.fixture
def busy(lite_town: Town) -> Town:
    file(lite_town, 1, capacity_wanted="1250")
    file(lite_town, 2, capacity_wanted="630.5")
    file(lite_town, 3, topic="labor", people="12", wages_owed="yes")
    file(lite_town, 4, topic="labor", people="30", wages_owed="no")
    file(lite_town, 5, "xigang", capacity_wanted="100")
    file(lite_town, 6, capacity_wanted="9999", assign=False)  # not assigned, so the rates do not count it either
    return lite_town


def test_totals_and_cases_follow_the_filter_of_the_rates(busy: Town) -> None:
    with busy.office.read(busy.actor("coordinator")) as work:
        assert figures(work) == {
            "power": (T("1,880.5 kVA", en="1,880.5 kVA"), 2),
            "people": (T("42 人", en="42 people"), 2),
            "wages_owed": (T.same("1"), 1),
        }
        assert metrics.by_group(work, LedgerFilter())[0].total == 4
        assert figures(work, topic="labor")["power"] == (None, 0)
        assert figures(work, words="nothing of the kind") == {}
    with busy.office.read(busy.actor("other_coordinator")) as work:
        assert figures(work)["power"] == (T("100 kVA", en="100 kVA"), 1)


def test_older_versions_of_the_form_count_and_odd_answers_do_not(busy: Town) -> None:
    first, second = file(busy, 7, capacity_wanted="20"), file(busy, 8, capacity_wanted="40")
    with busy.office.write(SYSTEM) as work:
        kept = work.session.scalars(select(FormVersion)).one()
        for digest, case_id, kind in (("0" * 64, first, "number"), ("1" * 64, second, "text")):
            content = deepcopy(kept.content)
            fields = [f for section in content["sections"] for f in section["fields"] if f["key"] == "capacity_wanted"]
            fields[0] |= {"type": kind, "label": {"zh": "旧问法", "en": "An older wording"}}
            work.session.add(FormVersion(digest=digest, group_key="enterprise", form_key=kept.form_key, content=content,
                                         created_at=work.now))  # fmt: skip
            work.session.flush()
            sent = work.session.scalars(select(Submission).where(Submission.case_id == case_id)).one()
            sent.form_digest = digest
    with busy.office.write(SYSTEM) as work:
        assert figures(work, area_ids=(busy.area_id,))["power"] == (T("1,900.5 kVA", en="1,900.5 kVA"), 3)
        sent = work.session.scalars(select(Submission).where(Submission.case_id == first)).one()
        sent.answers = {**sent.answers, "capacity_wanted": [{"capacity_wanted": 7}]}  # as a repeated part would
        work.session.flush()
        assert figures(work, area_ids=(busy.area_id,))["power"][1] == 2


def test_the_page_shows_them_below_the_rates(busy: Town) -> None:
    app = make_app(small_settings(busy.office.files_dir.parent, str(busy.office.database.url)), busy.office)
    page = enter(app, "coordinator").see("/cases/figures")
    assert page.index("满意率") < page.index("用电增容申请") < page.index("各部门三率")
    assert "1,880.5 kVA" in page
    assert "用电增容申请" not in enter(app, "coordinator").see("/cases/figures?group=rural")
