"""Reads from a form how somebody wants to be told."""

from collections.abc import Iterable
from datetime import time

from flask import request

from duijie.domain.errors import Invalid, Problem
from duijie.domain.notices import CHOSEN
from duijie.domain.telling import ALWAYS, Telling, kinds_of
from duijie.domain.text import T


def asked_telling(channels: Iterable[str]) -> Telling:
    """What the form says; what is not ticked of ``channels`` is not wanted. Raises Invalid."""
    form, problems = request.form, list[Problem]()
    off = {kind: frozenset(channels) - frozenset(form.getlist(f"way-{kind.value}")) for kind in CHOSEN if kind not in ALWAYS}
    begins, ends = (_moment(name, problems) for name in ("quiet_from", "quiet_until"))
    if (begins is None) != (ends is None) and not problems:
        problems.append(Problem("quiet_from", T("免打扰时间请填写开始和结束，或都不填。",
                                                en="Enter both the beginning and the end of the quiet hours, or neither.")))
    digest_at, digest = _moment("digest_at", problems), kinds_of(form.getlist("digest")) - ALWAYS
    if digest and digest_at is None and not problems:
        problems.append(Problem("digest_at", T("请填写每天汇总的时间，如 08:30。",
                                                en="Enter the time of the daily digest, such as 08:30.")))
    if problems:
        raise Invalid(*problems)
    quiet = (begins, ends) if begins is not None and ends is not None and begins != ends else None
    return Telling(off, quiet, digest_at if digest else None, digest)


def _moment(name: str, problems: list[Problem]) -> time | None:
    words = request.form.get(name, "").strip()
    try:
        return time.fromisoformat(words).replace(second=0, microsecond=0, tzinfo=None) if words else None
    except ValueError:
        problems.append(Problem(name, T("请填写时间，如 22:00。", en="Enter a time such as 22:00.")))
        return None
