"""The hooks of the rural advisory group."""

from duijie.api import (
    AdvisoryGroup,
    CaseFacts,
    Department,
    Form,
    Metric,
    Objection,
    Plugin,
    Rule,
    SampleCase,
    T,
    hookimpl,
)
from rural_advisors import followup, intake, metrics, roster, samples

KEY = roster.GROUP.key


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("农村工作顾问团", en="Rural advisers"), T("部门与村和村民对接：土地、水利、农技、建房、纠纷。",
                                                     en="Departments meet villages: land, water, farming, building, disputes."))


@hookimpl
def duijie_groups() -> list[AdvisoryGroup]:
    """The one group of this plugin."""
    return [roster.GROUP]


@hookimpl
def duijie_intake_forms(group: str) -> list[Form]:
    """The form that villages and villagers fill in."""
    return [intake.FORM] if group == KEY else []


@hookimpl
def duijie_departments(group: str) -> list[Department]:
    """Ten departments."""
    return list(roster.DEPARTMENTS) if group == KEY else []


@hookimpl
def duijie_follow_up_rules(group: str) -> list[Rule]:
    """First the co-handling departments, then the lead; cards and escalation."""
    return list(followup.RULES) if group == KEY else []


@hookimpl
def duijie_sample_cases(group: str) -> list[SampleCase]:
    """Cases for the demo."""
    return list(samples.SAMPLES) if group == KEY else []


@hookimpl
def duijie_check(action: str, case: CaseFacts) -> list[Objection]:
    """A dispute has parties of its own, so it is not merged into another case."""
    if action == "merge" and case.group == KEY and case.answers.get("dispute") is True:
        return [Objection(T("这件诉求有具体的纠纷当事人，不能并案。",
                            en="This case is a dispute between named parties; it cannot be merged."),
                          T("请分别交办，可以安排在同一次对接会上调解。",
                            en="Assign it on its own; both can be mediated at one meeting."))]
    return []


@hookimpl
def duijie_metrics(group: str) -> list[Metric]:
    """Land and households concerned, disputes."""
    return list(metrics.METRICS) if group == KEY else []
