"""A plugin is upgraded: what is stored goes on meaning what it meant, whatever the new form says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scene import answers
from small_group import SmallGroup, small_office
from sqlalchemy import select
from town import Town, small_settings

from duijie.api import Field, FieldType, Form, Section, T, hookimpl
from duijie.bootstrap import open_office
from duijie.domain.forms.display import display
from duijie.domain.forms.exchange import digest, form_from_json
from duijie.domain.roles import SYSTEM, requester
from duijie.services import filing, forms
from duijie.services.work import Office
from duijie.storage.models import Case, FormVersion

PHONE = Field("phone", FieldType.TEXT, T("电话", en="Telephone"))


class Upgraded(SmallGroup):
    """The small group with one question more, as one release or the next has it."""

    def __init__(self, *extra: Field, **changes: Any) -> None:
        super().__init__()
        self.extra, self.changes = extra, changes

    @hookimpl
    def duijie_intake_forms(self, group: str) -> list[Form]:
        (form,) = super().duijie_intake_forms(group)
        (section,) = form.sections
        sections = (Section(section.title, (*section.fields, *self.extra)),)
        return [replace(form, sections=sections, **self.changes)]


def opened(folder: Path, *extra: Field, **changes: Any) -> Office:
    """The installation after a restart with another release of the plugin."""
    settings = small_settings(folder, f"sqlite:///{folder / 'duijie.db'}")
    return open_office(settings, [("small", Upgraded(*extra, **changes))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installation in which somebody has answered ``phone`` as a text."""
    with small_office(tmp_path, f"sqlite:///{tmp_path / 'duijie.db'}"):
        pass
    office = opened(tmp_path, PHONE)
    file(office, phone="村口小店 转 老王")
    office.database.close()
    return tmp_path


def file(office: Office, **answers: Any) -> str:
    with office.write(requester("", "127.0.0.1")) as work:
        given = {"topic": "lamps", "text": "路灯不亮三天了", "name": "王大爷", **answers}
        return filing.file_case(work, "small", "town", given, consent=True).case.number


def first(office: Office) -> str:
    """The number of the case that was filed before the upgrade."""
    with office.read(SYSTEM) as work:
        return work.session.scalars(select(Case.number).order_by(Case.id)).first() or ""


def shown(office: Office, number: str) -> dict[str, str]:
    """The submission as a page draws it: from its own version."""
    with office.read(SYSTEM) as work:
        submission = work.session.scalars(select(Case).where(Case.number == number)).one().submission
        form = form_from_json(submission.form.content)
        assert digest(form) == submission.form_digest
        return {label: said for _, lines in display(form, submission.answers, "zh") for label, said, _ in lines}


def test_a_type_that_changes_under_a_used_key_is_refused_and_the_group_goes_on(folder: Path) -> None:
    before = opened(folder, replace(PHONE, type=FieldType.MOBILE))
    try:
        assert not before.plugins.faults
        office = forms.settled(before)
        parts = office.groups.get("small")
        assert parts is not None
        assert parts.form.find("phone") == PHONE
        (fault,) = before.plugins.faults
        assert (fault.plugin, fault.hook) == ("small", "duijie_intake_forms")
        assert "'phone' was text in submissions that are there and is now mobile" in fault.error
        assert "such as 'phone_2'; until then the version that was filled in last is asked" in fault.error
        assert shown(office, file(office, phone="还是座机"))["电话"] == "还是座机"
    finally:
        before.database.close()


def test_a_form_that_only_grows_is_taken_and_old_submissions_keep_their_own(folder: Path) -> None:
    later = (replace(PHONE, label=T("联系电话", en="Phone")), Field("phone_2", FieldType.MOBILE, T("手机", en="Mobile")))
    before = opened(folder, *later)
    try:
        office = forms.settled(before)
        assert not before.plugins.faults
        assert office.groups.get("small").form.fields()[-2:] == later  # type: ignore[union-attr]
        number = file(office, phone="62001234", phone_2="13800000001")
        assert shown(office, number)["联系电话"] == "62001234"
        assert shown(office, first(office))["电话"] == "村口小店 转 老王"
    finally:
        before.database.close()


def test_a_submission_outlives_its_plugin(folder: Path) -> None:
    settings = small_settings(folder, f"sqlite:///{folder / 'duijie.db'}")
    office = open_office(settings, [])
    try:
        assert len(forms.settled(office).groups) == 0
        assert shown(office, first(office))["电话"] == "村口小店 转 老王"
    finally:
        office.database.close()


def test_the_version_filled_in_last_is_the_one_to_go_on_with(folder: Path) -> None:
    newer = opened(folder, PHONE, title=T("新表", en="New form"))
    file(newer, phone="1")
    newer.database.close()
    before = opened(folder, replace(PHONE, type=FieldType.DATE))
    try:
        parts = forms.settled(before).groups.get("small")
        assert parts is not None
        assert parts.form.title.zh == "新表"
    finally:
        before.database.close()


def test_a_version_nobody_filled_in_binds_nobody(folder: Path) -> None:
    before = opened(folder, PHONE, Field("day", FieldType.DATE, T("日期", en="Day")))
    with before.write(SYSTEM) as work:
        form = before.groups.get("small").form  # type: ignore[union-attr]
        changed = replace(form, sections=(Section(form.title, (*form.fields()[:-1], replace(
            form.fields()[-1], type=FieldType.TEXT))),))
        work.session.add(FormVersion(digest=digest(changed), group_key="small", form_key=form.key, created_at=work.now,
                                     content={"key": "small", "of a later": "duijie"}))
    try:
        assert forms.settled(before).groups.get("small").form == form  # type: ignore[union-attr]
        assert not before.plugins.faults
    finally:
        before.database.close()


def test_on_both_databases_a_settled_form_is_the_same(town: Town) -> None:
    with town.office.write(requester("", "127.0.0.1")) as work:
        filing.file_case(work, "enterprise", "dagang", answers(), consent=True)
    before = {p.group.key: p.forms for p in town.office.groups}
    assert {p.group.key: p.forms for p in forms.settled(town.office).groups} == before
    parts = town.office.groups.get("enterprise")
    assert parts is not None
    changed = replace(parts.form, sections=tuple(
        replace(s, fields=tuple(replace(f, type=FieldType.TEXT, choices=(), other=False) if f.key == "industry" else
                                replace(f, type=FieldType.TEXT) if f.key == "capacity_now" else f for f in s.fields))
        for s in parts.form.sections))
    groups = town.office.groups.with_forms("enterprise", (changed,))
    office = replace(town.office, catalogue=replace(town.office.catalogue, groups=groups))
    assert forms.settled(office).groups.get("enterprise").form == parts.form  # type: ignore[union-attr]
    told = [fault.error for fault in office.plugins.faults]
    assert len(told) == 2
    assert "'capacity_now' was number" in told[1]
