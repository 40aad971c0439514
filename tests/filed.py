"""Cases for tests: filed by the samples of the enterprise group, as a requester files them."""

from town import Town

from duijie.domain.roles import requester
from duijie.services import filing
from enterprise_advisors.samples import SAMPLES

ANSWERS = {sample.key: dict(sample.answers) for sample in SAMPLES}


def file(town: Town, key: str = "E2", area: str = "dagang", **changes: object) -> int:
    """File the sample named ``key`` with ``changes`` to its answers; answers the case's id."""
    answers = ANSWERS[key] | changes
    with town.office.write(requester("")) as work:
        return filing.file_case(work, "enterprise", area, answers, consent=True).case.id
