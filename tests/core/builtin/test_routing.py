"""The built-in router: real departments in the first three, reasons in the case's own words, odd texts."""

import re
from types import ModuleType

import pytest

from community_advisors import roster as community_roster
from community_advisors import samples as community_samples
from duijie.api import Candidate, CaseFacts, SampleCase, T
from duijie.builtin import routing
from duijie.builtin.routing.features import bigrams, folded
from duijie.builtin.routing.plugin import duijie_suggest_departments
from duijie.hooks.manager import PluginManager
from enterprise_advisors import roster as enterprise_roster
from enterprise_advisors import samples as enterprise_samples
from rural_advisors import roster as rural_roster
from rural_advisors import samples as rural_samples

GROUPS = (
    (enterprise_roster, enterprise_samples),
    (community_roster, community_samples),
    (rural_roster, rural_samples),
)
NAMED = [
    (roster, sample)
    for roster, samples in GROUPS
    for sample in samples.SAMPLES
    if re.fullmatch(r"[ECR]\d", sample.key)
]
ECOLOGY = Candidate(
    "ecology", T("生态环境分局", en="Ecology"), "环评审批、排污许可、喷涂废气治理、危险废物贮存",
    ("safety",), ("安全环保",))
POWER = Candidate("power", T("供电公司", en="Power"), "用电增容、变压器安装、停电抢修、电费", ("utilities",),
                  ("水电气",))
SCHOOLS = Candidate("education", T("教育局", en="Education"), "入学、转学、学位", ("school",), observer=True)
ROSTER = [ECOLOGY, POWER, SCHOOLS]


def candidates(roster: ModuleType) -> list[Candidate]:
    group = roster.GROUP
    topics = {topic.key: (topic.label.zh, *topic.words) for topic in group.topics}
    return [
        Candidate(d.key, d.name, d.responsibility, d.topics, tuple(w for t in d.topics for w in topics[t]),
                  d.observer)
        for d in roster.DEPARTMENTS
    ]


def facts(sample: SampleCase, roster: ModuleType, *, with_topic: bool = True) -> CaseFacts:
    text, topic = str(sample.answers["text"]), str(sample.answers["topic"])
    label = roster.GROUP.topic(topic).label
    return CaseFacts(None, roster.GROUP.key, "area", topic if with_topic else "", re.split("[，。？；]",
                                                                                           text)[0], text,
                     sample.answers, label)


def case(text: str, *, title: str = "", topic: str = "", label: T | None = None) -> CaseFacts:
    return CaseFacts(1, "enterprise", "area", topic, title, text, {}, label)


def rank_of_lead(roster: ModuleType, sample: SampleCase, *, with_topic: bool) -> int:
    asked = facts(sample, roster, with_topic=with_topic)
    found = duijie_suggest_departments(asked, candidates(roster), None)
    keys = [s.department for s in found]
    return keys.index(sample.lead) if sample.lead in keys else len(keys) + 100


@pytest.mark.parametrize("with_topic", [True, False])
def test_lead_of_the_named_cases_is_among_the_first_three(with_topic: bool) -> None:
    ranks = {sample.key: rank_of_lead(roster, sample, with_topic=with_topic) for roster, sample in NAMED}
    assert len(ranks) == 18
    hits = [key for key, rank in ranks.items() if rank < 3]
    assert len(hits) >= 17, ranks
    assert sum(rank == 0 for rank in ranks.values()) >= 15, ranks


@pytest.mark.parametrize(("roster", "samples"), GROUPS)
def test_most_other_cases_find_their_department_too(roster: ModuleType, samples: ModuleType) -> None:
    ranks = [rank_of_lead(roster, sample, with_topic=True) for sample in samples.SAMPLES]
    assert sum(rank < 3 for rank in ranks) / len(ranks) >= 0.9


@pytest.mark.parametrize(("roster", "sample"), NAMED, ids=[sample.key for _, sample in NAMED])
def test_words_are_pieces_of_the_case_and_stand_in_the_reasons(roster: ModuleType,
                                                               sample: SampleCase) -> None:
    asked = facts(sample, roster)
    found = duijie_suggest_departments(asked, candidates(roster), None)
    best = found[0]
    assert best.words
    for suggestion in found:
        for word in suggestion.words:
            assert len(word) >= 2
            assert word in asked.text or word in asked.title
            assert word in suggestion.reasons[0].zh
            assert word in suggestion.reasons[0].en


