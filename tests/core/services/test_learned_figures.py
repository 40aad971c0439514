"""What is shown of what was learned: coverage of a text, recurring topics, how often suggestions were accepted."""

from datetime import date

from filed import file
from town import Town

from duijie.domain.roles import SYSTEM
from duijie.services import acceptance, coverage, find, recurring, rosters, suggesting, triage

LAMPS = [f"厂区外{road}的路灯柱晚上不亮，员工下夜班看不清" for road in ("东路", "西路", "南街", "北街")]


def confirm(town: Town, case_id: int, lead: str) -> None:
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), town.department_id(lead))


def test_coverage_names_the_words_that_a_text_lacks_and_follows_the_typing(lite_town: Town) -> None:
    for text in LAMPS:
        confirm(lite_town, file(lite_town, text=text), "tax")
    confirm(lite_town, file(lite_town, text="厂房消防验收等了两个月"), "emergency")
    with lite_town.office.read(SYSTEM) as work:
        entry = next(e for e in rosters.entries_of(work, "enterprise") if e.department.key == "tax")
        now = coverage.of(work, entry)
        better = coverage.of(work, entry, entry.responsibility + "；灯柱晚上不亮、厂区外的路、员工下夜班看不清")
    assert (now.cases, now.first) == (4, 0)
    assert any("灯柱" in word for word, _ in now.missing)
    assert all(word not in entry.responsibility and n >= 2 for word, n in now.missing)
    assert better.first == 4
    assert len(better.missing) < len(now.missing)


def test_words_of_coverage_never_name_the_requester(lite_town: Town) -> None:
    for n, text in enumerate(LAMPS):
        named = f"{text}，请联系滨港甲厂"
        confirm(lite_town, file(lite_town, text=named, company="滨港甲厂", mobile=f"1381234567{n}"), "tax")
    with lite_town.office.read(SYSTEM) as work:
        entry = next(e for e in rosters.entries_of(work, "enterprise") if e.department.key == "tax")
        words = "".join(word for word, _ in coverage.of(work, entry).missing)
    assert "甲厂" not in words


def test_topics_are_those_that_several_brought_in_ones_own_areas(lite_town: Town) -> None:
    ids = [file(lite_town, text=text) for text in LAMPS[:3]]
    file(lite_town, text="申请技改补贴的材料要交到哪里")
    file(lite_town, text=LAMPS[3], area="xigang")
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        (topic,) = recurring.topics(work)
        assert {case.id for case in topic.cases} == set(ids)
        assert (topic.total, topic.open, topic.by_month[-1], sum(topic.by_month)) == (3, 3, 3, 3)
        assert any("灯柱" in word for word in topic.words)
        assert recurring.topics(work, lite_town.other_area_id) == []
        assert recurring.months(work)[-1] == work.today.replace(day=1)
        work.now = work.at(date(2027, 2, 3))
        assert recurring.months(work)[0] == date(2026, 9, 1)


def test_figures_count_what_was_taken_and_what_was_mixed_up(lite_town: Town) -> None:
    case_id = file(lite_town, "E2")
    with lite_town.office.read(SYSTEM) as work:
        best = suggesting.offers(work, find.case(work, case_id))[0].key
    confirm(lite_town, case_id, best)
    for text in LAMPS[:2]:
        confirm(lite_town, file(lite_town, "E2", text=text + "，申请用电增容，变压器太小"), "tax")
    with lite_town.office.read(SYSTEM) as work:
        report = acceptance.report(work)
        nothing = acceptance.report(work, "rural")
    assert report.whole.first.whole == 3
    assert (report.whole.first.part, report.corrected) == (1, 0)
    assert {(p.chosen.zh, p.times) for p in report.pairs} == {("区税务局", 2)}
    assert [one.first.whole for _, one in report.by_month] == [3]
    assert {name.zh: one.first.value for name, one in report.by_department}["区税务局"] == 0
    assert nothing.whole.first.value is None
