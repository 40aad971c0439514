"""The demo: an empty folder becomes the town of the story."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from town import small_settings

from duijie.bootstrap import open_office
from duijie.demo import build
from duijie.domain.roles import SYSTEM
from duijie.domain.states import CaseState, MeetingState
from duijie.domain.text import T
from duijie.services import accounts, demo_accounts
from duijie.services.meetings import desk
from duijie.services.work import Office
from duijie.storage.models import Appointment, Area, Case, Commitment, Event, Meeting, PluginFault, Reminder

pytestmark = pytest.mark.slow

PASSWORD = "a phrase for the demo"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("demo")
    opened = replace(open_office(small_settings(folder, f"sqlite:///{folder / 'demo.db'}")), demo=True)
    assert build.empty(opened)
    build.build(opened, PASSWORD, "small", lambda _: None)
    assert not build.empty(opened)
    yield opened
    opened.database.close()


def test_the_town_has_its_areas(demo: Office) -> None:
    with demo.read(SYSTEM) as work:
        kinds = Counter(work.session.scalars(select(Area.kind)))
    assert kinds == {"district": 1, "rural": 18, "industrial": 12, "urban": 17, "mixed": 7, "converted": 5}


def test_it_opens_on_monday_morning(demo: Office) -> None:
    with demo.read(SYSTEM) as work:
        assert f"{work.local(work.now):%Y-%m-%d %H:%M}" == "2026-11-23 09:00"


def test_every_kind_of_case_is_there(demo: Office) -> None:
    with demo.read(SYSTEM) as work:
        states = Counter(work.session.scalars(select(Case.state)))
        titles = " ".join(work.session.scalars(select(Case.title)))
        cards = {card for card in work.session.scalars(select(Case.card)) if card}
    assert sum(states.values()) >= 168
    assert set(states) == set(CaseState)
    assert len(cards) == 3
    for named in ("用电增容", "老年活动室", "楼下歌厅", "溃疡病"):
        assert named in titles


def test_one_meeting_is_past_one_running_one_coming(demo: Office) -> None:
    with demo.read(SYSTEM) as work:
        meetings = {m.state: m for m in work.session.scalars(select(Meeting))}
        assert {MeetingState.FILED, MeetingState.LIVE, MeetingState.SCHEDULED} <= set(meetings)
        coming = desk.published(work, meetings[MeetingState.SCHEDULED])
        progress = {a.progress for a in desk.published(work, meetings[MeetingState.LIVE])}
        assert meetings[MeetingState.FILED].minutes
    assert len(coming) >= 25
    assert all(a.slot is not None for a in coming)
    assert {"planned", "talking", "done"} <= progress


def test_what_was_promised_is_followed_up(demo: Office) -> None:
    with demo.read(SYSTEM) as work:
        assert (work.session.scalar(select(func.count(Commitment.id))) or 0) > 10
        coming = select(Reminder).where(Reminder.state == "planned", Reminder.kind.startswith("meeting."))
        assert work.session.scalars(coming).first()
        assert work.session.scalars(select(PluginFault)).all() == []
        late = work.session.scalars(select(Event).where(Event.kind == "case.supervised")).all()
        assert late
        assert work.session.scalar(select(func.count(Appointment.id)))


def test_the_accounts_shown_really_open(demo: Office) -> None:
    with demo.write(SYSTEM) as work:
        shown = demo_accounts.kept(work)
        assert {"coordinator", "economy", "areaadmin", "sysadmin", "auditor"} <= {a.login for a in shown}
        for account in shown:
            assert accounts.sign_in(work, account.login, account.password), account.login


def test_every_person_has_a_name_in_both_languages(demo: Office) -> None:
    with demo.read(SYSTEM) as work:
        for account in demo_accounts.kept(work):
            assert isinstance(account.name, T)
            assert account.name.zh != account.name.en
