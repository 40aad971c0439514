"""All that a plugin may import. Anything else in duijie may change without notice."""

from typing import TYPE_CHECKING, Final

from duijie.domain.forms.custom import CustomType
from duijie.domain.forms.values import (
    Choice,
    Condition,
    Field,
    FieldType,
    Form,
    Section,
    all_of,
    any_of,
    eq,
    filled,
    ge,
    has,
    is_in,
    lt,
    ne,
    negate,
)
from duijie.domain.presets import (
    DINGXI,
    QUANZHOU,
    REVISIT,
    RULE_13710,
    THREE_COLOUR,
    ZHOUSHAN,
    Preset,
    three_colour,
)
from duijie.domain.roles import Role
from duijie.domain.rules import Act, Anchor, CalendarDays, Card, Hours, Rule, Step, Who, WorkingDays
from duijie.domain.text import T
from duijie.hooks.capabilities import (
    Finding,
    Job,
    MenuEntry,
    Metric,
    Objection,
    Option,
    Panel,
    PanelContent,
    Permission,
    Place,
    Plugin,
    Sum,
    Tables,
    Views,
)
from duijie.hooks.context import Context, Store
from duijie.hooks.declared import API_VERSION
from duijie.hooks.deprecation import DuijieDeprecationWarning, Going, names_going
from duijie.hooks.facts import ActorFacts, CaseFacts, EventFacts, MeetingFacts
from duijie.hooks.markers import hookimpl
from duijie.hooks.page import Page, current_page
from duijie.hooks.policies import anyone, permission, signed_in
from duijie.hooks.values import (
    AdvisoryGroup,
    Candidate,
    DeliveryOutcome,
    Department,
    Document,
    MeetingTemplate,
    Message,
    Notifier,
    OutgoingFile,
    Pace,
    Receipt,
    SampleCase,
    Suggestion,
    Terms,
    Topic,
)

__all__ = [
    "API_VERSION",
    "DINGXI",
    "QUANZHOU",
    "REVISIT",
    "RULE_13710",
    "THREE_COLOUR",
    "ZHOUSHAN",
    "Act",
    "ActorFacts",
    "AdvisoryGroup",
    "Anchor",
    "CalendarDays",
    "Candidate",
    "Card",
    "CaseFacts",
    "Choice",
    "Condition",
    "Context",
    "CustomType",
    "DeliveryOutcome",
    "Department",
    "Document",
    "DuijieDeprecationWarning",
    "EventFacts",
    "Field",
    "FieldType",
    "Finding",
    "Form",
    "Hours",
    "Job",
    "MeetingFacts",
    "MeetingTemplate",
    "MenuEntry",
    "Message",
    "Metric",
    "Notifier",
    "Objection",
    "Option",
    "OutgoingFile",
    "Pace",
    "Page",
    "Panel",
    "PanelContent",
    "Permission",
    "Place",
    "Plugin",
    "Preset",
    "Receipt",
    "Role",
    "Rule",
    "SampleCase",
    "Section",
    "Step",
    "Store",
    "Suggestion",
    "Sum",
    "T",
    "Tables",
    "Terms",
    "Topic",
    "Views",
    "Who",
    "WorkingDays",
    "all_of",
    "any_of",
    "anyone",
    "current_page",
    "eq",
    "filled",
    "ge",
    "has",
    "hookimpl",
    "is_in",
    "lt",
    "ne",
    "negate",
    "permission",
    "signed_in",
    "three_colour",
]

GOING: Final[dict[str, Going]] = {}
"""Names that are going away; each is still found, with a warning that names the plugin's file and line."""

if not TYPE_CHECKING:  # a type checker would take it for a promise that every name is found
    __getattr__ = names_going(__name__, GOING)
