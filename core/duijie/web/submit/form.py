"""The form of a group for an area, and the receipt for what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from duijie.domain.errors import Invalid, Problem, TooMany
from duijie.domain.forms.exchange import digest
from duijie.domain.forms.posted import from_html, wants_row
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.hooks.groups import GroupParts
from duijie.services import asked, filing, uploads
from duijie.services.work import Work
from duijie.web import limits
from duijie.web.access import anyone
from duijie.web.fields import form_view, kept_files
from duijie.web.receiving import bounds, draft_of_request, receive, signed, uploaded
from duijie.web.slips import slip_of
from duijie.web.submit.blueprint import submit
from duijie.web.work import read, write

if TYPE_CHECKING:
    from duijie.storage.models import Area

CASES_AN_HOUR = 60
CHANGED = T("这份表单刚刚更新过，您填的内容还在，请核对后再提交一次。",
            en="This form has just been renewed. What you filled in is still here: please check it and send it again.")
OFFERED_SOURCES = ("meeting", "visit", "hotline", "online")


@dataclass(frozen=True)
class _Sent:
    """What came with a form: its draft, raw answers, tokens of files by field, consent, source."""

    draft: str
    raw: Mapping[str, Any] | None = None
    kept: Mapping[str, list[str]] = field(default_factory=dict)
    consent: bool = False
    source: str = "online"

    @property
    def files(self) -> list[str]:
        """The tokens of all files."""
        return [token for tokens in self.kept.values() for token in tokens]


@submit.get("/<group>/<area>")
@anyone
def form(group: str, area: str) -> ResponseReturnValue:
    """The empty form."""
    with read() as work:
        parts, place = filing.place(work, group, area, _form_key())
        sent = _Sent(uploads.new_draft(), source=_source(place))
        return _page(work, parts, place, sent)


@submit.post("/<group>/<area>")
@anyone
def send(group: str, area: str) -> ResponseReturnValue:
    """File the case and show its receipt; with anything wrong the form again, with all that was typed."""
    draft = draft_of_request()
    with read() as work:
        if again := filing.filed_before(work, draft):  # also where the group was switched off meanwhile
            return _receipt(work, again)
        parts, place = filing.place(work, group, area, _form_key())
    kept = kept_files(parts.form, request.form.getlist)
    problems = receive(draft, kept)
    raw = from_html(parts.form, request.form.getlist)
    sent = _Sent(draft, raw, kept, request.form.get("consent") == "yes", _source(place))
    if wants_row(parts.form, request.form.getlist):
        return _again(parts, place, sent, problems)
    if request.form.get("version", digest(parts.form)) != digest(parts.form):
        # What was agreed to, and what the labels said, is kept with the case: it must be what the person saw.
        return _again(parts, place, replace(sent, consent=False), [Problem("", CHANGED)]), 409
    with read() as work:
        found = filing.check(work, parts, raw, consent=sent.consent, files=len(sent.files))[1]
    problems += found
    if problems:
        return _again(parts, place, sent, problems), 422
    try:
        limits.count("file", CASES_AN_HOUR, timedelta(hours=1))
        return _file(group, area, sent)
    except Invalid as error:
        return _again(parts, place, sent, error.problems), 422
    except TooMany as error:
        page = _again(parts, place, sent, [Problem("", error.message)])
        return page, 429, {"Retry-After": str(error.retry_after)}


def _file(group: str, area: str, sent: _Sent) -> ResponseReturnValue:
    with write() as work:
        filed = filing.file_case(
            work, group, area, sent.raw or {}, draft=sent.draft, files=sent.files, consent=sent.consent,
            language=g.language, source=sent.source, form=_form_key(),
        )  # fmt: skip
        return _receipt(work, filed)


def _receipt(work: Work, filed: filing.Filed) -> ResponseReturnValue:
    """The only page that shows the code: nothing keeps it, so there is no address to come back to."""
    case = filed.case
    return render_template(
        "submit/receipt.html", slip=slip_of(work, case, filed.code), case=case,
        draft_key=_draft_key(case.group_key, case.area.key, _form_key()),
    )  # fmt: skip


def _again(parts: GroupParts, place: "Area", sent: _Sent, problems: Sequence[Problem]) -> str:
    with read() as work:
        return _page(work, parts, place, sent, problems)


def _page(
    work: Work, parts: GroupParts, place: "Area", sent: _Sent, problems: Sequence[Problem] = ()
) -> str:
    group = parts.group
    view = form_view(
        parts.form, sent.raw, problems,
        departments=filing.departments_of(work, group.key), areas=filing.areas_offered(work, parts),
        custom=work.office.field_types, files=uploaded(work, sent.draft, sent.kept),
    )  # fmt: skip
    return render_template(
        "submit/form.html", view=view, group=group, area=place, draft=signed(sent.draft),
        version=digest(parts.form), draft_key=_draft_key(group.key, place.key, _form_key()), consent=sent.consent,
        source=sent.source, sources=_sources(place), others=parts.forms[1:], watched=_watched(parts),
        found=_asked(work, parts, sent.raw), **bounds(work),
    )  # fmt: skip


def _watched(parts: GroupParts) -> str:
    """The fields in which somebody says what it is about."""
    return " ".join(key for key in (parts.form.title_field, parts.form.text_field) if key)


def _asked(work: Work, parts: GroupParts, raw: Mapping[str, Any] | None) -> list[asked.Asked]:
    """When the form comes back with something to correct: whether somebody asked this before."""
    said = [(raw or {}).get(key) for key in _watched(parts).split()]
    return asked.before(work, parts.group.key, "\n".join(s for s in said if isinstance(s, str)))


def _sources(place: "Area") -> list[tuple[str, str]]:
    offered = OFFERED_SOURCES if _may_choose(place) else ()
    return [(key, filing.SOURCES[key].to(g.language)) for key in offered]


def _form_key() -> str:
    """Which of the group's forms is asked, where it has several: in the address, so that it can be linked to."""
    return request.args.get("form", "")


def _draft_key(group: str, area: str, form_key: str) -> str:
    return f"{group}/{area}/{form_key}".rstrip("/")


def _may_choose(place: "Area") -> bool:
    """A coordinator of the area who came to file for somebody else."""
    mine = g.actor and g.actor.has(Role.COORDINATOR) and place.id in g.actor.areas
    return bool(mine and "source" in request.values)


def _source(place: "Area") -> str:
    asked = request.values.get("source", "")
    return asked if _may_choose(place) and asked in filing.SOURCES else "online"
