"""Pages about cases: the inbox, one case and what is done with it, the ledger, the figures."""

from duijie.web.cases import department, figures, inbox, ledger, one, revisits, triage
from duijie.web.cases.blueprint import cases

__all__ = ["cases", "department", "figures", "inbox", "ledger", "one", "revisits", "triage"]
