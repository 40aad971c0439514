"""The community group's terms: 3, 5 and 7 working days by kind of case, and C4's six reports."""

import pytest

from community_advisors.roster import GROUP
from community_advisors.samples import SAMPLES


@pytest.mark.parametrize(("topic", "days"), [
    ("tariff", 3), ("elderly", 5), ("repairs", 5), ("neighbours", 5),
    ("property", 7), ("noise", 7), ("parking", 7), ("sanitation", 7),
])
def test_terms_by_topic(topic: str, days: int) -> None:
    assert GROUP.terms.answer_for(topic) == days


def test_every_topic_has_a_term() -> None:
    assert set(GROUP.terms.by_topic) == {topic.key for topic in GROUP.topics}


def test_six_reports_of_low_pressure_are_one_question() -> None:
    (low,) = [sample for sample in SAMPLES if sample.key == "C4"]
    assert (low.copies, low.merge, low.answers["households"]) == (6, True, 230)
