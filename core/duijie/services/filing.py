"""Filing a case: from what somebody typed to a case with a number, a tracking code and an expected date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from duijie.domain.errors import Invalid, NotFound, Problem, Refused
from duijie.domain.forms.exchange import digest, form_as_json
from duijie.domain.forms.validate import Mapped, Validated, mapped, shown_fields, validate
from duijie.domain.forms.values import FieldType, Form
from duijie.domain.text import T
from duijie.domain.working_days import Deadline
from duijie.hooks.groups import GroupParts
from duijie.services import areas, numbers, offers, reminders, rosters, tracking, uploads
from duijie.services.rules.people import coordinators
from duijie.services.rules.texts import day_text
from duijie.services.work import Work
from duijie.storage.models import Area, Case, FormVersion, Submission

SOURCES: Final = {
    "online": T("网上填报", en="Filed online"),
    "meeting": T("对接会现场", en="At a meeting"),
    "visit": T("走访", en="On a visit"),
    "hotline": T("热线电话", en="By telephone"),
}
SHOWN_AGAIN_FOR: Final = timedelta(hours=1)  # how long a repeated sending of one form shows its receipt again
NAMELESS: Final = "匿名"
CONSENT: Final = T("请先阅读并勾选“我已阅读并同意”。",
                   en="Please read this and tick “I have read this and agree”.")
SWITCHED_OFF: Final = T("{group}目前不在{area}受理新的诉求。已提交的诉求照常办理，可凭追踪码查询。",
                        en="{group} takes no new cases in {area} at present. Those already filed go on as usual; "
                        "look them up with their tracking codes.")
MISSING_FILE: Final = T("请上传“{label}”。", en="Please upload: {label}")


@dataclass(frozen=True, slots=True)
class Filed:
    """A case that was filed. ``code`` is its tracking code, to be shown now and never again."""

    case: Case
    code: str


@dataclass(frozen=True, slots=True)
class _Entry:
    parts: GroupParts
    area: Area
    answers: dict[str, Any]
    draft: str
    files: Collection[str] | None
    language: str
    source: str

    @property
    def says(self) -> Mapped:
        return mapped(self.parts.form, self.answers)


def place(work: Work, group_key: str, area_key: str, form_key: str = "") -> tuple[GroupParts, Area]:
    """The group, with the form named ``form_key`` at hand (its first where empty), and the area of a form's address.

    Raises NotFound, also where one is not offered in the other.
    """
    parts = work.parts(group_key)
    if parts is not None and form_key:
        parts = parts.asking(form_key)
    area = work.session.scalar(select(Area).where(Area.key == area_key, Area.active))
    if parts is None or area is None or not offers.serves(parts, area):
        raise NotFound(T("没有这个填报页面，请从首页重新选择顾问团和片区。",
                         en="There is no such form. Please choose group and area again from the home page."))
    if not offers.offered(work, parts, area):
        raise NotFound(SWITCHED_OFF.fill(group=parts.group.name, area=area.name))
    return parts, area


def open_groups(work: Work) -> list[GroupParts]:
    """The groups that the home page offers: those that take cases in some area, or would once there are areas."""
    found = offers.groups(work)
    there = work.session.scalar(select(Area.id).where(Area.active).limit(1))
    return [parts for parts in found if areas_of(work, parts)] if there else found


def areas_of(work: Work, parts: GroupParts) -> Sequence[Area]:
    """The areas that the group takes cases from now: those in use that have no parts of their own, by kind."""
    above = select(Area.parent_id).where(Area.parent_id.is_not(None), Area.active)
    ends = select(Area).where(Area.active, Area.id.not_in(above)).order_by(Area.kind, Area.id)
    return [area for area in work.session.scalars(ends) if offers.offered(work, parts, area)]


def departments_of(work: Work, group_key: str) -> list[tuple[str, T]]:
    """Key and name of each department on the group's roster: the options of a form's DEPARTMENTS field."""
    return [(e.department.key, e.department.name) for e in rosters.entries_of(work, group_key)]


def areas_offered(work: Work, parts: GroupParts) -> list[tuple[str, T, T]]:
    """Key, name and kind of each area the group serves: the options of a form's AREA fields, none without such a field."""
    if all(field.type is not FieldType.AREA for _, field in parts.form.paths()):
        return []
    kinds = areas.kinds(work)
    return [(area.key, area.name, kinds.get(area.kind, T.same(area.kind))) for area in areas_of(work, parts)]


