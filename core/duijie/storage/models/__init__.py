"""All tables of core, importable from one place."""

from duijie.storage.models.calendar import CalendarDay, CalendarYear
from duijie.storage.models.cases import (
    Addition,
    Assignment,
    Attachment,
    Case,
    Commitment,
    FormVersion,
    Rating,
    Reply,
    Submission,
)
from duijie.storage.models.follow_up import Delivery, FollowUp, Reminder
from duijie.storage.models.history import Event
from duijie.storage.models.meetings import (
    AgendaItem,
    Appointment,
    AppointmentDesk,
    Desk,
    Invitation,
    Meeting,
    Outcome,
    Timetable,
)
from duijie.storage.models.people import Area, Department, Grant, RosterEntry, RosterSeat, User, WebSession
from duijie.storage.models.plugins import (
    Observation,
    PluginArea,
    PluginFault,
    PluginJob,
    PluginPermission,
    PluginSetting,
    PluginState,
    PluginTime,
    RosterSeed,
)
from duijie.storage.models.promises import Extension, Question, Revisit, RuleChange
from duijie.storage.models.system import Counter, RateLimit, Setting

__all__ = [
    "Addition",
    "AgendaItem",
    "Appointment",
    "AppointmentDesk",
    "Area",
    "Assignment",
    "Attachment",
    "CalendarDay",
    "CalendarYear",
    "Case",
    "Commitment",
    "Counter",
    "Delivery",
    "Department",
    "Desk",
    "Event",
    "Extension",
    "FollowUp",
    "FormVersion",
    "Grant",
    "Invitation",
    "Meeting",
    "Observation",
    "Outcome",
    "PluginArea",
    "PluginFault",
    "PluginJob",
    "PluginPermission",
    "PluginSetting",
    "PluginState",
    "PluginTime",
    "Question",
    "RateLimit",
    "Rating",
    "Reminder",
    "Reply",
    "Revisit",
    "RosterEntry",
    "RosterSeat",
    "RosterSeed",
    "RuleChange",
    "Setting",
    "Submission",
    "Timetable",
    "User",
    "WebSession",
]
