"""The plugin's own tests: what it decides, without a server."""

from datetime import UTC, datetime
from typing import Any

import pytest
from duijie.api import ActionCall, Candidate, CaseFacts, Context, DeliveryOutcome, Store, T

from eldercare_advisors import bell, plugin, roster


def case(**answers: Any) -> CaseFacts:
    return CaseFacts(1, roster.KEY, "haitang", "home", "燃气灶", "燃气灶有味道", answers)


def test_gas_goes_to_the_fire_station() -> None:
    candidates = [Candidate(d.key, d.name, d.responsibility, d.topics) for d in roster.DEPARTMENTS]
    found = plugin.duijie_suggest_departments(case(hazards=["gas"]), candidates)
    assert [one.department for one in found] == ["fire"]
    assert plugin.duijie_suggest_departments(case(hazards=["rails"]), candidates) == []


@pytest.mark.parametrize(("action", "alone", "objections"), [("decline", True, 1), ("decline", False, 0), ("close", True, 0)])
def test_nobody_who_lives_alone_is_turned_away(action: str, alone: bool, objections: int) -> None:
    assert len(plugin.duijie_check(action, case(alone=alone))) == objections


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "http://127.0.0.1:9"])
def test_a_bell_that_nobody_hears_says_so(address: str) -> None:
    context = Context("eldercare_advisors", datetime.now(UTC), "Asia/Shanghai", Store(), {"address": address, "token": None})
    assert bell.post("k", {}, context).outcome is DeliveryOutcome.REFUSED
    with pytest.raises(RuntimeError):  # so that the rule's action is tried again
        bell.urge(ActionCall("k", case(), T("没人接手", en="Nobody took it up")), context)


def test_every_text_is_in_both_languages() -> None:
    assert all(isinstance(topic.label, T) and topic.words for topic in roster.GROUP.topics)
