"""The hooks of the community advisory group."""

from community_advisors import followup, intake, metrics, roster, samples
from duijie.api import AdvisoryGroup, Department, Form, Metric, Plugin, Rule, SampleCase, T, hookimpl

KEY = roster.GROUP.key


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, T("社区管理顾问团", en="Community advisers"), T("部门与社区居民对接：水电气、物业、噪声、养老。",
                                                     en="Departments meet residents: utilities, property, noise, care."))


@hookimpl
def duijie_groups() -> list[AdvisoryGroup]:
    """The one group of this plugin."""
    return [roster.GROUP]


@hookimpl
def duijie_intake_forms(group: str) -> list[Form]:
    """The form."""
    return [intake.FORM] if group == KEY else []


@hookimpl
def duijie_departments(group: str) -> list[Department]:
    """Eight departments and companies."""
    return list(roster.DEPARTMENTS) if group == KEY else []


@hookimpl
def duijie_follow_up_rules(group: str) -> list[Rule]:
    """Terms by kind of case, cards, revisits."""
    return list(followup.RULES) if group == KEY else []


@hookimpl
def duijie_sample_cases(group: str) -> list[SampleCase]:
    """Cases for the demo."""
    return list(samples.SAMPLES) if group == KEY else []


@hookimpl
def duijie_metrics(group: str) -> list[Metric]:
    """Households concerned, noise at night."""
    return list(metrics.METRICS) if group == KEY else []
