"""The relay's log tells a mail that was taken from one whose line broke, and from one that it cannot know of."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from duijie.api import DeliveryOutcome
from duijie.builtin.notifiers import relay_log

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TAKEN = """\
Nov 25 08:00:01 mx postfix/smtpd[9]: connect from duijie[10.0.0.5]
Nov 25 08:00:01 mx postfix/cleanup[11]: 4A1B2C: message-id=<taken@town.example>
Nov 25 08:00:01 mx postfix/qmgr[4]: 4A1B2C: from=<duijie@town.example>, size=901, nrcpt=1 (queue active)
Nov 25 08:00:02 mx postfix/smtp[12]: 4A1B2C: to=<wang@town.example>, status=bounced (no such person)
Nov 25 08:00:03 mx postfix/cleanup[11]: 4A1B2D: message-id=<broken@town.example>
Nov 25 08:00:03 mx postfix/smtpd[9]: lost connection after DATA (12 bytes) from duijie[10.0.0.5]
"""


@pytest.mark.parametrize(
    ("asked", "written", "outcome"),
    [
        ("taken", 5, DeliveryOutcome.ACCEPTED),
        ("taken", -5, DeliveryOutcome.ACCEPTED),
        ("broken", 5, DeliveryOutcome.REFUSED),  # it named itself, but nothing was queued
        ("never", 5, DeliveryOutcome.REFUSED),
        ("never", -5, DeliveryOutcome.AMBIGUOUS),  # the log ends before the attempt
    ],
)
def test_what_the_log_says(tmp_path: Path, asked: str, written: int, outcome: DeliveryOutcome) -> None:
    log = tmp_path / "mail.log"
    log.write_text(TAKEN)
    moment = (NOW + timedelta(seconds=written)).timestamp()
    os.utime(log, (moment, moment))
    assert relay_log.look_up(str(log), f"<{asked}@town.example>", NOW).outcome is outcome


def test_a_mail_is_found_where_the_log_was_rotated_since(tmp_path: Path) -> None:
    (tmp_path / "mail.log.1").write_text(TAKEN)
    (tmp_path / "mail.log").write_text("")
    said = relay_log.look_up(str(tmp_path / "mail.log"), "<taken@town.example>", NOW - timedelta(days=9999))
    assert (said.outcome, said.detail) == (DeliveryOutcome.ACCEPTED, "the relay has it as 4A1B2C")


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    said = relay_log.look_up(str(tmp_path / "none.log"), "<taken@town.example>", NOW)
    assert said.outcome is DeliveryOutcome.AMBIGUOUS
