"""Settings in words become points."""

import pytest

from duijie.domain.errors import Invalid
from duijie.matchmaking.values import Weights
from duijie.matchmaking.wishes import GOALS, Level, weights


def test_without_settings_everything_is_as_usual() -> None:
    assert weights() == Weights()


def test_levels_rise_and_off_is_nothing() -> None:
    for goal in GOALS:
        points = [getattr(weights({goal.key: level.value}), goal.key) for level in Level]
        assert points == sorted(points)
        assert points[0] == 0
        assert goal.label.zh


@pytest.mark.parametrize("settings", [{"coffee": "high"}, {"waiting": "extremely"}])
def test_what_does_not_exist_is_refused(settings: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        weights(settings)
