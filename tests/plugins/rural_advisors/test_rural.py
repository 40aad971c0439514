"""The rural form's questions about a dispute, and the terms: co-handling departments first, then the lead."""

import pytest

from duijie.api import Anchor, Who
from duijie.domain.forms.validate import shown_fields, validate
from rural_advisors.followup import OBJECTION, RULES
from rural_advisors.intake import FORM
from rural_advisors.roster import DEPARTMENTS, GROUP
from rural_advisors.samples import SAMPLES

R2 = next(sample for sample in SAMPLES if sample.key == "R2")


@pytest.mark.parametrize(("dispute", "shown"), [(True, True), (False, False), (None, False)])
def test_a_dispute_asks_for_the_other_party(dispute: bool | None, shown: bool) -> None:
    keys = {f.key for f in shown_fields(FORM, {"dispute": dispute})}
    assert ({"other_party", "mediations"} <= keys) is shown


def test_areas_and_mediations_are_bounded() -> None:
    wrong = {**R2.answers, "area_mu": -1, "mediations": 51, "households": 0}
    assert {p.field for p in validate(FORM, wrong).problems} == {"area_mu", "mediations", "households"}


def test_ten_departments_and_the_terms_of_quanzhou() -> None:
    assert len(DEPARTMENTS) == 10
    terms = GROUP.terms
    assert (terms.co_answer, terms.answer, terms.objection) == (3, 7, 1)


def test_co_handling_departments_are_reminded_before_their_day() -> None:
    own = next(rule for rule in RULES if rule.on is Anchor.CO_DUE)
    before, after = own.steps
    assert before.after.amount < 0 < after.after.amount, "by a clock of their own, which the group's terms set"
    assert before.to == (Who.CO,)
    assert OBJECTION.steps[-1].after.amount > GROUP.terms.objection


def test_the_unsettled_mediation_is_carried_over() -> None:
    assert (R2.stage, R2.together, R2.co) == ("not_heard", True, ("justice",))
