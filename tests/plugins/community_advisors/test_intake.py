"""Who must leave a number, and who need not: the heart of the community form."""

from typing import Any

import pytest

from community_advisors.intake import FORM
from duijie.domain.forms.validate import shown_fields, validate

MATTER = {"topic": "repairs", "text": "楼道灯坏了一个星期，晚上看不见路。"}
AGENT = {"agent": "叶敏", "agent_mobile": "13800002901"}


def missing(**answers: Any) -> set[str]:
    return {problem.field for problem in validate(FORM, MATTER | answers).problems}


def test_a_resident_leaves_name_and_mobile() -> None:
    assert missing(reporter="resident") == {"requester", "mobile"}
    assert missing(reporter="resident", requester="王秀英", mobile="13800002001") == set()


def test_an_anonymous_resident_needs_neither_and_what_was_typed_is_dropped() -> None:
    result = validate(FORM, MATTER | {"reporter": "resident", "anonymous": True, "requester": "王秀英",
                                      "mobile": "1"})
    assert result.problems == ()
    assert not {"requester", "mobile"} & set(result.answers)


@pytest.mark.parametrize("reporter", ["secretary", "grid"])
def test_a_worker_names_the_resident_and_themselves(reporter: str) -> None:
    assert missing(reporter=reporter) == {"requester", "mobile", "agent", "agent_mobile"}


def test_a_resident_without_phone_is_reachable_by_another_number_or_by_a_visit() -> None:
    no_phone = {"reporter": "secretary", "no_phone": True, "requester": "高永福", **AGENT}
    assert missing(**no_phone) == set()
    assert missing(**no_phone, callback="邻居家 0990-5550123") == set()
    shown = {field.key for field in shown_fields(FORM, no_phone)}
    assert "callback" in shown
    assert "mobile" not in shown


def test_a_worker_cannot_report_anonymously() -> None:
    assert "anonymous" not in validate(FORM, MATTER | AGENT | {"reporter": "grid", "anonymous": True}).answers
    assert "requester" in missing(reporter="grid", anonymous=True)


def test_noise_and_prices_ask_further() -> None:
    noise = {field.key for field in shown_fields(FORM, {"topic": "noise"})}
    assert noise >= {"noise_hours", "noise_source", "noise_at_night"}
    assert not noise & {"account_no", "tariff_now", "facility_use"}
    prices = {field.key for field in shown_fields(FORM, {"topic": "tariff"})}
    assert prices >= {"account_no", "tariff_now", "facility_use"}
    assert not prices & {"noise_hours", "noise_source", "noise_at_night"}


def test_a_ticket_number_is_asked_for_only_when_reported_before() -> None:
    assert "ticket_no" in {f.key for f in shown_fields(FORM, {"reported_before": True})}
    assert "ticket_no" not in {f.key for f in shown_fields(FORM, {"reported_before": False})}
