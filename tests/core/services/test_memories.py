"""Lessons of confirmed assignments: learned with them or not at all, none lost, made anew from the history."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filed import file
from sqlalchemy import select
from town import Town, small_settings

from duijie.api import CaseFacts, Plugin, T, hookimpl
from duijie.bootstrap import open_office
from duijie.builtin.routing import journal, routers
from duijie.domain.errors import Invalid
from duijie.domain.roles import SYSTEM
from duijie.schedule import jobs
from duijie.services import find, memories, relearning, suggesting, triage
from duijie.storage.models import PluginMemory, SuggestionRecord

LAMP = {"text": "巷口那根灯柱晚上总是不亮，走夜路看不清", "topic": "other"}
ROUTING = "duijie-routing"


def confirm(town: Town, case_id: int, lead: str, *co: str) -> None:
    with town.office.write(town.actor("coordinator")) as work:
        ids = [town.department_id(key) for key in co]
        triage.accept(work, find.case(work, case_id), town.department_id(lead), ids)


def confirm_and_fail(town: Town, case_id: int) -> None:
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), town.department_id("tax"))
        1 // 0  # noqa: B018  # the power went out before the commit


def memory(town: Town, plugin: str = ROUTING) -> PluginMemory:
    with town.office.read(SYSTEM) as work:
        return work.session.get_one(PluginMemory, (plugin, "enterprise"))


def best(town: Town, case_id: int) -> str:
    with town.office.read(town.actor("coordinator")) as work:
        return suggesting.offers(work, find.case(work, case_id))[0].key


def test_nine_confirmations_teach_what_no_text_says(lite_town: Town) -> None:
    lead = "tax"
    for _ in range(9):
        confirm(lite_town, file(lite_town, **LAMP), lead)
    assert best(lite_town, file(lite_town, **LAMP)) == lead
    assert (memory(lite_town).learned, memory(lite_town).pending) == (9, 9)


def test_what_was_suggested_is_taken_down_without_the_text(lite_town: Town) -> None:
    case_id = file(lite_town, "E2")
    suggested = best(lite_town, case_id)
    confirm(lite_town, case_id, suggested)
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        other = lite_town.department_id("tax")
        triage.reassign(work, find.case(work, case_id), other, [], None, "不属其职责")
    with lite_town.office.read(SYSTEM) as work:
        one, two = work.session.scalars(select(SuggestionRecord).order_by(SuggestionRecord.id))
    assert (one.kind, one.first, one.chosen) == ("confirmed", suggested, suggested)
    assert (two.kind, two.chosen) == ("corrected", "tax") != ("corrected", suggested)
    assert next(key for key, _ in one.offered) == suggested
    assert len(one.offered) <= 3


def test_an_assignment_that_is_refused_teaches_nothing(lite_town: Town) -> None:
    case_id = file(lite_town)
    with pytest.raises(Invalid), lite_town.office.write(lite_town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), None)
    with pytest.raises(ZeroDivisionError):
        confirm_and_fail(lite_town, case_id)
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalars(select(PluginMemory)).all() == []
        assert work.session.scalars(select(SuggestionRecord)).all() == []


def test_two_confirmations_at_once_lose_no_lesson(town: Town) -> None:
    cases = [file(town, **LAMP) for _ in range(6)]
    gate, failed = threading.Barrier(2), []

    def work_off(mine: list[int]) -> None:
        gate.wait()
        try:
            for case_id in mine:
                confirm(town, case_id, "tax")
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work_off, args=(cases[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert memory(town).learned == 6
    asked = file(town, **LAMP)
    with town.office.read(SYSTEM) as work:
        case = find.case(work, asked)
        offers = suggesting.offers(work, case)
    assert "6件" in "".join(reason.zh for offer in offers for reason in offer.reasons if offer.key == "tax")


CONFIRMING = """
import sys
from town import small_settings
from duijie.bootstrap import open_office
from duijie.builtin.routing import plugin, routers
from duijie.domain.roles import SYSTEM
from duijie.services import find, memories, suggesting
from pathlib import Path

routers.MOST_LESSONS = 4
office = open_office(small_settings(Path(sys.argv[1]), sys.argv[2]))
for _ in range(15):
    with office.write(SYSTEM) as work:
        case = find.case(work, int(sys.argv[3]))
        memories.teach(work, case, "tax", (), suggesting.candidates(work, "enterprise"))
    plugin.ROUTERS.saver.wait()
