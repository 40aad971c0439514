"""What is wrong with what a plugin declares, found before anybody uses it. One sentence per mistake, for its author."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import time
from typing import Any, Final

from duijie.domain.forms.conditions import OPERATORS, named_fields, operators
from duijie.domain.forms.values import FieldType, Form
from duijie.domain.rules import CASE_FACTS, Rule
from duijie.hooks.capabilities import Action, Job, Metric, Option, Plugin, Sum, Tables, Views
from duijie.hooks.texts import text_problems
from duijie.hooks.values import AdvisoryGroup, Department, Document, Notifier

API_VERSION: Final = 1
KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,58}")
_RULE_KEY: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,58}")  # the set 13710 is named by its number
_PREFIX: Final = re.compile(r"[A-Z]{1,8}")
_ADDRESSES: Final = ("user", "email", "phone", "outlet")
_OPTION_TYPES: Final = frozenset({
    FieldType.TEXT, FieldType.LONG_TEXT, FieldType.NUMBER, FieldType.YES_NO, FieldType.CHOICE, FieldType.CHOICES,
    FieldType.EMAIL, FieldType.MOBILE, FieldType.DATE,
})  # fmt: skip


def plugin_problems(plugin: Plugin) -> list[str]:
    """Of what a plugin says of itself: the API it names, its options, its permissions."""
    problems = [*text_problems(plugin)]
    if plugin.api != API_VERSION:
        problems.append(f"it was written for version {plugin.api!r} of the API; this duijie has {API_VERSION}: install the "
                        "release of the plugin that fits")
    problems += _keys("option", (option.field.key for option in plugin.options))
    problems += _keys("permission", (right.key for right in plugin.permissions))
    return [*problems, *(p for option in plugin.options for p in _option(option))]


def group_problems(group: AdvisoryGroup) -> list[str]:
    """Of a group: its key, topics, meeting template, terms."""
    problems = [*text_problems(group), *_keys("group", [group.key]), *_keys("topic", (t.key for t in group.topics))]
    if not _PREFIX.fullmatch(group.case_prefix):
        problems.append(f"case_prefix {group.case_prefix!r} must be 1 to 8 capital letters")
    template, terms = group.meeting, group.terms
    if not _is_time(template.start):
        problems.append(f"meeting.start {template.start!r} must be a time such as '14:00'")
    if not 5 <= template.slot_minutes <= 60 or not 1 <= template.slots <= 60:
        problems.append("meeting: slots are 5 to 60 minutes long, and there are 1 to 60 of them")
    named = ("answer", "co_answer", "objection", "rating_window", "reopening_window", "extension")
    days = {name: getattr(terms, name) for name in named}
    days |= {f"by_topic[{topic}]": value for topic, value in terms.by_topic.items()}
    problems += [f"terms.{name} is {value!r}; write 1 to 366 working days" for name, value in days.items()
                 if not isinstance(value, int) or not 1 <= value <= 366]
    known = {topic.key for topic in group.topics}
    return problems + [f"terms.by_topic names {key!r}, which is no topic" for key in terms.by_topic if key not in known]


def department_problems(one: Department, group: AdvisoryGroup) -> list[str]:
    """Of a department's seat: its key, how many it sends, topics that the group does not have."""
    known = {topic.key for topic in group.topics}
    problems = [*text_problems(one), *_keys("department", [one.key])]
    problems += [f"it answers for {topic!r}, which is no topic of the group" for topic in one.topics if topic not in known]
    if not 1 <= one.seats <= 50:
        problems.append(f"seats is {one.seats}; write 1 to 50")
    return problems


def topic_problems(form: Form, group: AdvisoryGroup) -> list[str]:
    """Topics that a form offers and the group does not have."""
    known = {topic.key for topic in group.topics}
    field = form.find(form.topic_field)
    offered = [choice.key for choice in field.choices] if field else []
    return [f"it offers {key!r}, which is no topic of the group" for key in offered if key not in known]


def rule_topic_problems(rule: Rule, group: AdvisoryGroup) -> list[str]:
    """Of a rule: its key, topics that the group does not have."""
    known = {topic.key for topic in group.topics}
    wrong = [] if _RULE_KEY.fullmatch(rule.key) else [f"rule key {rule.key!r} must be small letters, digits, - and _, at most 59"]
    return wrong + [f"it names {topic!r}, which is no topic of the group" for topic in rule.topics if topic not in known]


def rule_condition_problems(rule: Rule, forms: Iterable[Form]) -> list[str]:
    """What a rule's condition looks at and nobody knows: no answer of the group's forms, no fact of a case."""
    if rule.when is None:
        return []
    known = CASE_FACTS.union(*({field.key for field in form.fields()} for form in forms))
    unknown = sorted(named_fields(rule.when) - known)
    problems = [f"its condition looks at {key!r}, which no form asks and no case has" for key in unknown]
    return problems + [f"its condition uses {op!r}, which is no operator" for op in sorted(operators(rule.when) - OPERATORS)]


