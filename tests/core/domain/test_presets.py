"""The named rule sets are sound, keep their promises, and any two of them can stand together."""

from datetime import UTC, date, datetime

import pytest

from duijie.domain.followup import plan_of, rule_problems
from duijie.domain.presets import PRESETS, THREE_COLOUR, Preset
from duijie.domain.rules import Card, Who
from duijie.hooks.texts import text_problems
from duijie.services import calendars


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_is_sound_and_speaks_both_languages(preset: Preset) -> None:
    assert rule_problems(preset.rules) == []
    assert not list(text_problems(preset))
    assert not any(list(text_problems(rule)) for rule in preset.rules)


def test_names_are_taken_once() -> None:
    keys = [preset.key for preset in PRESETS]
    assert keys == ["zhoushan", "quanzhou", "13710", "dingxi", "three-colour", "revisit"]
    assert all(len({rule.key for rule in preset.rules}) == len(preset.rules) for preset in PRESETS)


def test_three_colours_fall_on_their_days() -> None:
    rule = THREE_COLOUR.rule("answer_due")
    due = datetime(2026, 12, 8, 18, tzinfo=UTC)
    days = [firing.at.date() for firing in plan_of(rule, due, calendars.library())]
    assert days == [date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 16)]
    assert [step.card for step in rule.steps] == [Card.BLUE, Card.YELLOW, Card.RED, Card.RED]
    assert Who.SUPERVISOR in rule.steps[-1].to