def test_scores_fall_and_stay_between_zero_and_one() -> None:
    for roster, sample in NAMED:
        scores = [s.score for s in duijie_suggest_departments(facts(sample, roster), candidates(roster), None)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 for score in scores)


def test_reason_quotes_neighbouring_bigrams_as_one_word() -> None:
    best = duijie_suggest_departments(case("我厂申请用电增容，变压器太小"), ROSTER, None)[0]
    assert best.department == "power"
    assert set(best.words) == {"用电增容", "变压器"}
    assert best.reasons[0].zh == "原文“用电增容、变压器”与该部门职责相符"


def test_chosen_topic_lifts_a_department_and_is_named() -> None:
    text = "停电影响喷涂线生产"
    without = {s.department: s.score for s in duijie_suggest_departments(case(text), ROSTER, None)}
    chosen = duijie_suggest_departments(case(text, topic="safety", label=T("安全环保", en="Safety")), ROSTER, None)
    lifted = {s.department: s for s in chosen}
    assert lifted["ecology"].score > without["ecology"]
    assert lifted["power"].score < without["power"]
    assert T("负责的类别包含“安全环保”", en="Answers for the category “Safety”") in lifted["ecology"].reasons


def test_topic_alone_suggests_and_says_so_without_a_label() -> None:
    (only,) = duijie_suggest_departments(case("", topic="utilities"), ROSTER, None)
    assert (only.department, only.words) == ("power", ())
    assert only.reasons == (T("负责所选的诉求类别", en="Answers for the chosen category"),)


def test_title_counts_more_than_the_text() -> None:
    by_title = duijie_suggest_departments(case("孩子转学", title="停电"), ROSTER, None)[0]
    by_text = duijie_suggest_departments(case("停电", title="孩子转学"), ROSTER, None)[0]
    assert by_title.department == "power"
    assert by_text.department == "education"


def test_observers_are_suggested() -> None:
    assert duijie_suggest_departments(case("孩子入学、转学"), ROSTER, None)[0].department == "education"


def test_full_width_and_upper_case_compare_alike() -> None:
    roster = [Candidate("bars", T("文旅局", en="Culture"), "管理 ktv 和网吧", ())]
    (found,) = duijie_suggest_departments(case("楼下ＫＴＶ太吵"), roster, None)
    assert found.words == ("ＫＴＶ",)


@pytest.mark.parametrize("text", [
    "", " ", "\n\t\r", "😀👨‍👩‍👧‍👦🇨🇳", "\x00\x01\x02", "\ud800", "。，！？", "12345 67890", "a", "增",
    "{number} {0} %s <b>", "﷽㎏ﬃ", "e\u0301" * 300, "\u202e反向", "Ā" * 5000,
])
def test_odd_texts_do_not_break_it(text: str) -> None:
    for suggestion in duijie_suggest_departments(case(text, title=text, topic="safety"), ROSTER, None):
        assert 0 < suggestion.score <= 1
        assert suggestion.reasons
    best = duijie_suggest_departments(case(text, topic="safety"), ROSTER, None)[0]
    assert best.department == "ecology"


def test_braces_in_the_text_are_quoted_as_they_are() -> None:
    roster = [Candidate("it", T("大数据局", en="Data"), "处理 ab{x}cd 增容", ())]
    (found,) = duijie_suggest_departments(case("增容{due}增容"), roster, None)
    assert found.words == ("增容",)


def test_no_candidates_and_empty_candidates() -> None:
    assert duijie_suggest_departments(case("变压器"), [], None) == []
    assert duijie_suggest_departments(case("变压器"), [Candidate("x", T("", en=""), "", ())], None) == []


def test_a_megabyte_is_cut() -> None:
    text = "用电增容变压器停电" * 40_000
    best = duijie_suggest_departments(case(text, title=text), ROSTER, None)[0]
    assert best.department == "power"
    assert all(len(word) <= 12 for word in best.words)


def test_bigrams_keep_to_runs_and_leave_out_numbers() -> None:
    assert list(bigrams(folded("换变压器,630kVA"))) == ["换变", "变压", "压器", "0k", "kv", "va"]


def test_plugin_manager_takes_the_package_in() -> None:
    manager = PluginManager()
    assert manager.register(routing, "duijie-routing")
    answers = manager.ask("duijie_suggest_departments", case=case("变压器"), candidates=ROSTER)
    assert [(name, [s.department for s in found]) for name, found in answers] == [("duijie-routing",
                                                                                   ["power"])]
    assert not manager.faults
