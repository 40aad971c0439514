"""What a plugin can bring besides groups: itself, settings, tables, pages, panels, jobs, figures, vetoes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from duijie.domain.forms.values import Field
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.hooks.context import Context
from duijie.hooks.facts import CaseFacts, MeetingFacts


@dataclass(frozen=True, slots=True)
class Option:
    """One setting of a plugin, edited by the administrator on the plugin's page.

    ``field`` asks for it like a form's field: its type, label, hint (the help), bounds and choices. ``default``
    counts until somebody sets it. A ``secret`` is never shown again, exported or logged.
    """

    field: Field
    default: Any = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """A right of the plugin's own, held by ``roles`` until the administrator says otherwise."""

    key: str
    name: T
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Plugin:
    """What a plugin says of itself. ``api`` is the major version of `duijie.api` it was written for."""

    api: int
    name: T
    summary: T | None = None
    options: tuple[Option, ...] = ()
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class Tables:
    """A plugin's own tables: their SQLAlchemy ``metadata``, and the Alembic folder ``migrations``.

    Every table's name begins with ``x_<plugin>_``; none refers to a table of core. ``migrations`` is a folder in
    the plugin's package (``eldercare_advisors/migrations``). ``names`` is filled in by duijie.
    """

    metadata: Any
    migrations: str = "migrations"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry in the main menu. ``path`` is the page's path below the plugin's own, such as ``/visits``."""

    label: T
    path: str


class Place(StrEnum):
    """Pages of core that a panel can stand on."""

    CASE = "case"            # a case, for those who handle it; the subject is CaseFacts
    MEETING = "meeting"      # a meeting, for its coordinators; the subject is MeetingFacts
    INBOX = "inbox"          # the coordinator's first page; no subject
    DESK = "desk"            # the representative's first page; no subject


@dataclass(frozen=True, slots=True)
class PanelContent:
    """What a panel shows: ``lines`` of name and value, a ``text``, and ``links`` (words, path below the plugin's)."""

    lines: tuple[tuple[T, T], ...] = ()
    text: T | None = None
    links: tuple[tuple[T, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A box on a page of core. ``draw(subject, context)`` answers its content, or None for no box.

    ``permission`` is one of the plugin's own; empty: everybody who sees the page.
    """

    key: str
    place: Place
    title: T
    draw: Callable[[CaseFacts | MeetingFacts | None, Context], PanelContent | None]
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a plugin's pages. ``permission``: None is open to anyone, "" to everybody who signed in."""

    rule: str
    endpoint: str
    methods: tuple[str, ...]
    permission: str | None


@dataclass(frozen=True, slots=True)
class Views:
    """A plugin's pages: a Flask ``blueprint``, entries in the main menu, panels on pages of core.

    The pages stand below ``/x/<plugin>/``. Each view is marked with `anyone`, `signed_in` or `permission`; one
    that is not is refused. ``routes`` is filled in by duijie.
    """

    blueprint: Any = None
    menu: tuple[MenuEntry, ...] = ()
    panels: tuple[Panel, ...] = ()
    routes: tuple[Route, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Work that comes up by itself: every so many minutes, or daily ``at`` "HH:MM" local time.

    ``run(context)`` may answer a sentence for the log. It runs in one process at a time and must end within
    ``timeout`` seconds; one that was missed is caught up once.
    """

    key: str
    name: T
    run: Callable[[Context], T | None]
    every_minutes: int = 0
    at: str = ""
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class ActionCall:
    """What an action is called for: the ``case``, and the title of the ``rule`` whose step fired.

    ``key`` is unique for this firing and the same on every try, so that something done twice can be told.
    """

    key: str
    case: CaseFacts
    rule: T


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a rule's step may have done: ``Step(…, Act.CALL, action="<plugin>.<key>")``.

    ``run(call, context)`` may answer a sentence for the case's history. What it raises is tried again, five times in
    all; it must end within ``timeout`` seconds.
    """

    key: str
    name: T
    run: Callable[[ActionCall, Context], T | None]
    timeout: float = 20.0


class Sum(StrEnum):
    """How a metric makes one number of the answers of many cases."""

    TOTAL = "total"    # the sum of a number or an amount of money
    MEDIAN = "median"  # the middle one
    CASES = "cases"    # how many cases there are: with ``answer``, those that answered so


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure of a group's own on the page of figures, counted from what its cases answered to ``field``.

    ``answer`` narrows it to cases that answered this (True, a choice's key); ``topics`` to cases of these topics.
    """

    key: str
    name: T
    how: Sum
    field: str = ""
    answer: Any = None
    topics: tuple[str, ...] = ()
    unit: T | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """Why something must not be done now, in words for whoever tried; ``advice`` says what to do instead."""

    text: T
    advice: T | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """How a plugin is: ``level`` ok, warn or error; ``text`` what is so, ``advice`` what to do."""

    level: str
    text: T
    advice: T | None = None
