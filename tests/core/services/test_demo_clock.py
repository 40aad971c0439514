"""The demo's clock goes forward only, stops where something is due, and signs nobody out."""

from dataclasses import replace
from datetime import timedelta

import pytest
from town import PASSWORD, Town

from duijie import schedule
from duijie.domain.errors import Invalid
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import accounts, demo_clock, reminders
from duijie.services.work import Office
from duijie.storage.models import Reminder, User


@pytest.fixture
def demo(lite_town: Town) -> Office:
    return replace(lite_town.office, demo=True)


def forward(office: Office, by: timedelta) -> None:
    with office.read(SYSTEM) as work:
        to = work.now + by
    demo_clock.forward(office, SYSTEM, to, lambda: schedule.run_now(office) and None)


def test_what_is_due_on_the_way_goes_out_at_its_own_time(demo: Office) -> None:
    with demo.write(SYSTEM) as work:
        user = work.session.query(User).filter_by(login="coordinator").one()
        due = work.now + timedelta(days=2)
        text = T("提醒", en="Reminder")
        reminders.plan(work, reminders.NewReminder(
            "test", "case", 1, "1", reminders.of_user(user), text, text, text, due, useful_until=due + timedelta(hours=1),
        ))  # fmt: skip
    forward(demo, timedelta(days=5))
    with demo.read(SYSTEM) as work:
        sent = work.session.query(Reminder).filter_by(channel="inbox").one()
        assert sent.state == "sent", "a clock that jumped over its hour would have let it expire"
        assert sent.sent_at
        assert due <= sent.sent_at <= due + timedelta(hours=1)


def test_messages_go_out_on_a_clock_that_is_behind(demo: Office) -> None:
    with demo.write(SYSTEM) as work:  # the demo begins on a Monday, whatever today is
        demo_clock.set_now(work, work.now - timedelta(days=3))
    with demo.write(SYSTEM) as work:
        user = work.session.query(User).filter_by(login="coordinator").one()
        text = T("提醒", en="Reminder")
        reminders.plan(work, reminders.NewReminder(
            "test", "case", 1, "1", reminders.of_user(user), text, text, text, work.now,
        ))  # fmt: skip
    schedule.run_now(demo)
    with demo.read(SYSTEM) as work:
        assert work.session.query(Reminder).filter_by(channel="inbox").one().state == "sent"


def test_nobody_is_signed_out(demo: Office) -> None:
    with demo.write(SYSTEM) as work:
        token = accounts.sign_in(work, "coordinator", PASSWORD) or ""
    forward(demo, timedelta(days=3))
    with demo.read(SYSTEM) as work:
        assert accounts.session_of(work, token)


@pytest.mark.parametrize("by", [timedelta(0), timedelta(days=-1), timedelta(days=121)])
def test_back_and_too_far_are_refused(demo: Office, by: timedelta) -> None:
    with pytest.raises(Invalid):
        forward(demo, by)


def test_a_real_installation_ignores_it(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        before = work.now
        demo_clock.set_now(work, before + timedelta(days=100))
    with lite_town.office.read(SYSTEM) as work:
        assert work.now < before + timedelta(days=1)
