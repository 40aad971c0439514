"""Who may open what, for every route there is: the list comes from the application, not from this file.

Two areas live their lives (see scene.py). A person of the one looks at, and sends forms to, everything of the
other: nothing may be shown and nothing may change. A new kind of address must say here what it stands for.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from scene import LEAD, STRANGER, Scene, play
from sqlalchemy import Engine, event, func, select, text
from town import PASSWORD, Town, small_settings
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM, Role
from duijie.storage.base import Base
from duijie.web.access import policy_of

PEOPLE = {
    Role.REPRESENTATIVE: f"rep_{STRANGER}",
    Role.COORDINATOR: "coordinator",
    Role.AREA_ADMIN: "area_admin",
    Role.SYSTEM_ADMIN: "system_admin",
    Role.AUDITOR: "auditor",
}
BY_LINK = ("code", "token", "ticket")  # who holds a code or a signed link is let in by it
OF_ONE_AREA = (
    "case_id", "meeting_id", "invitation_id", "appointment_id", "desk_id", "outcome_id", "commitment_id",
    "assignment_id", "area_id", "item_id", "question_id", "common_id", "extension_id", "revisit_id",
    "outlet_id", "reminder_id", "series_id",
)  # fmt: skip
TYPED = {"text": "越权", "reason": "越权", "version": "1", "answer": "accepted", "stars": "1"}
MOVES_BY_ITSELF = ("web_session", "rate_limit")  # being seen, and being counted


@dataclass(frozen=True)
class Place:
    """One method of one route."""

    rule: Rule
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def kind_of_link(self) -> str:
        """The part of the address before its token: /meetings/door/<token> → door."""
        return self.rule.rule.partition("/<token>")[0].rpartition("/")[2]

    @property
    def arguments(self) -> set[str]:
        """What the address takes."""
        return set(self.rule.arguments)


@dataclass
class World:
    """The application on a town in which both areas are busy."""

    app: Flask
    town: Town
    own: Scene
    other: Scene

    def client(self, login: str | None) -> FlaskClient:
        """A browser without one line of JavaScript, signed in."""
        client = self.app.test_client()
        if login is not None:
            sent = client.post("/account/sign-in", data={"login": login, "password": PASSWORD})
            assert sent.status_code == 302
        return client

    def places(self, *methods: str) -> list[Place]:
        """Every route for each of ``methods``."""
        return [
            Place(rule, method)
            for rule in self.app.url_map.iter_rules()
            for method in methods
            if method in (rule.methods or ()) and rule.endpoint != "static"
        ]

    def address(self, place: Place, scene: Scene) -> str:
        """The place's address with ``scene``'s records in it."""
        sign = self.town.office.sign
        known: dict[str, Any] = scene.values | {
            "group": "enterprise",
            "channel": "wecom",
            "text": "case.filed",
            "area": scene.area_key,
            "code": scene.code,
            "name": scene.values["file_name"],
            "step": "call",
            "act": "withdraw",
            "plugin": "enterprise_advisors",
            "key": "reply_letter",
            "rule_key": "visit",
            "preset_key": "revisit",
            "ticket": sign("door-hit", [scene.values["meeting_id"], scene.values["requester_invitation_id"]]),
            "token": {
                "attachment": scene.values["attachment_token"],
                "board": sign("board", scene.values["meeting_id"]),
                "door": sign("door", scene.values["meeting_id"]),
                "link": scene.values["link"],
                "feed": scene.values["feed_token"],
            }.get(place.kind_of_link, sign("invitation", scene.values["requester_invitation_id"])),
        }
        missing = place.arguments - set(known)
        assert not missing, f"{place}: say in World.address what {', '.join(missing)} stands for"
        adapter = self.app.url_map.bind("localhost")
        return adapter.build(place.rule.endpoint, {n: known[n] for n in place.arguments}, method=place.method)

    def policy(self, place: Place) -> frozenset[Role] | None:
        """The roles that the place is open to; None: anybody."""
        return policy_of(self.app, place.rule.endpoint)

    def rows(self) -> dict[str, Any]:
        """What the database holds: each table's number of rows and, roughly, their content."""
        with self.town.office.read(SYSTEM) as work:
            found: dict[str, Any] = {}
            for table in Base.metadata.sorted_tables:
                if table.name not in MOVES_BY_ITSELF:
                    count = work.session.scalar(select(func.count()).select_from(table))
                    lines = sorted(map(repr, work.session.execute(text(f'SELECT * FROM "{table.name}"'))))
                    found[table.name] = (count, lines)
            return found


@pytest.fixture
def world(lite_town: Town) -> World:
    """Both areas at work. Forms need no token here: what is asked is whether the *person* may."""
    office = lite_town.office
    app = make_app(small_settings(office.files_dir.parent, str(office.database.url)), office)
    app.config["WTF_CSRF_ENABLED"] = False
    own = play(lite_town, "dagang", "coordinator")
    return World(app, lite_town, own, play(lite_town, "xigang", "other_coordinator"))


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The tables that are not as they were, with what is new in them."""
    return {n: [x for x in after[n][1] if x not in before[n][1]][:3] for n in after if after[n] != before[n]}


def turned_away(response: TestResponse) -> bool:
    """Refused, or sent to the sign-in page."""
    return response.status_code >= 400 or "/account/sign-in" in response.headers.get("Location", "")


def test_nobody_without_the_role_gets_in(world: World) -> None:
    """Every route, every role it is not open to, and visitors: with their own area's records even."""
    clients = {role: world.client(login) for role, login in PEOPLE.items()} | {None: world.client(None)}
    before, let_in = world.rows(), []
    for place in world.places("GET", "POST"):
        policy = world.policy(place)
        for role, client in clients.items():
            if policy is None or role in policy:
                continue
            response = client.open(world.address(place, world.own), method=place.method)
            if not turned_away(response) or (role is not None and response.status_code != 403):
                let_in.append(f"{place} let in {role or 'a visitor'}: {response.status}")
    assert not let_in, "\n".join(let_in)
    assert not changed(before, world.rows())


