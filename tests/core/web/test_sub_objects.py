"""A record's parts are reached through their own record only; fields that a page does not have change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from scene import LEAD, STRANGER, Scene, answers, play
from sqlalchemy import select, text
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import CaseState
from duijie.storage.base import Base
from duijie.storage.models import Case, Invitation, Meeting, Reminder, User

PARTS = {
    "invitation_id", "appointment_id", "desk_id", "outcome_id", "commitment_id", "assignment_id", "item_id",
}  # fmt: skip
TYPED = {"text": "越权", "reason": "越权", "answer": "accepted", "kind": "answered", "result": "solved"}
MORE = {  # columns and roles that no page offers; the names that frameworks are known to take up by themselves
    "id": "1", "state": "closed", "role": "system_admin", "roles": "system_admin", "is_admin": "1", "active": "0",
    "department_id": "1", "area_id": "3", "group_key": "rural", "number": "X-1", "priority": "2", "score": "5",
    "created_by": "1", "by": "别人", "actor_id": "1", "user_id": "1", "created_at": "2000-01-01", "tracking_hash": "x",
    "due_on": "2030-01-01", "merged_into_id": "1", "published_id": "1", "revision": "9", "uid": "x", "card": "red",
    "public": "1", "password_hash": "x", "signed_in_at": "2026-01-01", "party_key": "x", "consent_at": "2000-01-01",
}  # fmt: skip


@dataclass
class World:
    """The application on a town in which both areas are busy."""

    town: Town
    app: Flask
    own: dict[str, Any]
    other: dict[str, Any]
    scene: Scene

    def client(self, login: str) -> FlaskClient:
        client = self.app.test_client()
        assert client.post("/account/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
        return client

    def rows(self) -> dict[str, list[str]]:
        tables = [t.name for t in Base.metadata.sorted_tables if t.name not in ("web_session", "rate_limit")]
        with self.town.office.read(SYSTEM) as work:
            return {
                name: sorted(map(repr, work.session.execute(text(f'SELECT * FROM "{name}"')))) for name in tables
            }


@pytest.fixture
def world(lite_town: Town) -> World:
    office = lite_town.office
    app = make_app(small_settings(office.files_dir.parent, str(office.database.url)), office)
    app.config["WTF_CSRF_ENABLED"] = False
    own, other = play(lite_town, "dagang", "coordinator"), play(lite_town, "xigang", "other_coordinator")
    return World(lite_town, app, own.values, other.values, own)


def _mixed(world: World) -> Iterator[str]:
    """Every form whose address names a record and a part of it: one's own record, another one's part."""
    for rule in world.app.url_map.iter_rules():
        named = set(rule.arguments)
        if "POST" in (rule.methods or ()) and named & PARTS and named & {"case_id", "meeting_id"}:
            values = {n: (world.other if n in PARTS else world.own)[n] for n in named}
            yield world.app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")


def test_a_part_of_another_record_is_not_found_through_ones_own(world: World) -> None:
    addresses = list(_mixed(world))
    assert len(addresses) >= 2
    clients = [world.client(login) for login in ("coordinator", "area_admin", f"rep_{LEAD}")]
    before = world.rows()
    for client in clients:
        for address in addresses:
            assert client.post(address, data=TYPED).status_code in (403, 404), address
    assert world.rows() == before


def test_ids_of_others_in_a_form_reach_nothing(world: World) -> None:
    coordinator, own, other = world.client("coordinator"), world.own, world.other
    before = world.rows()
    for address, form in (
        (f"/cases/{own['received_id']}/merge", {"merge-into": other["case_id"], "merge-reason": "同一问题"}),
        (f"/cases/{own['received_id']}/merge", {"merge-other": other["case_id"], "merge-reason": "同一问题"}),
        (f"/meetings/{own['draft_meeting_id']}/agenda", {"item": other["case_id"], f"length-{other['case_id']}": "2"}),
        (f"/meetings/{own['draft_meeting_id']}/timetable/lock", {"locked": "1", "desk": other["desk_id"]}),
        (f"/meetings/{own['meeting_id']}/call", {"desk": other["desk_id"]}),
        (f"/meetings/{own['meeting_id']}/here", {"invitation": other["requester_invitation_id"]}),
        (f"/desk/meeting/{own['meeting_id']}/sign-in", {"invitation": other["invitation_id"]}),
        ("/meetings/new", {"group": "enterprise", "area": other["area_id"], "title": "会", "place": "处",
                           "day": "2026-12-10", "start": "14:00", "slot_minutes": "12", "slots": "10"}),
    ):  # fmt: skip
        assert coordinator.post(address, data=form).status_code >= 400, address
    assert world.rows() == before
    coordinator.post(f"/meetings/{own['draft_meeting_id']}/cases", data={"case": [other["received_id"], other["case_id"]]})
    with world.town.office.read(SYSTEM) as work:
        assert not work.session.get_one(Meeting, own["draft_meeting_id"]).agenda


def test_a_representative_speaks_for_no_other_department(world: World) -> None:
    power, stranger = world.client("rep_power"), world.client(f"rep_{STRANGER}")
    at, lead = f"/desk/appointment/{world.own['appointment_id']}/outcome", str(world.town.department_id(LEAD))
    before = world.rows()
    assert power.post(at, data=TYPED | {"department": lead}).status_code >= 400
    reply = {"for-department": lead, "reply-text": "越权", "reply-kind": "solved", "reply-way": "online"}
    assert stranger.post(f"/cases/{world.own['case_id']}/reply", data=reply).status_code == 404
    for path in (f"/cases/attachment/{world.own['attachment_token']}", f"/meetings/{world.own['meeting_id']}/meeting.ics",
                 f"/meetings/invitation/{world.own['invitation_id']}", f"/desk/meeting/{world.own['meeting_id']}"):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert world.rows() == before


def test_nobody_opens_anothers_message(world: World) -> None:
    with world.town.office.write(SYSTEM) as work:
        theirs = work.session.scalars(
            select(Reminder)
            .where(Reminder.channel == "inbox", Reminder.user_id == world.town.actor("other_coordinator").user_id)
        ).first()
        assert theirs is not None
        theirs.state, theirs.sent_at = "sent", work.now
        message = theirs.id
    for login in ("coordinator", "area_admin", "system_admin"):
        assert world.client(login).post(f"/account/messages/{message}/open").status_code == 404
        world.client(login).post("/account/messages/read")
    with world.town.office.read(SYSTEM) as work:
        assert work.session.get_one(Reminder, message).read_at is None


def test_fields_that_the_page_does_not_have_change_nothing(world: World) -> None:
    """Filing, answering, adding, noting, editing a meeting, one's own password: each with every name of ``MORE``."""
    town, anybody = world.town, world.app.test_client()
    form = {k: str(v) for k, v in answers(900).items()} | {"consent": "yes"}
    anybody.post("/file/enterprise/dagang", data=MORE | form)
    with town.office.read(SYSTEM) as work:
        filed = work.session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert filed is not None
        assert filed.requester == "滨港第900机械厂"
        assert (filed.state, filed.priority, filed.group_key) == (CaseState.RECEIVED, 0, "enterprise")
        assert (filed.area_id, filed.merged_into_id, filed.card) == (town.area_id, None, None)
        assert filed.number != "X-1"
        was = _columns(work.session.get_one(Case, world.own["case_id"]))
        meeting_was = _columns(work.session.get_one(Meeting, world.own["draft_meeting_id"]))
        people_were = [_columns(u) for u in work.session.scalars(select(User).order_by(User.id))]
        asked_was = _columns(work.session.get_one(Invitation, world.own["requester_invitation_id"]))
    coordinator = world.client("coordinator")
    coordinator.post(f"/cases/{world.own['case_id']}/note", data=MORE | {"note-text": "备注"})
    anybody.post(f"/t/{world.scene.code}/add", data=MORE | {"text": "补充"})
    coordinator.post(f"/meetings/{world.own['draft_meeting_id']}/edit", data=MORE | {"title": "新名称"})
    link = town.office.sign("invitation", world.own["requester_invitation_id"])
    anybody.post(f"/meetings/i/{link}", data=MORE | {"answer": "accepted"})
    coordinator.post("/account/password", data=MORE | {"old": "wrong", "new": "x"})
    with town.office.read(SYSTEM) as work:
        assert _changed(was, _columns(work.session.get_one(Case, world.own["case_id"]))) <= {"version"}
        now = _columns(work.session.get_one(Meeting, world.own["draft_meeting_id"]))
        assert _changed(meeting_was, now) == {"title", "chair", "notes", "version"} & _changed(meeting_was, now)
        assert now["title"] == "新名称"
        assert not _changed(asked_was, _columns(work.session.get_one(Invitation, world.own["requester_invitation_id"])))
        for before, user in zip(people_were, work.session.scalars(select(User).order_by(User.id)), strict=True):
            assert _changed(before, _columns(user)) <= {"last_sign_in_at", "version", "failed_sign_ins"}


def _columns(record: Base) -> dict[str, Any]:
    return {column.key: getattr(record, column.key) for column in record.__mapper__.column_attrs}


def _changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}
