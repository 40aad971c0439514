"""The tracking slip: the one moment at which a tracking code is shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from flask import request, url_for
from markupsafe import Markup

from duijie.domain.text import T
from duijie.domain.working_days import Deadline
from duijie.services import filing
from duijie.services.work import Work
from duijie.web.work import office

if TYPE_CHECKING:
    from duijie.storage.models import Case


@dataclass(frozen=True, slots=True)
class Slip:
    """What a slip says. ``address`` is the full address behind the QR code."""

    case: "Case"
    code: str
    group: T
    deadline: Deadline
    address: str
    qr: Markup


def slip_of(work: Work, case: "Case", code: str) -> Slip:
    """The slip of ``case``; ``code`` was just made and is kept nowhere."""
    parts = work.parts(case.group_key)
    address = full_address(url_for("public.case", code=code))
    group = parts.group.name if parts else T.same(case.group_key)
    return Slip(case, code, group, filing.expected(work, case), address, qr(address))


def full_address(path: str) -> str:
    """``path`` as people outside reach it."""
    return (office().public_url or request.url_root.rstrip("/")) + path


def qr(text: str) -> Markup:
    """A QR code as SVG in the page: no picture to fetch, sharp on paper."""
    drawn = segno.make(text, error="m").svg_inline(omitsize=True, svgclass="qr", border=2)
    return Markup(drawn)  # noqa: S704  # segno's own drawing; the text is in its dots
