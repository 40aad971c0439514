"""What the router remembers between lessons: learned once, in order, never lost by a crash, spoilt bytes or a restart."""

import pytest

from duijie.api import Candidate, CaseFacts, Suggestion, T
from duijie.builtin.routing import journal, plugin, routers
from duijie.builtin.routing.features import read
from duijie.builtin.routing.router import Router

ROSTER = [
    Candidate("power", T("供电公司", en="Power"), "用电增容、变压器安装、停电抢修、电费", ()),
    Candidate("schools", T("教育局", en="Education"), "义务教育、招生入学、转学、校园安全", ()),
    Candidate("water", T("水务公司", en="Water"), "自来水管、水表、水压、停水", ()),
]
LAMPS = ("巷子里的灯柱", "巷子里的灯柱晚上不亮")


def case(title: str, text: str) -> CaseFacts:
    return CaseFacts(1, "lanes", "area", "", title, text)


def learned(*lessons: tuple[str, str, str], memory: bytes | None = None) -> bytes:
    for title, text, lead in lessons:
        memory = plugin.duijie_learn(case(title, text), lead, ROSTER, memory)
    assert memory is not None
    return memory


def first(memory: bytes | None, title: str, text: str) -> Suggestion:
    return plugin.duijie_suggest_departments(case(title, text), ROSTER, memory)[0]


def journal_of(memory: bytes) -> journal.Journal:
    found = journal.read(memory)
    assert found is not None
    return found


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process, which has unpacked nothing yet."""
    monkeypatch.setattr(plugin, "ROUTERS", routers.Routers())


def test_a_lesson_counts_at_once_and_says_so() -> None:
    memory = learned(*[(*LAMPS, "water")] * 3)
    best = first(memory, *LAMPS)
    assert best.department == "water"
    assert "3件" in "".join(reason.zh for reason in best.reasons)


@pytest.mark.usefixtures("elsewhere")
def test_another_process_learns_the_same_from_the_same_bytes() -> None:
    lessons = [(f"第{n}件路灯", "路灯灭了没人修", "power" if n % 3 else "water") for n in range(20)]
    direct = Router(ROSTER)
    for title, text, lead in lessons:
        direct.learn(title, text, lead)
    memory = learned(*lessons)
    plugin.ROUTERS = routers.Routers()  # type: ignore[misc]
    with plugin.ROUTERS.of(memory, ROSTER) as router:
        assert router is not None
        assert router.learned == 20
        assert router.predict("路灯") == direct.predict("路灯")


def test_what_was_rolled_back_is_not_learned() -> None:
    kept = learned(*[(*LAMPS, "water")] * 2)
    first(kept, *LAMPS)  # unpacked in this process
    learned(*[(*LAMPS, "power")] * 5, memory=kept)  # a transaction that was never committed
    with plugin.ROUTERS.of(kept, ROSTER) as router:
        assert router is not None
        assert (router.learned, router.counts["power"]) == (2, 0)


def many(times: int, memory: bytes | None = None) -> bytes:
    return learned(*[(f"第{n}户停水", "自来水管坏了", "water") for n in range(times)], memory=memory)


def counted(memory: bytes) -> int:
    """Lessons in a memory, for a process that has unpacked nothing yet."""
    with routers.Routers().of(memory, ROSTER) as router:
        assert router is not None
        return router.counts["water"]


@pytest.mark.usefixtures("elsewhere")
def test_a_thread_saves_the_state_and_the_next_lesson_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routers, "MOST_LESSONS", 8)
    memory = many(9)
    assert len(journal_of(memory).entries) == 9, "the lesson that set the thread going did not wait for it"
    first(memory, *LAMPS)
    plugin.ROUTERS.saver.wait()
    memory = many(1, memory)
    assert journal_of(memory).state
    assert len(journal_of(memory).entries) == 2, "what came after the thread had begun"
    assert counted(memory) == 10
    with plugin.ROUTERS.of(memory, ROSTER) as router:
        assert router is not None
        assert router.counts["water"] == 10, "who had unpacked it before learns only what is new"


@pytest.mark.usefixtures("elsewhere")
def test_a_state_of_lessons_that_were_rolled_back_is_never_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routers, "MOST_LESSONS", 8)
    kept = many(7)
    many(5, kept)  # a transaction that was never committed; the thread saved what it saw of it
    plugin.ROUTERS.saver.wait()
    assert counted(many(1, kept)) == 8


@pytest.mark.usefixtures("elsewhere")
def test_two_processes_that_save_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routers, "MOST_LESSONS", 4)
    memory, processes, shortest = None, [routers.Routers(), routers.Routers()], 99
    for n in range(40):
        routes = processes[(n // 3) % 2]
        memory = routes.learn(memory, f"第{n}户停水", "自来水管坏了", "water", ROSTER)
        if n % 5 == 0:
            routes.saver.wait()
        if n > 8:
            shortest = min(shortest, len(journal_of(memory).entries))
    assert memory is not None
    assert shortest < 8
    assert counted(memory) == 40


@pytest.mark.usefixtures("elsewhere")
def test_a_memory_that_no_thread_could_shorten_is_saved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routers, "MOST_BYTES", 6_000)
    monkeypatch.setattr(plugin.ROUTERS.saver, "save", lambda *_: None)
    memory = many(60)
    assert journal_of(memory).state
    assert counted(memory) == 60


@pytest.mark.parametrize("damage", [
    lambda m: b"", lambda m: b"not a memory", lambda m: m[:25], lambda m: m[:-7], lambda m: m[:60] + b"\0\xff" + m[62:],
    lambda m: m + b"\0" * 30, lambda m: journal.MAGIC,
])
@pytest.mark.usefixtures("elsewhere")
def test_a_spoilt_memory_never_breaks_a_suggestion_or_a_lesson(damage) -> None:  # type: ignore[no-untyped-def]
    memory = damage(learned(*[(*LAMPS, "water")] * 3))
    plugin.ROUTERS = routers.Routers()  # type: ignore[misc]
    assert plugin.duijie_suggest_departments(case("停水了", "自来水管坏了"), ROSTER, memory)[0].department == "water"
    again = learned((*LAMPS, "water"), memory=memory)
    assert journal.read(again) is not None


def test_a_department_that_left_the_roster_teaches_nothing() -> None:
    memory = learned((*LAMPS, "water"))
    assert plugin.duijie_learn(case(*LAMPS), "gone", ROSTER, memory) == memory


def test_a_lesson_holds_no_text() -> None:
    title, text = "张三丰家的水管", "张三丰住在桂花巷，电话13800001234，水管漏水已经三天"
    found = journal.read(learned((title, text, "water")))
    assert found is not None
    lesson = next(found.lessons())
    assert lesson.reading == read(title, text)
    assert all(len(pair) == 2 for pair in lesson.reading.bigrams)
    assert not any(pair.isdigit() for pair in lesson.reading.bigrams)


@pytest.mark.parametrize("text", ["", "😀" * 50, "\0\x07\x1b[31m", "ﷺ" * 2000, "a" * 1_000_000, "\ud800 half", "停水" * 200_000])
def test_odd_texts_are_lessons_like_any(text: str) -> None:
    memory = learned((text, text, "power"), ("停水", "停水", "water"))
    assert first(memory, "停水", text).department
