"""The office of a test, and everything a test does with it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from pathlib import Path
from shutil import copyfile
from types import ModuleType
from typing import Any, Self

import pytest
from flask import Flask
from sqlalchemy import select

from duijie.bootstrap import make_app, open_office
from duijie.domain.roles import SYSTEM, Actor, requester
from duijie.hooks.facts import CaseFacts
from duijie.hooks.faults import Fault
from duijie.hooks.groups import GroupParts
from duijie.hooks.hosts import Source
from duijie.services import filing, keys
from duijie.services.meetings import agenda, calling
from duijie.services.plugins import upgrading
from duijie.services.work import Office, Work
from duijie.storage.models import Area, Department
from duijie.testing import answers as answering
from duijie.testing import loop, plain_group, town
from duijie.testing.client import Client
from duijie.testing.clock import Clock
from duijie.testing.loop import Loop
from duijie.testing.records import KitCase, KitMeeting
from duijie.testing.under_test import UnderTest
from duijie.tools import checking
from duijie.tools.places import Place


@dataclass
class Kit:
    """An office with only the plugins under test, in which time stands still until the clock is moved.

    ``group`` is the key of the first group that the plugins bring, ``area`` of an area that it serves. People
    sign in as ``coordinator``, ``area_admin``, ``system_admin``, ``auditor``, ``rep_<department>`` and
    ``head_<department>``.
    """

    office: Office
    clock: Clock
    plugins: list[UnderTest]
    folder: Path
    group: str = ""
    area: str = ""
    _filed: int = field(default=0, repr=False)

    @cached_property
    def app(self) -> Flask:
        """The web application on this office."""
        made = make_app(town.settings(self.folder), self.office)
        made.test_client_class = Client
        made.testing = True
        return made

    @property
    def parts(self) -> GroupParts:
        """All that was declared for the group."""
        found = self.office.groups.get(self.group)
        if found is None:
            raise AssertionError(f"there is no group {self.group!r}: {'; '.join(map(str, self.faults)) or 'no faults'}")
        return found

    @property
    def faults(self) -> list[Fault]:
        """All that went wrong with plugins so far."""
        return list(self.office.plugins.faults)

    def check(self) -> list[checking.Found]:
        """What `duijie plugins check` says of the plugins under test."""
        return checking.check_places([_place(plugin) for plugin in self.plugins])

    def apart(self) -> Self:
        """From now on the plugins run in processes of their own, as in a real installation; the data stays."""
        settings = town.settings(self.folder)
        sources = [Source(one.name, _module(one), settings, settings.plugin_start_seconds) for one in self.plugins]
        company = [(plain_group.NAME, plain_group)] if self.group == plain_group.KEY else []
        self.office.close()
        self.office = open_office(settings, company, sources)
        self.__dict__.pop("app", None)
        return self

    def client(self, role: str | None = None) -> Client:
        """A browser in which ``role`` is signed in: a sign-in name, or ``representative`` for any; None for nobody."""
        login = "" if role is None else f"rep_{self.departments[0]}" if role == "representative" else role
        if login:
            self.actor(login)
        made = self.app.test_client()
        assert isinstance(made, Client)  # noqa: S101  # `app` says so
        made.kit, made.login = self, login
        return made

    @property
    def departments(self) -> list[str]:
        """The keys of the departments on the group's roster, in its order."""
        return [department.key for department in self.parts.departments]

    def actor(self, login: str) -> Actor:
        """Somebody who acts; empty: a requester."""
        if not login:
            return requester("")
        found = town.actors(self.office)
        if login not in found:
            raise KeyError(f"nobody signs in as {login!r}; there are {', '.join(sorted(found))}")
        return found[login]

    @contextmanager
    def work(self, login: str = "") -> Iterator[Work]:
        """A piece of work by somebody, for services that the kit has no verb for."""
        with self.office.write(self.actor(login)) as work:
            yield work
        self.office.switches.forget()  # what was switched counts at once, not in two seconds

    def department_id(self, key: str) -> int:
        """The id of a department."""
        with self.office.read(SYSTEM) as work:
            return keys.department_id(work, key)

    def lead_for(self, case: CaseFacts) -> str:
        """The first department of the roster that answers for the case's topic; else the first that is no observer."""
        members = [one for one in self.parts.departments if not one.observer]
        if not members:
            raise AssertionError(f"the group {self.group!r} has no department that could answer")
        return next((one.key for one in members if case.topic in one.topics), members[0].key)

    def answers(self, **said: Any) -> dict[str, Any]:
        """A filled-in form: what is said, and an answer to every other question that must be answered."""
        known = answering.Known(self._filed + 1, self.departments, (self.area,), self.office.field_types)
        return answering.filled(self.parts.form, said, known)

    def problems(self, **said: Any) -> set[str]:
        """The fields for which the form refuses these answers."""
        with self.office.read(SYSTEM) as work:
            _, found = filing.check(work, self.parts, self.answers(**said), consent=True, files=1)
        return {problem.field for problem in found}

    def case(self, *, area: str = "", language: str = "zh", **said: Any) -> KitCase:
        """A requester files a case; ``said`` are answers to the form (None leaves a field empty). Raises Invalid."""
        given = self.answers(**said)
        with self.work() as work:
            filed = filing.file_case(work, self.group, area or self.area, given, consent=True, language=language)
            made = KitCase(self, filed.case.id, filed.case.number, filed.code)
        self._filed += 1
        self.clock.run()
        return made

    def meeting(self, *cases: KitCase, working_days: int = 3, title: str = "", place: str = "会议室") -> KitMeeting:
        """The coordinator drafts a meeting by the group's template, with these cases and a desk for their departments."""
        template = self.parts.group.meeting
        with self.work("coordinator") as work:
            area = work.session.scalars(select(Area.id).where(Area.key == self.area)).one()
            wanted = {key for case in cases for key in (case.facts.lead, *case.facts.co) if key}
            seats = {d.id: 1 for d in work.session.scalars(select(Department).where(Department.key.in_(wanted)))}
            drafted = calling.create(work, calling.NewMeeting(
                group_key=self.group, area_id=area, title=title or template.title.zh, place=place,
                day=work.calendar.add(work.today, working_days).day, start=time.fromisoformat(template.start),
                slot_minutes=template.slot_minutes, slots=template.slots, seats=seats,
            ))  # fmt: skip
            made = KitMeeting(self, drafted.id, drafted.number)
            if cases:
                agenda.add(work, drafted.id, None, [case.id for case in cases], with_desks=True)
        self.clock.run()
        return made

    def live_through(
        self, case: KitCase, *, lead: str = "", co: Iterable[str] = (), working_days: int = 5, stars: int = 5
    ) -> Loop:
        """Let a case that was just filed live its whole life; answers what happened, step by step.

        It is assigned, put on a meeting's agenda, gets its time, is talked about and promised at the table; the
        minutes are filed, the promise is kept, and the requester rates it. The clock goes along. The steps:
        ``filed assigned called published held minuted kept rated``.
        """
        return loop.live_through(self, case, lead=lead, co=co, working_days=working_days, stars=stars)