def metric_problems(metric: Metric, forms: Iterable[Form]) -> list[str]:
    """Of a figure: a field that no form asks, or one that is no number."""
    problems = [*text_problems(metric), *_keys("metric", [metric.key])]
    found = [f for form in forms if (f := form.find(metric.field))]
    if metric.field and not found:
        problems.append(f"it counts {metric.field!r}, which no form of the group asks")
    numbers = (FieldType.NUMBER, FieldType.MONEY)
    if metric.how is not Sum.CASES and not any(field.type in numbers for field in found):
        problems.append(f"{metric.how.value} needs a field that is a number")
    return problems


def notifier_problems(notifier: Notifier) -> list[str]:
    """Of a channel: its key, which address it needs, what it is called with."""
    problems = [*text_problems(notifier), *_keys("channel", [notifier.key])]
    if notifier.address_of not in _ADDRESSES:
        problems.append(f"address_of {notifier.address_of!r} must be one of {', '.join(_ADDRESSES)}")
    if not 0 < notifier.timeout <= 120:
        problems.append("timeout must be up to 120 seconds")
    if notifier.of_events and notifier.address_of != "outlet":
        problems.append("of_events needs address_of='outlet'")
    problems += [f"pace {pace.most} in {pace.seconds:g} s: write 1 to 10000 messages in 1 to 86400 seconds"
                 for pace in notifier.paces if not (1 <= pace.most <= 10_000 and 1 <= pace.seconds <= 86_400)]
    looked_up = _called("look_up", notifier.look_up) if notifier.look_up else []
    return problems + _called("send", notifier.send) + looked_up


def document_problems(document: Document) -> list[str]:
    """Of a document: its key, its file's name."""
    problems = [*text_problems(document), *_keys("document", [document.key])]
    if not document.file_name.strip() or "/" in document.file_name or "\\" in document.file_name:
        problems.append(f"file_name {document.file_name!r} must be a file's name without a folder")
    if document.about not in ("", "case"):
        problems.append(f"about {document.about!r} must be '' or 'case'")
    return problems + _called("render", document.render)


def job_problems(job: Job) -> list[str]:
    """Of a job: when it runs."""
    problems = [*text_problems(job), *_keys("job", [job.key])]
    if bool(job.at) == bool(job.every_minutes):
        problems.append("say either every_minutes or at")
    if job.at and not _is_time(job.at):
        problems.append(f"at {job.at!r} must be a time such as '02:30'")
    if job.every_minutes < 0 or job.every_minutes > 7 * 24 * 60:
        problems.append("every_minutes must be between 1 and 10080")
    if not 0 < job.timeout <= 3600:
        problems.append("timeout must be up to 3600 seconds")
    return problems + _called("run", job.run)


def action_problems(action: Action) -> list[str]:
    """Of an action: its key, how long it may take, what it is called with."""
    problems = [*text_problems(action), *_keys("action", [action.key])]
    if not 0 < action.timeout <= 120:
        problems.append("timeout must be up to 120 seconds")
    return problems + _called("run", action.run)


def views_problems(views: Views, rights: Iterable[str]) -> list[str]:
    """Of pages, once their routes are known: rights that nobody declared, menu entries that lead nowhere."""
    known = set(rights)
    problems = [*text_problems(views.menu), *text_problems(views.panels), *_keys("panel", (p.key for p in views.panels))]
    problems += [f"route {r.rule!r} needs the permission {r.permission!r}, which the plugin does not declare"
                 for r in views.routes if r.permission and r.permission not in known]
    problems += [f"panel {p.key!r} needs the permission {p.permission!r}, which the plugin does not declare"
                 for p in views.panels if p.permission and p.permission not in known]
    paths = {route.rule for route in views.routes if "GET" in route.methods}
    problems += [f"menu entry {e.label.en!r} leads to {e.path!r}, which is no page of the plugin"
                 for e in views.menu if e.path not in paths]
    return problems + [p for panel in views.panels for p in _called("draw", panel.draw)]


def table_problems(tables: Tables, plugin: str) -> list[str]:
    """Of tables, once their names are known: whose they look like."""
    prefix = f"x_{plugin}_"
    return [f"table {name!r} must be named {prefix}…" for name in tables.names if not name.startswith(prefix)]


def _option(option: Option) -> Iterator[str]:
    name = f"option {option.field.key!r}"
    if option.field.type not in _OPTION_TYPES:
        yield f"{name} is of type {option.field.type.value}, which a setting cannot be"
    if option.secret and option.field.type is not FieldType.TEXT:
        yield f"{name} is secret and must be a text"
    if option.secret and option.default:
        yield f"{name} is secret and must not have a default: everybody who has the plugin would know it"
    if option.field.show_if is not None:
        yield f"{name} has a condition; settings are always shown"


def _keys(what: str, keys: Iterable[Any]) -> list[str]:
    found = list(keys)
    wrong = [f"{what} key {key!r} must be small letters, digits, - and _, a letter first, at most 59"
             for key in found if not (isinstance(key, str) and KEY.fullmatch(key))]
    return wrong + [f"{what} {key!r} stands {count} times" for key, count in Counter(map(str, found)).items() if count > 1]


def _called(name: str, function: Any) -> list[str]:
    return [] if callable(function) else [f"{name} must be a function, not {type(function).__name__}"]


def _is_time(words: str) -> bool:
    try:
        return time.fromisoformat(words) is not None and len(words) == 5
    except (ValueError, TypeError):
        return False
