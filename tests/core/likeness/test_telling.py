"""Words that tell some texts from others: whole ones, frequent ones, and none that everybody says."""

from duijie.likeness.telling import telling_words

SCHOOLS = [f"{place}教育局的老师说学位已满" for place in ("东湖区", "西山区", "南江区")]
OTHERS = ["老师傅说路灯坏了", "区里的路灯坏了", "供电公司说停电两天"]


def test_names_whole_words_that_others_do_not_say() -> None:
    found = dict(telling_words(SCHOOLS, OTHERS, most=5))
    assert "教育局" in "".join(found)
    assert not {"育局", "教育"} & set(found)
    assert set(found.values()) == {3}


def test_a_word_that_one_text_says_or_that_all_say_tells_nothing() -> None:
    assert telling_words(["停水", "停电"], [], most=5) == []
    assert telling_words(["停水了", "停水了"], ["停水了"] * 50, most=5) == []


def test_odd_texts_do_no_harm() -> None:
    odd = ["", "😀" * 100, "\0", "1234567890", "a" * 5000, "VPN down VPN", "VPN VPN"]
    assert telling_words(odd, odd, most=3) == telling_words(odd, iter(odd), most=3)


def test_asking_and_counting_are_no_words_for_a_problem() -> None:
    texts = ["门禁坏了两个月，什么时候能修", "门禁又坏了，两个月没人管，什么时候来修"]
    found = [word for word, _ in telling_words(texts, ["路灯不亮", "停车难"], 5)]
    assert "门禁" in found or "门禁坏" in found
    assert not any("月" in word or "什么" in word or "时候" in word for word in found)
