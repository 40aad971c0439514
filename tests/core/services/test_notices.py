"""How people want to be told: their own choice, the defaults, quiet hours, the daily list; and in whose words."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from small_group import START, actor, assigned_case, at, department, small_office
from sqlalchemy import select

from duijie.api import Context, DeliveryOutcome, Message, Notifier, Receipt
from duijie.domain.errors import Forbidden, Invalid
from duijie.domain.notices import Notice
from duijie.domain.roles import SYSTEM
from duijie.domain.telling import Telling, end_of_quiet
from duijie.domain.text import T
from duijie.services import message_texts, notices, people, reminders
from duijie.services.work import Office
from duijie.storage.models import Case, Reminder

WORDS = T("灯还没修", en="The lamp is still dark")
EVENING = datetime(2026, 11, 23, 15, tzinfo=UTC)  # 23:00 in Shanghai
NIGHT = (time(22), time(7))
SENT: list[Message] = []


def pager(message: Message, _context: Context) -> Receipt:
    SENT.append(message)
    return Receipt(DeliveryOutcome.ACCEPTED)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    SENT.clear()
    channel = Notifier("pager", T("寻呼", en="Pager"), "email", pager)
    with at(START), small_office(tmp_path, f"sqlite:///{tmp_path / 'd.db'}", (), [channel]) as made:
        yield made


def tell(
    office: Office, notice: Notice = Notice.NEWS, due: datetime | None = None, kind: str = "case.assigned", **more: object
) -> int:
    """One message to the representative of power; the case's id."""
    with office.write(SYSTEM) as work:
        number = len(work.session.scalars(select(Case.id)).all())
        case = assigned_case(work, START.date(), f"S-{number + 1}")
        (rep,) = people.representatives(work, "small", department(work, "power"))
        reminders.plan(work, reminders.NewReminder(
            kind, "case", case.id, "1", reminders.of_user(rep), WORDS, WORDS, WORDS, due or work.now, notice=notice,
            **more))  # type: ignore[arg-type]  # fmt: skip
        return case.id


def choose(office: Office, telling: Telling, language: str = "zh") -> None:
    with office.write(actor(office, "rep")) as work:
        notices.choose(work, telling, language)


def rows(office: Office, channel: str = "pager") -> list[tuple[str, datetime]]:
    with office.read(SYSTEM) as work:
        found = work.session.execute(
            select(Reminder.state, Reminder.next_at).where(Reminder.channel == channel).order_by(Reminder.id))
        return [(row[0], row[1]) for row in found]


@pytest.mark.parametrize(("moment", "ends"), [
    ("21:59", None), ("22:00", "next 07:00"), ("23:30", "next 07:00"), ("00:10", "07:00"), ("07:00", None), ("12:00", None),
])  # fmt: skip
def test_quiet_hours_over_midnight(moment: str, ends: str | None) -> None:
    at_ = datetime.combine(START.date(), time.fromisoformat(moment), UTC)
    day = START.date() + timedelta(days=1 if ends and ends.startswith("next") else 0)
    wanted = datetime.combine(day, time(7), UTC) if ends else at_
    assert end_of_quiet(NIGHT, at_) == wanted
    assert Telling.from_json(Telling(quiet=NIGHT).as_json()) == Telling(quiet=NIGHT)


def test_what_is_not_wanted_goes_to_the_inbox_alone_and_supervision_everywhere(office: Office) -> None:
    choose(office, Telling({Notice.NEWS: frozenset({"pager", "mail"}), Notice.SUPERVISION: frozenset({"pager"})}))
    tell(office)
    assert rows(office) == []
    assert [state for state, _ in rows(office, "inbox")] == ["planned"]
    tell(office, Notice.SUPERVISION)
    assert [state for state, _ in rows(office)] == ["planned"]


def test_at_night_nothing_comes_but_what_cannot_wait(office: Office) -> None:
    choose(office, Telling(quiet=NIGHT))
    with at(EVENING):
        tell(office)
        tell(office, Notice.SUPERVISION)
        tell(office, useful_until=EVENING + timedelta(hours=2))
    morning = datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert [moment for _, moment in rows(office)] == [morning, EVENING, EVENING]
    assert [moment for _, moment in rows(office, "inbox")] == [EVENING] * 3


def test_a_list_a_day_holds_what_came_and_a_calendar_file_goes_by_itself(office: Office) -> None:
    choose(office, Telling(digest_at=time(10), digest=frozenset({Notice.NEWS, Notice.MEETING})))
    for _ in range(3):
        tell(office)
    tell(office, Notice.MEETING, calendar="BEGIN:VCALENDAR")
    assert [state for state, _ in rows(office)] == ["gathered"] * 3 + ["planned"]
    with at(START + timedelta(hours=1)):
        reminders.gather_due(office)
        while reminders.deliver(office, channels=["pager"]):
            pass
    assert [message.subject for message in SENT] == ["灯还没修", "今日汇总：3 条提醒"]
    assert [state for state, _ in rows(office)] == ["contained"] * 3 + ["sent", "sent"]


