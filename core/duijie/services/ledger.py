"""The ledger (台账): every case with its deadlines and results, as a page, a workbook and a plain table."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from duijie.domain.states import CaseState
from duijie.domain.text import T, joined
from duijie.services import documents, figures
from duijie.services.casework import WAYS
from duijie.services.cells import harmless
from duijie.services.documents import MadeFile
from duijie.services.work import Work
from duijie.storage.models import Case, Revisit
from duijie.storage.queries.ledger import LedgerFilter, all_of, extensions, revisits

MOST_ROWS: Final = 20_000
COLUMNS: Final = (
    ("index", T("序号", en="No.")),
    ("number", T("编号", en="Case")),
    ("requester", T("诉求人", en="Requester")),
    ("area", T("片区", en="Area")),
    ("topic", T("类别", en="Category")),
    ("text", T("诉求内容", en="What it is about")),
    ("source", T("来源", en="Source")),
    ("lead", T("主办", en="Lead")),
    ("co", T("协办", en="Co-handling")),
    ("assigned", T("交办日期", en="Assigned on")),
    ("due", T("时限", en="Due on")),
    ("done", T("办结日期", en="Answered on")),
    ("result", T("办理结果", en="Result")),
    ("way", T("答复方式", en="Way of reply")),
    ("revisitor", T("回访人", en="Followed up by")),
    ("revisited", T("回访日期", en="Followed up on")),
    ("stars", T("满意度", en="Rating")),
    ("supervisions", T("督办次数", en="Supervisions")),
    ("extended", T("延期", en="Extensions")),
    ("settled", T("销号", en="Closed")),
)  # fmt: skip
SOURCES: Final = {
    "online": T("网上", en="online"),
    "meeting": T("会议", en="meeting"),
    "visit": T("走访", en="visit"),
    "hotline": T("热线", en="hotline"),
}
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_ANONYMOUS = T("匿名", en="Anonymous")
_SELF = T("网上自评", en="own rating online")
_YES: Final = T("是", en="Yes")
_NO: Final = T("否", en="No")


def rows_of(work: Work, cases: Sequence[Case], language: str) -> list[dict[str, Any]]:
    """One mapping by column key for each case; dates are dates, what is not known is None."""
    ids = [case.id for case in cases]
    moved, called = extensions(work.session, ids), revisits(work.session, ids)
    return [
        _row(work, case, moved.get(case.id, 0), language) | _called(work, called.get(case.id)) for case in cases
    ]


def workbook(work: Work, wanted: LedgerFilter, language: str) -> tuple[MadeFile, int]:
    """The ledger as the ``ledger`` document makes it, and how many cases it holds."""
    cases = all_of(work.session, work.actor, wanted, MOST_ROWS)
    title = _title(work, language)
    data = {
        "title": title,
        "columns": [(key, name.to(language)) for key, name in _columns(work, cases)],
        "rows": rows_of(work, cases, language),
        "sheets": _sheets(cases, language),
        "summary": _summary(work, wanted, language),
        "notes": [note.to(language) for note in figures.EXPLAINED],
    }
    return documents.make(work, "ledger", data, language, title), len(cases)


def plain_table(work: Work, wanted: LedgerFilter, language: str) -> tuple[MadeFile, int]:
    """The ledger as CSV, UTF-8 with the mark that Excel looks for; no cell can become a formula."""
    cases = all_of(work.session, work.actor, wanted, MOST_ROWS)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([name.to(language) for _, name in _columns(work, cases)])
    for index, row in enumerate(rows_of(work, cases, language), 1):
        row["index"] = index
        writer.writerow([_plain(row[key]) for key, _ in COLUMNS])
    content = out.getvalue().encode("utf-8-sig")
    return MadeFile(f"{_title(work, language)}.csv", "text/csv; charset=utf-8", content), len(cases)


def exported(work: Work, rows: int, kind: str) -> None:
    """Note in the history that somebody took the ledger out. ``kind``: xlsx or csv."""
    work.record("ledger.exported", "ledger", None, rows=rows, form=kind)


def masked(text: str) -> str:
    """``text`` with the middle of every mobile number hidden."""
    return _MOBILE.sub(r"\1****\2", text)


def _columns(work: Work, cases: Sequence[Case]) -> list[tuple[str, T]]:
    """`COLUMNS`; a ledger of one group alone also says what that group calls those who come to it."""
    groups = {case.group_key for case in cases}
    parts = work.parts(groups.pop()) if len(groups) == 1 else None
    if parts is None:
        return list(COLUMNS)
    asking = T("诉求人/{noun}", en="Requester ({noun})").fill(noun=parts.group.requester_noun)
    return [(key, asking if key == "requester" else name) for key, name in COLUMNS]


def _row(work: Work, case: Case, moved: int, language: str) -> dict[str, Any]:
    parts = work.parts(case.group_key)
    topic = parts.group.topic(case.topic) if parts else None
    return {
        "index": None,
        "number": case.number,
        "requester": _ANONYMOUS.to(language) if case.anonymous else masked(case.requester),
        "area": case.area.name.to(language),
        "topic": topic.label.to(language) if topic else case.topic,
        "text": masked(f"{case.title}\n{case.text}" if case.title not in case.text else case.text),
        "source": SOURCES[case.source].to(language) if case.source in SOURCES else case.source,
        "supervisions": case.supervisions,
        "extended": moved,
        "settled": (_YES if case.state is CaseState.CLOSED else _NO).to(language),
        **_handling(work, case, language),
        **_result(work, case, language),
    }


def _handling(work: Work, case: Case, language: str) -> Mapping[str, Any]:
    lead = case.lead
    return {
        "lead": lead.department.name.to(language) if lead else "",
        "co": joined([a.department.name for a in case.co]).to(language),
        "assigned": work.local(lead.assigned_at).date() if lead else None,
        "due": case.due_on,
    }


def _result(work: Work, case: Case, language: str) -> Mapping[str, Any]:
    reply = case.replies[-1] if case.replies else None
    rating = case.ratings[-1] if case.ratings else None
    finished = case.state in figures.FINISHED and case.answered_at
    declined = case.state is CaseState.DECLINED
    result = CaseState.DECLINED.label if declined else reply.kind.label if reply else T("", en="")
    return {
        "done": work.local(case.answered_at).date() if finished and case.answered_at else None,
        "result": result.to(language),
        "way": WAYS[reply.way].to(language) if reply and reply.way in WAYS else "",
        "revisitor": _SELF.to(language) if rating else "",
        "revisited": work.local(rating.at).date() if rating else None,
        "stars": rating.stars if rating else None,
    }


def _called(work: Work, revisit: Revisit | None) -> dict[str, Any]:
    """Who called and when; without a revisit it is the requester's own rating that counts."""
    if revisit is None or revisit.done_at is None:
        return {}
    return {"revisitor": revisit.by, "revisited": work.local(revisit.done_at).date()}


def _sheets(cases: Sequence[Case], language: str) -> list[tuple[str, list[int]]]:
    """Each department with the rows it has a part in, the one with most first."""
    found: dict[str, list[int]] = {}
    for index, case in enumerate(cases):
        for given in case.assignments:
            if given.active:
                found.setdefault(given.department.name.to(language), []).append(index)
    return sorted(found.items(), key=lambda f: (-len(f[1]), f[0]))


def _summary(work: Work, wanted: LedgerFilter, language: str) -> dict[str, Any]:
    parts = figures.by_department(work, wanted)
    named = [(f.department.name.to(language) if f.department else "", f) for f in parts]
    if len(parts) > 1:
        named.append((T("合计", en="Total").to(language), figures.together(parts)))
    return {
        "columns": [name.to(language) for name in figures.SUMMARY_COLUMNS],
        "rows": [[name, *own.summary()] for name, own in named],
    }


def _title(work: Work, language: str) -> str:
    return T("诉求台账 {d}", en="Case ledger {d}").fill(d=work.today.isoformat()).to(language)


def _plain(value: object) -> str:
    return "" if value is None else harmless(str(value))
