"""Syncing every case is a row of transactions; on SQLite it must leave gaps for everybody else."""

import time

import pytest
from scene import answers
from town import Town

from duijie.domain.roles import SYSTEM
from duijie.services import filing, follow_up
from duijie.services.rules.arming import sync

CASES = 8
A_SLOW_DISK = 0.2  # seconds each transaction takes
LOOKS_AGAIN_AFTER = 0.1  # seconds that SQLite sleeps at most before a waiting writer tries once more


def test_syncing_all_cases_lets_others_write(lite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a slow disk there is a gap at least every second, long enough for whoever waits to get in."""
    for number in range(CASES):
        with lite_town.office.write(SYSTEM) as work:
            filing.file_case(work, "enterprise", "dagang", answers(number + 1), consent=True)
    gaps: list[float] = []

    def slowly(work, case):  # type: ignore[no-untyped-def]
        sync(work, case)
        time.sleep(A_SLOW_DISK)

    monkeypatch.setattr(follow_up, "sync", slowly)
    monkeypatch.setattr(follow_up, "sleep", gaps.append)
    assert follow_up.sync_all(lite_town.office) == CASES
    assert len(gaps) >= 2
    assert min(gaps) > LOOKS_AGAIN_AFTER