def check(
    work: Work, parts: GroupParts, answers: Mapping[str, Any], *, consent: bool, files: int
) -> tuple[Validated, tuple[Problem, ...]]:
    """The answers made clean, and all that is wrong with the submission. ``files``: how many come with it."""
    offered = [key for key, _ in departments_of(work, parts.group.key)]
    places = [key for key, _, _ in areas_offered(work, parts)]
    custom = work.office.field_types
    validated = validate(parts.form, answers, departments=offered, areas=places, custom=custom)
    problems = list(validated.problems)
    if not files:
        problems += _missing_files(parts.form, validated.answers)
    if parts.form.consent and not consent:
        problems.append(Problem("consent", CONSENT))
    return validated, tuple(problems)


def file_case(
    work: Work,
    group_key: str,
    area_key: str,
    answers: Mapping[str, Any],
    *,
    draft: str = "",
    files: Collection[str] | None = None,
    consent: bool = False,
    language: str = "zh",
    source: str = "online",
    form: str = "",
) -> Filed:
    """File a case. ``answers`` are raw (`from_html`) or stored ones, to the group's form named ``form`` (or its first).

    ``draft`` names the filled-in form: sending it twice makes one case with the same answer, for an hour.
    ``files`` are the tokens of its draft attachments to take along (None: all). Raises Invalid with a problem
    per field, NotFound for an unknown group or area, Refused when the form was sent long ago.
    """
    draft = draft or uploads.new_draft()
    if again := filed_before(work, draft):
        return again
    parts, area = place(work, group_key, area_key, form)
    count = len(uploads.of_draft(work, draft, files))
    validated, problems = check(work, parts, answers, consent=consent, files=count)
    if source not in SOURCES:
        problems += (Problem("source", T("请选择诉求来源。", en="Please choose where the case comes from.")),)
    if problems:
        raise Invalid(*problems)
    entry = _Entry(parts, area, validated.answers, draft, files, language, source)
    try:
        with work.session.begin_nested():
            case = _insert(work, entry)
    except IntegrityError:  # the same form was sent twice at the same moment, and the other one came first
        if again := filed_before(work, draft):
            return again
        raise
    uploads.attach(work, case, draft, files)
    own = tracking.as_requester(work, case)
    own.record("case.filed", "case", case.id, public=True)
    _tell(work, case)
    return Filed(case, tracking.code_of_draft(work.office, draft))


def filed_before(work: Work, draft: str) -> Filed | None:
    """What came of the form ``draft`` when it was sent before, or None. Raises Refused after an hour."""
    code = tracking.code_of_draft(work.office, draft)
    case = work.session.scalar(select(Case).where(Case.tracking_hash == tracking.hash_of(code)))
    if case is None:
        return None
    if work.now > case.received_at + SHOWN_AGAIN_FOR:
        raise Refused(
            T("这份表单已经提交过了，编号 {number}。请凭追踪码查询进度；要反映别的事，请重新打开填报页面。",
              en="This form was sent before, as {number}. Use your tracking code to follow it; "
              "for another matter open the form again.").fill(number=case.number)
        )
    return Filed(case, code)


def expected(work: Work, case: Case) -> Deadline:
    """How the expected date of a case is counted from the day it was filed."""
    return work.calendar.add(work.local(case.received_at).date(), _working_days(work, case))


def _working_days(work: Work, case: Case) -> int:
    parts = work.parts(case.group_key)
    return parts.group.terms.answer_for(case.topic) if parts else 0


def _missing_files(form: Form, answers: Mapping[str, Any]) -> list[Problem]:
    asked = [f for f in shown_fields(form, answers) if f.type is FieldType.ATTACHMENTS and f.required]
    return [Problem(f.key, MISSING_FILE.fill(label=f.label)) for f in asked]


