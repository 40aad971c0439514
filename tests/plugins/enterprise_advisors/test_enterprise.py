"""The enterprise form's further questions, the room of an article-size meeting, the published rules."""

from typing import Any

import pytest

from duijie.api import Act, Card, Who
from duijie.domain.forms.validate import shown_fields, validate
from enterprise_advisors.followup import PROMISE_DUE, RULES
from enterprise_advisors.intake import FORM
from enterprise_advisors.roster import DEPARTMENTS, GROUP
from enterprise_advisors.samples import SAMPLES

E2 = next(sample for sample in SAMPLES if sample.key == "E2")


def problems(**changes: Any) -> set[str]:
    answers = {**E2.answers, **changes}
    return {p.field for p in validate(FORM, answers, departments=["economy", "power"]).problems}


def test_power_supply_asks_for_capacities() -> None:
    utilities = {f.key for f in shown_fields(FORM, {"topic": "utilities"})}
    labor = {f.key for f in shown_fields(FORM, {"topic": "labor"})}
    assert utilities - labor == {"capacity_now", "capacity_wanted", "account_no"}
    assert labor - utilities == {"people", "wages_owed"}
    assert E2.answers["capacity_wanted"] == 1250
    assert problems(capacity_wanted=-1) == {"capacity_wanted"}


@pytest.mark.parametrize("field", ["company", "credit_code", "contact", "mobile", "topic", "text",
                                   "speak_up"])
def test_required_fields(field: str) -> None:
    assert problems(**{field: None}) == {field}


def test_wrong_codes_and_unknown_departments_are_told() -> None:
    code = str(E2.answers["credit_code"])
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert problems(credit_code=wrong, mobile="12800001002") == {"credit_code", "mobile"}
    assert problems(departments=["somebody"]) == {"departments"}


def test_seven_departments_send_three_each_and_meet_at_two() -> None:
    members = [d for d in DEPARTMENTS if not d.observer]
    assert [d.seats for d in members] == [3] * 7
    assert (GROUP.meeting.start, GROUP.meeting.slot_minutes, GROUP.meeting.slots) == ("14:00", 12, 10)
    assert {d.key for d in DEPARTMENTS if d.observer} >= {"power", "education", "emergency"}


def test_visit_on_day_three_and_progress_every_seven() -> None:
    visit, progress = next(rule for rule in RULES if rule.key == "visit").steps
    assert visit.after.amount == 3
    assert progress.after.amount == progress.every.amount == 7  # type: ignore[union-attr]


def test_red_card_comes_two_days_past_the_date_and_reaches_the_head() -> None:
    red = [step for step in PROMISE_DUE.steps if step.card is Card.RED]
    assert [(step.after.amount, step.do) for step in red] == [(2, Act.ESCALATE), (6, Act.ESCALATE)]
    assert Who.HEAD in red[0].to
    assert Who.COORDINATOR in red[1].to
