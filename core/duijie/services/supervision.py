"""The supervision notice (督办通知单) of a case: what it says, on paper and as a file."""

from datetime import date
from typing import Any

from sqlalchemy import select

from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.services import documents, find, letters, people
from duijie.services.documents import MadeFile
from duijie.services.work import Work
from duijie.storage.models import Case, Event

KEY = "supervision"
_BY_HAND = T("协调员督办", en="the coordinator's decision")


def offered(work: Work, case: Case) -> bool:
    """Whether the actor can make one: a coordinator of the area, of a case that somebody has been named for."""
    return people.coordinates(work, case) and case.lead is not None and case.state.is_open


def notice(work: Work, case_id: int, language: str) -> dict[str, Any]:
    """What the notice of a case says; see docs/plugins/documents.md. Raises NotFound, Refused."""
    case = find.case(work, case_id)
    if not offered(work, case):
        raise Refused(T("督办通知单由所在片区的协调员开具，且诉求须已交办、尚未办结。",
                        en="A supervision notice is written by a coordinator of the area, for a case that is assigned and open."))
    told = _grounds(work, case)
    times = max(1, case.supervisions)
    return letters.data_of(work, case, language) | {
        "notice": T("督〔{year}〕{number}-{n}", en="Notice {number}-{n} ({year})")
        .fill(year=work.today.year, number=case.number, n=times).to(language),
        "times": times, "rule": told.to(language), "dates": {
            key: _full(day, language) for key, day in
            (("received", work.local(case.received_at).date()), ("due", case.due_on), ("today", work.today)) if day
        },
    }  # fmt: skip


def make(work: Work, case_id: int, language: str) -> tuple[MadeFile, T]:
    """The notice as a file, and what it is called. Raises NotFound, Refused."""
    data = notice(work, case_id, language)
    case = find.case(work, case_id)
    made = documents.make(work, KEY, data, language, case.number, case.group_key)
    return made, documents.find(work, KEY, case.group_key).item.title


def _full(day: date, language: str) -> str:
    """A day with its year, as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B} {day.year}"


def _grounds(work: Work, case: Case) -> T:
    """The rule that last put the case under supervision."""
    last = select(Event.data).where(Event.case_id == case.id, Event.kind == "case.supervised").order_by(Event.id.desc())
    data = work.session.scalar(last.limit(1))
    rule = data.get("rule") if data else None
    return T.from_json(rule) if isinstance(rule, dict) else _BY_HAND
