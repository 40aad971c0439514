"""The hooks of the enterprise advisory group."""

from duijie.api import (
    AdvisoryGroup,
    Department,
    Document,
    Form,
    Metric,
    Plugin,
    Rule,
    SampleCase,
    T,
    hookimpl,
)
from enterprise_advisors import followup, intake, letters, metrics, roster, samples

KEY = roster.GROUP.key


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("企业发展顾问团", en="Enterprise advisers"), T("部门与企业对接：用工、政策、审批、要素保障。",
                                                     en="Departments meet enterprises: staff, policy, permits, supplies."))


@hookimpl
def duijie_groups() -> list[AdvisoryGroup]:
    """The one group of this plugin."""
    return [roster.GROUP]


@hookimpl
def duijie_intake_forms(group: str) -> list[Form]:
    """The form for enterprises."""
    return [intake.FORM] if group == KEY else []


@hookimpl
def duijie_departments(group: str) -> list[Department]:
    """Seven departments and the observers."""
    return list(roster.DEPARTMENTS) if group == KEY else []


@hookimpl
def duijie_follow_up_rules(group: str) -> list[Rule]:
    """Visits after a meeting, cards before and after a due date."""
    return list(followup.RULES) if group == KEY else []


@hookimpl
def duijie_sample_cases(group: str) -> list[SampleCase]:
    """Cases for the demo."""
    return list(samples.SAMPLES) if group == KEY else []


@hookimpl
def duijie_metrics(group: str) -> list[Metric]:
    """People, power applied for, wages owed."""
    return list(metrics.METRICS) if group == KEY else []


@hookimpl
def duijie_documents(group: str) -> list[Document]:
    """The reply letter on a case."""
    return [letters.DOCUMENT] if group == KEY else []
