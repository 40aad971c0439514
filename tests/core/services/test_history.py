import csv
import io
from datetime import timedelta

import pytest
from town import Town

from duijie.domain.errors import Forbidden
from duijie.domain.roles import Actor, Role
from duijie.domain.text import T
from duijie.services import history
from duijie.services.history import Filter

pytestmark = pytest.mark.both_databases

ZHAO = Actor(name="赵六", roles=frozenset({Role.COORDINATOR}), address="192.0.2.7")


def written(town: Town, *kinds: str) -> None:
    with town.office.write(ZHAO) as work:
        for kind in kinds:
            work.record(kind, kind.split(".")[0], None, name=T("大港", en="Dagang"), login="zhao")


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_newest_entry_comes_first_with_who_where_and_what(town: Town) -> None:
    written(town, "area.added", "area.changed")
    with town.office.read(town.actor("auditor")) as work:
        entries, pages = history.page(work, Filter(), 1)
    assert [entry.event.kind for entry in entries[:2]] == ["area.changed", "area.added"]
    first = entries[0]
    assert (first.event.actor, first.event.address) == ("赵六", "192.0.2.7")
    assert first.says == T("修改片区 大港", en="changed the area Dagang")
    assert first.about == T("片区", en="Area")
    assert pages == 1


def test_entries_are_found_by_kind_record_person_and_day(town: Town) -> None:
    written(town, "area.added", "area.changed", "user.added")
    with town.office.read(town.actor("auditor")) as work:
        def found(**wanted: object) -> list[str]:
            entries, _ = history.page(work, Filter(**wanted), 1)  # type: ignore[arg-type]
            return [entry.event.kind for entry in reversed(entries)]

        assert found(kind="area.added") == ["area.added"]
        assert found(kind="area.") == ["area.added", "area.changed"]
        assert found(actor="赵", kind="user.added") == ["user.added"]
        assert found(actor="%") == []
        today = found(actor="赵六", since=work.today, until=work.today)
        assert today == ["area.added", "area.changed", "user.added"]
        assert found(since=work.today + timedelta(days=1)) == []
        assert found(actor="赵六", until=work.today - timedelta(days=1)) == []


def test_a_long_history_comes_in_pages_without_gaps(lite_town: Town) -> None:
    written(lite_town, *["area.changed"] * (history.PAGE + 3))
    with lite_town.office.read(lite_town.actor("auditor")) as work:
        wanted = Filter(actor="赵六")
        first, pages = history.page(work, wanted, 1)
        second, _ = history.page(work, wanted, 2)
    assert (pages, len(first), len(second)) == (2, history.PAGE, 3)
    assert not {entry.event.id for entry in first} & {entry.event.id for entry in second}


def test_an_account_is_named_by_its_sign_in_name(lite_town: Town) -> None:
    actor = lite_town.actor("coordinator")
    with lite_town.office.write(actor) as work:
        work.record("user.signed_in", "user", actor.user_id)
        work.record("case.noted", "case", 4711, text="…")
    with lite_town.office.read(lite_town.actor("auditor")) as work:
        case, user = history.page(work, Filter(), 1)[0][:2]
    assert (user.about.zh, case.about.en) == ("账号 coordinator", "Case #4711")


def test_the_export_has_every_row_and_is_itself_written_down(town: Town) -> None:
    written(town, *["area.changed"] * (history.PAGE + 1))
    with town.office.write(town.actor("auditor")) as work:
        table = rows(history.as_csv(work, Filter(actor="赵六"), "zh"))
        assert len(table) == history.PAGE + 2
        assert table[0][1] == "时间"
        assert table[1][7] == "修改片区 大港"
        assert history.page(work, Filter(kind="events.exported"), 1)[0][0].says.zh == "导出流水：51 行"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_no_cell_of_the_export_is_a_formula(lite_town: Town, start: str) -> None:
    with lite_town.office.write(Actor(name=f"{start}cmd|' /C calc'!A0")) as work:
        work.record("user.signed_out", "user", None)
    with lite_town.office.write(lite_town.actor("auditor")) as work:
        table = rows(history.as_csv(work, Filter(kind="user.signed_out"), "en"))
    assert table[1][2].startswith("'")


@pytest.mark.parametrize("login", ["system_admin", "area_admin", "coordinator", "rep_power"])
def test_nobody_but_auditors_reads_or_exports_it(lite_town: Town, login: str) -> None:
    with lite_town.office.write(lite_town.actor(login)) as work:
        with pytest.raises(Forbidden):
            history.page(work, Filter(), 1)
        with pytest.raises(Forbidden):
            history.as_csv(work, Filter(), "zh")


def test_one_records_history_reads_from_its_beginning(lite_town: Town) -> None:
    with lite_town.office.write(ZHAO) as work:
        work.record("case.filed", "case", 1)
        work.record("case.noted", "case", 1, text="又停电了")
        work.record("case.noted", "case", 2, text="另一件")
        told = [entry.says.zh for entry in history.of_record(work, "case", 1)]
    assert told == ["提交了诉求", "补充：又停电了"]


def test_every_kind_stands_in_the_filter() -> None:
    kinds = history.kinds()
    assert "case.filed" in kinds["case"]
    assert all(kind.startswith(f"{record}.") for record, some in kinds.items() for kind in some)
