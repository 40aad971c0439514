"""What the screen calls the parts of a rule."""

from duijie.domain import rule_words
from duijie.domain.presets import PRESETS
from duijie.domain.text import T


def test_a_message_is_read_with_its_places_in_words() -> None:
    text = T("{number}《{title}》今天到期，{nobody}", en="{number} “{title}” is due, {nobody}")
    assert rule_words.reads(text) == T("〔编号〕《〔标题〕》今天到期，…", en="〔number〕 “〔title〕” is due, …")


def test_every_place_of_the_published_sets_has_a_word() -> None:
    texts = [step.text for preset in PRESETS for rule in preset.rules for step in rule.steps if step.text]
    assert texts
    assert [text.zh for text in texts if "…" in rule_words.reads(text).zh] == []
