"""Each advisory group that ships, at work in an office that has only it: with the kit that plugin authors use."""

from importlib import import_module

import pytest

from duijie.testing.kit import Kit

GROUPS = ("enterprise", "community", "rural")


@pytest.fixture(params=GROUPS)
def duijie_plugin(request: pytest.FixtureRequest) -> str:
    return f"{request.param}_advisors.plugin"


def test_a_case_lives_its_whole_life(duijie: Kit) -> None:
    loop = duijie.live_through(duijie.case())
    assert loop.states == ["received", "assigned", "assigned", "assigned", "in_progress", "in_progress", "answered", "closed"]
    for kind in ("case.filed", "meeting.inviting", "meeting.published", "meeting.started", "case.committed", "meeting.filed",
                 "case.commitment_kept", "case.replied", "case.rated", "case.closed"):  # fmt: skip
        assert kind in loop.events, kind
    assert duijie.faults == []


def test_every_topic_can_be_filed_with_nothing_but_what_must_be_answered(duijie: Kit) -> None:
    module = import_module(f"{duijie.plugins[0].name}.roster")
    cases = [duijie.case(topic=topic.key) for topic in module.GROUP.topics]
    assert len({case.number for case in cases}) == len(module.GROUP.topics)
    late = cases[0].assign()
    assert duijie.clock.move(working_days=20) > 5, "reminders and escalations come"
    assert late.card == "red"
    assert duijie.faults == []
