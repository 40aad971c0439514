"""Which version of each form is asked: the plugin's newest, unless it would change what stored answers mean."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from duijie.domain.forms.changes import clashes
from duijie.domain.forms.exchange import form_from_json
from duijie.domain.forms.values import Form
from duijie.domain.roles import SYSTEM
from duijie.hooks.groups import GroupParts, Groups
from duijie.services.work import Office, Work
from duijie.storage.models import FormVersion, Submission

HOOK = "duijie_intake_forms"


def settled(office: Office) -> Office:
    """The office with the forms that may be asked. Call it at start-up, once the tables are current."""
    with office.read(SYSTEM) as work:
        return replace(office, catalogue=replace(office.catalogue, groups=forms_to_use(work)))


def forms_to_use(work: Work) -> Groups:
    """The groups with the forms that may be asked.

    A form in which the key of a stored answer has changed its type is not: the fault is recorded with what to do, and
    the group goes on with the version that was filled in last.
    """
    groups = work.office.groups
    for parts in list(groups):
        forms = tuple(_usable(work, parts, form) for form in parts.forms)
        if forms != parts.forms:
            groups = groups.with_forms(parts.group.key, forms)
    return groups


def _usable(work: Work, parts: GroupParts, form: Form) -> Form:
    earlier = _filled_in(work, parts.group.key, form.key)
    wrong = clashes(form, earlier)
    for problem in wrong:
        kept = "; until then the version that was filled in last is asked"
        work.office.plugins.record(parts.plugin, HOOK, f"group {parts.group.key!r}: {problem}{kept}")
    return earlier[0] if wrong else form


def _filled_in(work: Work, group: str, key: str) -> Sequence[Form]:
    """The versions of a form that have submissions, the one filled in last first; unreadable ones are left out."""
    last = (
        select(Submission.form_digest, func.max(Submission.submitted_at).label("at"))
        .group_by(Submission.form_digest)
        .subquery()
    )
    stored = (
        select(FormVersion)
        .join(last, last.c.form_digest == FormVersion.digest)
        .where(FormVersion.group_key == group, FormVersion.form_key == key)
        .order_by(last.c.at.desc(), FormVersion.created_at.desc())
    )
    return [form for version in work.session.scalars(stored) if (form := _read(version)) is not None]


def _read(version: FormVersion) -> Form | None:
    """A version from a later duijie may hold types that this one does not know."""
    try:
        return form_from_json(version.content)
    except (KeyError, ValueError, TypeError):
        return None