"""


def test_two_processes_that_save_states_lose_no_lesson(lite_town: Town, tmp_path: Path) -> None:
    case_id, url = file(lite_town, **LAMP), str(lite_town.office.database.url)
    running = [subprocess.Popen([sys.executable, "-c", CONFIRMING, str(tmp_path), url, str(case_id)],
                                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}) for _ in range(2)]  # fmt: skip
    assert [process.wait(120) for process in running] == [0, 0]
    kept = memory(lite_town)
    found = journal.read(kept.content)
    assert found is not None
    assert found.state, "lessons were turned into a state"
    assert len(found.entries) < 15
    assert kept.learned == 30
    with lite_town.office.read(SYSTEM) as work:
        roster = suggesting.candidates(work, "enterprise")
    with routers.Routers().of(kept.content, roster) as router:
        assert router is not None
        assert router.counts["tax"] == 30


def test_made_anew_it_knows_the_history_as_it_is_now(lite_town: Town) -> None:
    for n in range(9):
        case_id = file(lite_town, **LAMP)
        confirm(lite_town, case_id, "economy")
        if n:
            with lite_town.office.write(lite_town.actor("coordinator")) as work:
                triage.reassign(work, find.case(work, case_id), lite_town.department_id("tax"), [], None, "改派")
    before = memory(lite_town)
    assert before.learned == 17
    assert jobs.refit(lite_town.office) == 1
    after = memory(lite_town)
    assert (after.learned, after.pending, after.version) == (9, 0, before.version + 1)
    assert after.refit_at is not None
    assert best(lite_town, file(lite_town, **LAMP)) == "tax"
    assert jobs.refit(lite_town.office) == 0, "nothing new was confirmed"


def test_a_lesson_that_comes_while_it_is_made_anew_is_not_lost(lite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    confirm(lite_town, file(lite_town, **LAMP), "tax")
    late = file(lite_town, **LAMP)
    keep, times = relearning._keep, []

    def meanwhile(*args: object) -> bool:
        if not times:
            confirm(lite_town, late, "tax")
        times.append(1)
        return keep(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(relearning, "_keep", meanwhile)
    assert relearning.rebuild(lite_town.office, "enterprise") == {ROUTING: 2}
    assert (memory(lite_town).learned, len(times)) == (2, 2)


class Forgetful:
    """A plugin that learns: it counts, fails at every second lesson, and wants too much at the fifth."""

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        return Plugin(1, T("计数", en="Counter"))

    @hookimpl
    def duijie_learn(self, case: CaseFacts, lead: str, co: tuple[str, ...], memory: bytes | None) -> bytes:
        told = (memory or b"") + f"{lead}+{'+'.join(co)};".encode()
        if "坏" in case.text:
            raise ValueError("broken on purpose")
        return told * 200_000 if "大" in case.text else told


def test_a_plugin_that_fails_to_learn_loses_its_own_lesson_only(lite_town: Town, tmp_path) -> None:  # type: ignore[no-untyped-def]
    office = open_office(small_settings(tmp_path, str(lite_town.office.database.url)), [("counter", Forgetful())])
    here = Town(office, lite_town.area_id, lite_town.other_area_id, lite_town.actors)
    cases = [file(lite_town, text=LAMP["text"] + word, topic=LAMP["topic"]) for word in ("好", "坏", "大", "好")]
    with office.write(SYSTEM) as work:
        for case_id in cases:
            roster = suggesting.candidates(work, "enterprise")
            memories.teach(work, find.case(work, case_id), "tax", ("power",), roster)
    with office.read(SYSTEM) as work:
        kept = work.session.get_one(PluginMemory, ("counter", "enterprise"))
        assert (kept.content, kept.learned) == (b"tax+power;tax+power;", 2)
    said = [fault.error for fault in here.office.plugins.faults if fault.plugin == "counter"]
    assert len(said) == 2
    assert "broken on purpose" in said[0]
    assert "at most" in said[1]


def test_a_plugin_that_fails_tonight_keeps_what_it_knew_yesterday(lite_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    confirm(lite_town, file(lite_town, **LAMP), "tax")
    before = memory(lite_town)
    monkeypatch.setattr(memories, "ask", lambda *_: None)
    assert relearning.rebuild(lite_town.office, "enterprise") == {ROUTING: 0}
    assert (memory(lite_town).content, memory(lite_town).pending) == (before.content, 1)
