"""The search for cases that are alike, and the groups that they form."""

import pytest

from duijie.likeness.index import Similar
from duijie.likeness.topics import topics

CASES = [
    ("w1", "金桂花园停水三天", "金桂花园二期从周一起没有自来水，老人提水上楼"),
    ("w2", "金桂花园什么时候来水", "我们金桂花园停水好几天了，自来水公司不接电话"),
    ("w3", "金桂花园停水无人管", "金桂花园二期停水，自来水管爆了没人修"),
    ("s1", "学位不够", "东湖小学一年级学位紧张，孩子报不上名"),
    ("s2", "东湖小学学位问题", "孩子在东湖小学报名，被告知学位已满"),
    ("n1", "夜里施工", "隔壁工地凌晨两点打桩，睡不着"),
    ("b1", "公交改线", "19路公交不再停柳树街，老人出行难"),
]


@pytest.fixture
def index() -> Similar:
    found = Similar()
    for case in CASES:
        found.add(*case)
    return found


def test_finds_the_same_problem_in_other_words(index: Similar) -> None:
    found = index.search("没有自来水", "住金桂花园，家里停水", limit=3)
    assert {match.key for match in found} == {"w1", "w2", "w3"}
    assert all(0 < match.likeness <= 1 for match in found)
    assert [m.likeness for m in found] == sorted((m.likeness for m in found), reverse=True)


@pytest.mark.parametrize(("word", "key"), [("学位", "s1"), ("公交", "b1"), ("打桩", "n1")])
def test_finds_words_of_two_characters(index: Similar, word: str, key: str) -> None:
    assert index.search(word)[0].key in {key, "s2"}
    assert key in {match.key for match in index.search(word)}


def test_a_title_weighs_more_than_a_text() -> None:
    index = Similar()
    index.add("title", "路灯不亮", "请尽快处理这个问题")
    index.add("text", "请尽快处理", "这个问题是路灯不亮")
    index.add("other", "垃圾没人收", "臭气熏天")
    assert index.search("路灯不亮")[0].key == "title"


def test_like_leaves_the_case_itself_out(index: Similar) -> None:
    found = [match.key for match in index.like("s1")]
    assert found[0] == "s2"
    assert "s1" not in found
    assert index.like("unknown") == []


def test_added_again_is_replaced_and_removed_is_gone(index: Similar) -> None:
    index.add("b1", "图书馆开放时间", "周末能否延长")
    assert len(index) == len(CASES)
    assert "b1" not in {m.key for m in index.search("公交改线")}
    assert index.search("图书馆")[0].key == "b1"
    index.remove("b1")
    index.remove("b1")
    assert "b1" not in index
    assert index.search("图书馆") == []


def test_found_after_all_others_are_removed(index: Similar) -> None:
    for key, _, _ in CASES[1:]:
        index.remove(key)
    assert [match.key for match in index.search("金桂花园停水")] == ["w1"]


def test_groups_one_problem_and_leaves_others_alone() -> None:
    groups = [set(group) for group in topics(CASES)]
    assert {"w1", "w2", "w3"} in groups
    assert {"s1", "s2"} in groups
    assert {"n1"} in groups
    assert {"b1"} in groups
    assert topics([]) == []


@pytest.mark.parametrize("text", ["", "😀", "\x00", "\ud800", "a", "12 34", "水" * 1_000_000, "مدرسة", "﷽"])
def test_odd_texts_never_break_it(index: Similar, text: str) -> None:
    index.add("odd", text, text)
    index.search(text, text)
    index.like("odd")
    assert index.search("学位")[0].key in {"s1", "s2"}
    assert sum(map(len, topics([*CASES, ("odd", text, text)]))) == len(CASES) + 1


def test_an_empty_index_finds_nothing() -> None:
    assert Similar().search("停水") == []


def test_two_texts_that_share_one_word_are_two_topics_however_few_there_are() -> None:
    lamps = [f"厂区外{road}的路灯柱晚上不亮，员工下夜班看不清" for road in ("东路", "西路", "南街")]
    injured = [f"新来的{n}名员工工伤认定材料怎么交" for n in range(3)]
    found = topics((n, text[:20], text) for n, text in enumerate([*lamps, *injured]))
    assert found == [[0, 1, 2], [3, 4, 5]]


def test_a_count_of_months_is_nothing_in_common() -> None:
    index = Similar()
    index.add(1, "", "两个月没住人，水费却有四十多吨")
    index.add(2, "", "门禁坏了，外卖车随便进")
    assert [match.key for match in index.search("", "门禁坏了两个月，外卖车随便进")] == [2]