def _insert(work: Work, entry: _Entry) -> Case:
    group, says = entry.parts.group, entry.says
    series = f"{group.case_prefix}-{work.today.year}"
    number = f"{series}-{numbers.next_number(work, f'case:{series}'):04d}"
    due = work.calendar.add(work.today, group.terms.answer_for(says.topic)).day
    case = Case(
        number=number, group_key=group.key, area=entry.area, stay_since=work.now, topic=says.topic,
        title=says.title[:200], text=says.text, source=entry.source,
        requester=says.requester[:200] or NAMELESS, anonymous=not says.requester,
        requester_key=_party(entry, says) or number, contact=says.contact[:100], mobile=says.mobile,
        email=says.email, language=entry.language, received_at=work.now, expected_on=due,
        tracking_hash=tracking.hash_of(tracking.code_of_draft(work.office, entry.draft)),
    )  # fmt: skip
    work.session.add(case)
    work.session.flush()
    form = _keep_form(work, entry.parts)
    work.session.add(
        Submission(case_id=case.id, form_digest=form, answers=entry.answers, submitted_at=work.now)
    )
    work.session.flush()
    return case


def _party(entry: _Entry, says: Mapped) -> str:
    """What makes two cases one party at a meeting: the credit code, else the mobile number."""
    codes = [f.key for f in entry.parts.form.fields() if f.type is FieldType.CREDIT_CODE]
    return next((str(entry.answers[key]) for key in codes if entry.answers.get(key)), says.mobile)


def _keep_form(work: Work, parts: GroupParts) -> str:
    """Keep this version of the form for ever under its digest."""
    form = parts.form
    name = digest(form)
    if work.session.get(FormVersion, name) is None:
        values = {
            "digest": name, "group_key": parts.group.key, "form_key": form.key,
            "content": form_as_json(form), "created_at": work.now,
        }  # fmt: skip
        insert = sqlite.insert if work.office.database.is_sqlite else postgresql.insert
        work.session.execute(insert(FormVersion).values(**values).on_conflict_do_nothing())
    return name


def _tell(work: Work, case: Case) -> None:
    """The coordinators hear of it at once; the requester gets a receipt by whatever address they gave."""
    for user in coordinators(work, case.area_id):
        reminders.plan(work, _to_coordinator(work, case, reminders.of_user(user)))
    if case.email:
        reminders.plan(work, _receipt(work, case))


def _to_coordinator(work: Work, case: Case, to: reminders.Recipient) -> reminders.NewReminder:
    return reminders.NewReminder(
        kind="case.filed", about_type="case", about_id=case.id, revision="filed", to=to,
        subject=T("新诉求 {number}：{title}", en="New case {number}: {title}")
        .fill(number=case.number, title=case.title),
        body=T("{requester}在{area}提交了诉求《{title}》，请受理并交办。已告知对方 {due} 前答复。",
               en="{requester} filed “{title}” in {area}. Please accept and assign it; "
               "an answer by {due} was announced.")
        .fill(requester=case.requester, area=case.area.name, title=case.title, due=_due(work, case)),
        why=T("因为您是{area}的协调员。", en="Because you are a coordinator of {area}.")
        .fill(area=case.area.name),
        due_at=work.now, link=f"/cases/{case.id}",
    )  # fmt: skip


def _receipt(work: Work, case: Case) -> reminders.NewReminder:
    return reminders.NewReminder(
        kind="case.receipt", about_type="case", about_id=case.id, revision="filed",
        to=reminders.of_requester(case),
        subject=T("已收到您的诉求 {number}", en="We have received your case {number}")
        .fill(number=case.number),
        body=T("您好！您的诉求《{title}》已收到，编号 {number}，预计 {due} 前答复。"
               "点下面的链接可随时查看进度、补充情况和评价。链接只属于您，请不要转发。",
               en="We have received your case “{title}”. Its number is {number}; expect an answer by {due}. "
               "The link below shows at any time how it stands and lets you add to it and rate the answer. "
               "The link is yours alone: please do not pass it on.")
        .fill(title=case.title, number=case.number, due=_due(work, case)),
        why=T("因为您提交诉求时留了这个邮箱。", en="Because you gave this address when you filed the case."),
        due_at=work.now, link=tracking.link_of(work.office, case),
    )  # fmt: skip


def _due(work: Work, case: Case) -> T:
    return day_text(case.expected_on, work.today)
