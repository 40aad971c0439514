"""Whether something may be done with a case now, as plugins see it: any one objection stops it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.hooks.capabilities import Objection
from duijie.services.plugins import facts
from duijie.services.work import Work
from duijie.storage.models import Case

HOOK: Final = "duijie_check"
ACTIONS: Final = ("assign", "decline", "merge", "reply", "commit", "close", "reopen")


def check(work: Work, action: str, case: Case, *, lead: str = "", co: Sequence[str] = ()) -> None:
    """Ask the plugins before ``action`` is done to ``case``. Raises Refused with everything they object to.

    ``lead`` and ``co`` are the keys of departments about to be named. What duijie does by itself is not asked about:
    nobody would read the objection.
    """
    plugins = work.office.plugins
    if work.actor.kind == "system" or not plugins.implements(HOOK):
        return
    known = facts.of_case(work, case)
    if lead:
        known = replace(known, lead=lead, co=tuple(co))
    actor = facts.of_actor(work, work.actor)
    found = plugins.ask_for(HOOK, Objection, area=case.area.key, action=action, case=known, actor=actor)
    if found:
        raise Refused(_together([objection for _, objection in found]))


def _together(objections: list[Objection]) -> T:
    words = [text for objection in objections for text in (objection.text, objection.advice) if text is not None]
    return T("".join(w.zh for w in words), en=" ".join(w.en for w in words))
