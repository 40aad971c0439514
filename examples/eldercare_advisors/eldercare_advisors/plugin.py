"""The hooks of the plugin; the entry point. What each of them answers stands in the modules beside it."""

from datetime import timedelta

from duijie import api
from duijie.api import Field, FieldType, Option, Role, T, hookimpl

from eldercare_advisors import bell, followup, intake, letter, models, pages, roster
from eldercare_advisors.roster import KEY

FIRE = T("填报时勾选了燃气、电线或楼道隐患", en="Gas, wiring or the stairway was ticked as dangerous")


@hookimpl
def duijie_plugin() -> api.Plugin:
    """Who this is; what the administrator sets; the one right of its own."""
    may_visit = api.Permission(pages.RIGHT, T("登记探访", en="Write visits down"), (Role.COORDINATOR, Role.REPRESENTATIVE))
    return api.Plugin(1, roster.GROUP.name, roster.GROUP.summary, (
        Option(Field("address", FieldType.TEXT, T("值班铃地址", en="Address of the duty bell"),
                     hint=T("以 http 开头；留空则不用", en="Begins with http; empty: not in use"))),
        Option(Field("token", FieldType.TEXT, T("值班铃密钥", en="Secret of the duty bell")), secret=True),
        Option(Field("visit_days", FieldType.NUMBER, T("办结后几天探访", en="Days from closing to the visit"),
                     minimum=1, maximum=60), default=7)), (may_visit,))


@hookimpl
def duijie_groups() -> list[api.AdvisoryGroup]:
    """The one group."""
    return [roster.GROUP]


@hookimpl
def duijie_intake_forms(group: str) -> list[api.Form]:
    """Any matter, and a home to be looked at."""
    return list(intake.FORMS) if group == KEY else []


@hookimpl
def duijie_departments(group: str) -> list[api.Department]:
    """Five departments."""
    return list(roster.DEPARTMENTS) if group == KEY else []


@hookimpl
def duijie_follow_up_rules(group: str) -> list[api.Rule]:
    """Three rules."""
    return list(followup.RULES) if group == KEY else []


@hookimpl
def duijie_metrics(group: str) -> list[api.Metric]:
    """How many cases came from people who live alone."""
    alone = api.Metric("alone", T("独居老人诉求", en="From people living alone"), api.Sum.CASES, "alone", answer=True)
    return [alone] if group == KEY else []


@hookimpl
def duijie_sample_cases(group: str) -> list[api.SampleCase]:
    """A case for the demo."""
    return list(roster.SAMPLES) if group == KEY else []


@hookimpl
def duijie_tables() -> list[api.Tables]:
    """The visits."""
    return [api.Tables(models.Base.metadata)]


@hookimpl
def duijie_documents(group: str) -> list[api.Document]:
    """The letter."""
    return [letter.DOCUMENT] if group == KEY else []


@hookimpl
def duijie_notifiers() -> list[api.Notifier]:
    """The duty bell."""
    return [bell.NOTIFIER]


@hookimpl
def duijie_views() -> list[api.Views]:
    """The page of visits and its panels."""
    return [pages.VIEWS]


@hookimpl
def duijie_jobs() -> list[api.Job]:
    """Every morning the duty room hears how many visits are due."""
    return [api.Job("due", T("提醒到期探访", en="Announce the visits that are due"), announce, at="07:30")]


@hookimpl
def duijie_actions() -> list[api.Action]:
    """A rule may ring the duty bell."""
    return [api.Action("ring", T("按响值班铃", en="Ring the duty bell"), bell.urge)]


def announce(context: api.Context) -> T:
    """Ring once a day, however often this runs."""
    count, day = pages.due(context), pages.today(context)
    said = bell.post(f"visits-{day}", {"subject": f"今日待探访 {count} 次"}, context).detail if count else "-"
    return T(f"待探访 {count} 次：{said}", en=f"Visits due: {count}: {said}")


@hookimpl
def duijie_suggest_departments(case: api.CaseFacts, candidates: list[api.Candidate]) -> list[api.Suggestion]:
    """What was ticked as dangerous says more than words."""
    danger = {"gas", "wires", "stairs"} & set(case.answers.get("hazards") or ()) if case.group == KEY else ()
    return [api.Suggestion(c.department, 0.95, (FIRE,)) for c in candidates if danger and c.department == "fire"]


@hookimpl
def duijie_check(action: str, case: api.CaseFacts) -> list[api.Objection]:
    """Somebody who lives alone is not turned away unseen."""
    if action != "decline" or case.group != KEY or case.answers.get("alone") is not True:
        return []
    return [api.Objection(T("独居老人的诉求不能直接不予受理。", en="A person who lives alone is not turned away unseen."),
                          T("请先交办社区居委会上门了解。", en="Assign it to the community committee for a visit first."))]


@hookimpl
def duijie_on_event(event: api.EventFacts, context: api.Context) -> None:
    """A case that is closed is followed by a visit; told twice, there is still one."""
    case = event.case
    if event.kind != "case.closed" or case is None or case.id is None or case.group != KEY:
        return
    due_on = pages.today(context) + timedelta(days=int(context.settings["visit_days"]))
    with context.store.write() as session:
        if session.get(models.Visit, event.id) is None:
            session.add(models.Visit(event_id=event.id, case_id=case.id, number=case.number, title=case.title[:200],
                                     area=case.area, department=case.lead, due_on=due_on, note=""))


@hookimpl
def duijie_health(context: api.Context) -> list[api.Finding]:
    """Whether the bell can ring."""
    if context.settings["address"]:
        return [api.Finding("ok", T("值班铃已设置。", en="The duty bell is set up."))]
    return [api.Finding("warn", T("还没有填写值班铃地址。", en="The duty bell has no address yet."))]