def test_changing_ones_mind_plans_anew_what_still_waits(office: Office) -> None:
    tomorrow = START + timedelta(days=1)
    tell(office, due=tomorrow)
    choose(office, Telling({Notice.NEWS: frozenset({"pager"})}), "en")
    assert [state for state, _ in rows(office)] == ["unwanted"]
    choose(office, Telling(digest_at=time(10), digest=frozenset({Notice.NEWS})), "en")
    assert rows(office) == [("gathered", tomorrow + timedelta(hours=1))]
    choose(office, Telling(), "en")
    assert rows(office) == [("planned", tomorrow)]
    with office.read(SYSTEM) as work:
        assert set(work.session.scalars(select(Reminder.language).where(Reminder.user_id.is_not(None)))) == {"en"}
    choose(office, Telling({Notice.NEWS: frozenset({"pager"})}))
    tell(office, due=tomorrow)  # not planned for the pager at all
    assert [state for state, _ in rows(office)] == ["unwanted"]
    with office.write(actor(office, "rep")) as work:
        notices.choose_nothing(work)
    assert rows(office) == [("planned", tomorrow)] * 2
    with at(tomorrow + timedelta(days=1)):
        choose(office, Telling({Notice.NEWS: frozenset({"pager"})}))
        choose(office, Telling())
    assert [state for state, _ in rows(office)] == ["unwanted"] * 2  # what is over is not caught up


def test_the_nearest_default_counts_for_those_who_chose_nothing(office: Office) -> None:
    admin = actor(office, "administrator")
    with office.write(admin) as work:
        scopes = dict(notices.scopes(work))
        (area,) = (key for key in scopes if key.startswith("area:"))
        notices.set_default(work, "all", Telling(quiet=NIGHT))
        assert {"all", "group:small", area} == set(scopes)
    with at(EVENING):
        tell(office)
        assert rows(office)[0][1] == EVENING + timedelta(hours=8)
        with office.write(admin) as work:
            notices.set_default(work, area, Telling())  # in this area people are told at any hour
        assert rows(office)[0][1] == EVENING
        choose(office, Telling(quiet=(time(22), time(6))))
        assert rows(office)[0][1] == EVENING + timedelta(hours=7)
    with office.write(actor(office, "coordinator")) as work, pytest.raises(Forbidden):
        notices.set_default(work, "all", Telling())


def test_the_administrators_words_are_used_from_the_next_message_on(office: Office) -> None:
    tell(office)
    admin = actor(office, "administrator")
    words = (T("【镇】{subject}", en="[Town] {subject}"), T("{name}：{number}《{title}》\n{body}\n{department}", en="{body}"))
    with office.write(admin) as work:
        shown = message_texts.preview(work, "case.assigned", *words)
        assert (shown.subject.zh, shown.number, shown.real) == ("【镇】灯还没修", "S-1", True)
        message_texts.change(work, "case.assigned", *words)
    tell(office)
    tell(office, Notice.SUPERVISION, kind="rule:late:1:1")
    while reminders.deliver(office, channels=["pager"]):
        pass
    assert [message.subject for message in SENT] == ["灯还没修", "【镇】灯还没修", "灯还没修"]
    assert SENT[1].body == "rep同志：S-2《路灯不亮》\n灯还没修\npower局"
    with office.write(admin) as work:  # an example that was itself put into other words shows its first ones
        assert message_texts.preview(work, "case.assigned", *words).subject.zh == "【镇】灯还没修"
        message_texts.restore(work, "case.assigned")
        assert not message_texts.one(work, "case.assigned").changed
    tell(office)
    reminders.deliver(office, channels=["pager"])
    assert SENT[-1].subject == "灯还没修"


@pytest.mark.parametrize(("words", "says"), [
    ("{nobody}", "{number}"), ("{subject.__class__}", "花括号"), ("{0}", "{number}"), ("{{body}}", "花括号"), (" ", "{subject}"),
    ("x" * 201, "200"),
])  # fmt: skip
def test_a_place_that_does_not_exist_is_refused_with_those_that_do(office: Office, words: str, says: str) -> None:
    with office.write(actor(office, "administrator")) as work, pytest.raises(Invalid) as wrong:
        message_texts.change(work, "case.assigned", T(words, en="{subject}"), T("{body}", en="{body}"))
    assert says in wrong.value.problems[0].message.zh
    assert {problem.field for problem in wrong.value.problems} == {"subject_zh"}


def test_what_somebody_typed_is_no_template(office: Office) -> None:
    with office.write(actor(office, "administrator")) as work:
        message_texts.change(work, "case.assigned", T("{title}", en="{title}"), T("{body}", en="{body}"))
        case = assigned_case(work, START.date(), "S-9", title="{name}{body}")
        (rep,) = people.representatives(work, "small", department(work, "power"))
        reminders.plan(work, reminders.NewReminder("case.assigned", "case", case.id, "1", reminders.of_user(rep), WORDS, WORDS,
                                                   WORDS, work.now))  # fmt: skip
        subjects = work.session.scalars(select(Reminder.subject).where(Reminder.about_id == case.id)).all()
    assert {subject.zh for subject in subjects} == {"{name}{body}"}
