"""Pages about cases: the inbox, one case and what is done with it, the ledger, the figures."""

from duijie.web.cases import (
    common,
    department,
    figures,
    inbox,
    ledger,
    letters,
    one,
    publishing,
    revisits,
    supervision,
    topics,
    triage,
)
from duijie.web.cases.blueprint import cases

__all__ = [
    "cases", "common", "department", "figures", "inbox", "ledger", "letters", "one", "publishing", "revisits", "supervision",
    "topics", "triage",
]  # fmt: skip