def test_other_areas_and_departments_are_closed(world: World) -> None:
    """The right role, but of another area or department: as if the record did not exist."""
    roles = (Role.COORDINATOR, Role.AREA_ADMIN, Role.REPRESENTATIVE)
    clients = {role: world.client(PEOPLE[role]) for role in roles}
    before, open_doors, tried = world.rows(), [], 0
    for role, client in clients.items():
        for place in world.places("GET", "POST"):
            policy = world.policy(place)
            if policy is None or role not in policy or not place.arguments.intersection(OF_ONE_AREA):
                continue
            address = world.address(place, world.other)
            for form in ({}, TYPED) if place.method == "POST" else ({},):
                get = place.method == "GET"
                response = client.open(address, method=place.method, data=form, follow_redirects=get)
                tried += 1
                if not turned_away(response):
                    open_doors.append(f"{role} got {response.status} from {place.method} {address}")
    assert tried > 20
    assert not open_doors, "\n".join(dict.fromkeys(open_doors))
    assert not changed(before, world.rows())


def test_made_up_links_open_nothing(world: World) -> None:
    """A code or a signed link that duijie did not give, and one of another purpose."""
    client, before, opened = world.client(None), world.rows(), []
    sign = world.town.office.sign
    forged = [
        "x", "AAAA-AAAA-AAAA", sign("door", 999_999), sign("invitation", 999_999), sign("board", 999_999),
        sign("other purpose", world.other.values["meeting_id"]), sign("invitation", "1 OR 1=1"),
    ]  # fmt: skip
    for place in world.places("GET", "POST"):
        if world.policy(place) is not None or not place.arguments.intersection(BY_LINK):
            continue
        for word in forged:
            values = dict.fromkeys(place.arguments, word) | {"step": "call", "act": "withdraw", "question_id": 1, "common_id": 1}
            adapter = world.app.url_map.bind("localhost")
            address = adapter.build(place.rule.endpoint, values, method=place.method)
            response = client.open(address, method=place.method)
            if response.status_code < 400:
                opened.append(f"{response.status} {place.method} {address}")
    assert not opened, "\n".join(opened)
    assert not changed(before, world.rows())


def test_a_form_without_its_token_is_refused(world: World) -> None:
    """Another site cannot make somebody's browser send a form here."""
    clients = {role: world.client(login) for role, login in PEOPLE.items()}
    world.app.config["WTF_CSRF_ENABLED"] = True
    before, taken = world.rows(), []
    for place in world.places("POST"):
        policy = world.policy(place)
        role = next(iter(sorted(policy)), None) if policy else Role.COORDINATOR
        client = clients[role] if role else world.client(None)
        response = client.post(world.address(place, world.own))
        if response.status_code not in (400, 403):
            taken.append(f"{place}: {response.status}")
    assert not taken, "\n".join(taken)
    assert not changed(before, world.rows())


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.slow)])
def test_looking_changes_nothing(world: World, language: str) -> None:
    """Every page that somebody may open opens without an error, in both languages, and writes nothing."""
    people = {**PEOPLE, Role.REPRESENTATIVE: f"rep_{LEAD}"}
    clients = {role: world.client(login) for role, login in people.items()}
    wrong: list[str] = []
    for place in world.places("GET"):
        policy = world.policy(place)
        for role, client in clients.items():
            if policy is not None and role not in policy:
                continue
            address = world.address(place, world.own)
            with writes(world.town.office.database.engine) as written:
                response = client.get(address, query_string={"lang": language})
                response.close()
            if response.status_code >= 500:
                wrong.append(f"{role} got {response.status} from {address}")
            wrong += [f"GET {address}: {statement}" for statement in written]
    assert not wrong, "\n".join(wrong)


@contextmanager
def writes(engine: Engine) -> Iterator[list[str]]:
    """The statements that change a table, but those in which being seen and being counted is noted."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        change = re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', statement, re.IGNORECASE)
        if change and change.group(1) not in MOVES_BY_ITSELF:
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_every_address_is_spoken_for(world: World) -> None:
    """A route that takes something new is tried with a record of the other area too, or says here why not."""
    of_nobody = {
        "group", "area", "name", "step", "act", "user_id", "grant_id", "entry_id", "seat_id",
        "department_id", "plugin", "key", "rule_key", "preset_key", "channel", "text", *BY_LINK,
    }  # fmt: skip
    unknown = {
        argument
        for place in world.places("GET", "POST")
        for argument in place.arguments
        if argument not in of_nobody and argument not in OF_ONE_AREA
    }
    assert not unknown