@contextmanager
def opened(plugins: list[UnderTest], folder: Path, tables: Path, start: str) -> Iterator[Kit]:
    """A kit on a fresh copy of ``tables``; closed, with all processes of plugins, when the block ends."""
    folder.mkdir(parents=True)
    copyfile(tables, folder / "duijie.db")
    kit = Kit(_office(plugins, folder), Clock(lambda: kit.office, start), plugins, folder)
    try:
        with kit.clock:
            _settle_in(kit)
            yield kit
    finally:
        kit.office.close()


def _office(plugins: list[UnderTest], folder: Path) -> Office:
    """The office; with a plain group beside plugins that bring none."""
    settings = town.settings(folder)
    named: list[tuple[str, ModuleType | object]] = [(one.name, one.plugin) for one in plugins]
    office = open_office(settings, named)
    if any(True for _ in office.groups) or office.plugins.faults:
        return office
    office.close()
    return open_office(settings, [(plain_group.NAME, plain_group), *named])


def _settle_in(kit: Kit) -> None:
    upgrading.upgrade_all(kit.office)
    town.build(kit.office)
    kit.office.switches.forget()
    first = next(iter(kit.office.groups), None)
    kit.group = first.group.key if first else ""
    kit.area = town.area_of(first)


def _module(plugin: UnderTest) -> str:
    if plugin.module is None:
        raise pytest.UsageError(f"duijie: {plugin.name!r} is an object; a module is needed to run it in a process of its own")
    return plugin.module


def _place(plugin: UnderTest) -> Place:
    module = _module(plugin)
    file = Path(str(getattr(plugin.plugin, "__file__", "")))
    inner = file.parent if file.name == "__init__.py" else file.with_suffix("")
    root = inner.parents[module.count(".")]
    package = root / module.partition(".")[0]
    return Place(plugin.name, module, package if package.is_dir() else root, root)
