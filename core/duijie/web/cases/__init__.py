"""Cases for coordinators and representatives: inbox, triage, one case, ledger, figures."""
