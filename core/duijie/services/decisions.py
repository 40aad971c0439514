"""What follows from a decision about who handles a case: it is taken down beside what was suggested, and learned."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from duijie.domain.text import T
from duijie.services import memories, suggesting
from duijie.services.suggesting import Offer
from duijie.services.work import Work
from duijie.storage.models import Case, Department, SuggestionRecord

CONFIRMED: Final = "confirmed"
CORRECTED: Final = "corrected"
KEPT_OFFERS: Final = 3


def confirmed(work: Work, case: Case, lead: Department, co: Sequence[Department]) -> None:
    """A coordinator accepted the case for ``lead``: with or against what was suggested."""
    _note(work, case, CONFIRMED, lead, suggesting.offers(work, case))
    learn(work, case, lead, co)


def corrected(work: Work, case: Case, lead: Department, co: Sequence[Department]) -> None:
    """The case went to another lead department than before: the first decision was wrong."""
    _note(work, case, CORRECTED, lead, suggesting.offers(work, case))
    learn(work, case, lead, co)


def told(work: Work, case: Case) -> T:
    """What the last decision about a case taught, for whoever took it."""
    wanted = select(SuggestionRecord).where(SuggestionRecord.case_id == case.id).order_by(SuggestionRecord.id.desc())
    last = work.session.scalars(wanted.limit(1)).first()
    if last is None or case.lead is None:
        return T("", en="")
    if last.first == last.chosen:
        return T("与建议一致，已记下。", en="As suggested; noted.")
    said = T("您的选择已记下，今后相似的诉求会更多建议{d}。",
             en="Your choice is noted: {d} will be suggested more for cases like this.")
    return said.fill(d=case.lead.department.name)


def learn(work: Work, case: Case, lead: Department, co: Sequence[Department]) -> None:
    """Teach the plugins that ``lead`` handles the case."""
    roster = suggesting.candidates(work, case.group_key)
    memories.teach(work, case, lead.key, [d.key for d in co], roster)


def _note(work: Work, case: Case, kind: str, lead: Department, offers: Sequence[Offer]) -> None:
    best = [[offer.key, round(offer.score, 4)] for offer in offers[:KEPT_OFFERS]]
    work.session.add(
        SuggestionRecord(
            case_id=case.id, group_key=case.group_key, area_id=case.area_id, at=work.now, kind=kind,
            first=offers[0].key if offers else "", chosen=lead.key, sure=suggesting.is_sure(offers), offered=best,
        )
    )  # fmt: skip
    work.session.flush()
