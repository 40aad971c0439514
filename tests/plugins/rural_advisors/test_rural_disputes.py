"""A dispute has parties of its own: the rural group objects when somebody merges it into another case."""

import pytest
from town import Town

from duijie.domain.errors import Refused
from duijie.domain.roles import requester
from duijie.services import filing, triage
from duijie.storage.models import Case
from rural_advisors.samples import SAMPLES


def file(town: Town, dispute: bool) -> int:
    sample = next(s for s in SAMPLES if bool(s.answers.get("dispute")) is dispute)
    with town.office.write(requester("")) as work:
        return filing.file_case(work, "rural", "xigang", dict(sample.answers), consent=True).case.id


def test_a_dispute_is_not_merged_and_another_case_is(lite_town: Town) -> None:
    dispute, plain, into = file(lite_town, True), file(lite_town, False), file(lite_town, False)
    with lite_town.office.write(lite_town.actor("other_coordinator")) as work:
        cases = {one: work.session.get_one(Case, one) for one in (dispute, plain, into)}
        with pytest.raises(Refused, match=r"不能并案.*分别交办"):
            triage.merge(work, cases[dispute], cases[into], "看着一样")
        assert cases[dispute].state.value == "received"
        triage.merge(work, cases[plain], cases[into], "同一件事")
        assert cases[plain].state.value == "merged"
