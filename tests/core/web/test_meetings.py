import re
from datetime import timedelta

import pytest
from call_meeting import Called, a_day, call, requester_invitations
from icalendar import Calendar
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.domain.states import MeetingState
from duijie.services.meetings import access, planning, solving
from duijie.storage.models import Meeting, SolveJob
from duijie.storage.queries.meetings import listed


class Browser:
    """A Flask client that keeps the CSRF token of the page it last saw, as a browser's form would."""

    def __init__(self, app, login: str = "") -> None:
        self.client, self.page = app.test_client(), ""
        if login:
            self.get("/account/sign-in")
            assert self.post("/account/sign-in", login=login, password=PASSWORD).status_code == 302

    def get(self, path: str):
        answer = self.client.get(path)
        if answer.content_type.startswith("text/html"):
            self.page = answer.get_data(as_text=True)
        return answer

    def post(self, path: str, follow: bool = False, **data):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page)
        data.setdefault("csrf_token", token.group(1) if token else "")
        answer = self.client.post(path, data=data, follow_redirects=follow)
        if answer.content_type.startswith("text/html") and answer.status_code != 302:
            self.page = answer.get_data(as_text=True)
        return answer

    def version(self) -> str:
        return re.search(r'name="version" value="(\d+)"', self.page).group(1)


@pytest.fixture
def app(lite_town: Town):
    office = lite_town.office
    return make_app(small_settings(office.files_dir.parent, str(office.database.url)), office)


@pytest.fixture
def called(lite_town: Town) -> Called:
    return call(lite_town)


@pytest.fixture
def coordinator(app) -> Browser:
    return Browser(app, "coordinator")


def state(called: Called) -> MeetingState:
    with called.town.office.read(SYSTEM) as work:
        return work.session.get_one(Meeting, called.meeting_id).state


def form(called: Called) -> dict[str, str]:
    """The fields of a good new meeting."""
    with called.town.office.read(SYSTEM) as work:
        day = a_day(work).isoformat()
    hr = called.town.department_id("hr")
    return {"group": "enterprise", "area": str(called.town.area_id), "title": "十二月对接会", "place": "三楼",
            "day": day, "start": "14:00", "slot_minutes": "12", "slots": "10", "desk": str(hr),
            f"seats-{hr}": "2"}  # fmt: skip


def test_a_coordinator_goes_the_whole_way_in_the_browser(called, coordinator):
    at = f"/meetings/{called.meeting_id}"
    assert "召集对接会" in coordinator.get("/meetings/").get_data(as_text=True)
    coordinator.get(at + "/cases")
    ids = list(called.cases.values())
    coordinator.post(at + "/cases", case=ids, with_desks="1", version=coordinator.version(), follow=True)
    assert "已列入议程" in coordinator.page
    one = called.cases["permit"]
    coordinator.post(at + "/agenda", item=[one], together=[one], version=coordinator.version(),
                     **{f"length-{one}": "2"}, follow=True)
    assert "议程已保存" in coordinator.page
    coordinator.get(at + "/invitations")
    coordinator.post(at + "/invite", version=coordinator.version(), follow=True)
    assert state(called) is MeetingState.INVITING
    coordinator.get(at + "/timetable")
    assert "还没有时间表" in coordinator.page
    coordinator.post(at + "/timetable/solve", version=coordinator.version(), follow=True)
    assert "已是最好" in coordinator.page
    assert "诉求 capacity" in coordinator.page
    assert "联合：" in coordinator.page
    coordinator.get(at + "/timetable?view=party")
    assert "企业 02" in coordinator.page
    coordinator.post(at + "/publish", version=coordinator.version(), follow=True)
    assert state(called) is MeetingState.SCHEDULED
    assert "已公布" in coordinator.page
    for path in ("", "/cases", "/invitations", "/timetable", "/edit", "/print"):
        for language in ("zh", "en"):
            assert coordinator.get(f"{at}{path}?lang={language}").status_code == 200
    coordinator.get(f"{at}/edit?lang=zh")
    coordinator.post(at + "/cancel", reason="", version=coordinator.version())
    assert "请说明取消的原因" in coordinator.page
    coordinator.post(at + "/cancel", reason="台风", version=coordinator.version(), follow=True)
    assert state(called) is MeetingState.CANCELLED


def test_the_form_starts_from_the_groups_template_and_loses_nothing(called, coordinator):
    coordinator.get(f"/meetings/new?group=enterprise&area={called.town.area_id}")
    assert 'value="14:00"' in coordinator.page
    assert "<strong>16:00</strong>" in coordinator.page
    hr = called.town.department_id("hr")
    assert re.search(rf'name="desk" value="{hr}" checked', coordinator.page)
    answer = coordinator.post("/meetings/new", **(form(called) | {"place": "", "day": "2020-01-06"}))
    assert answer.status_code == 422
    assert "请填写地点" in coordinator.page
    assert "十二月对接会" in coordinator.page
    answer = coordinator.post("/meetings/new", **form(called))
    assert answer.headers["Location"].endswith("/cases")


def test_a_bad_day_is_warned_of_after_drafting(called, coordinator):
    coordinator.get("/meetings/new")
    coordinator.post("/meetings/new", **form(called), follow=True)
    assert "本片区当天已有对接会" in coordinator.page


@pytest.mark.parametrize("wrong", [{"area": "x"}, {"day": "soon"}, {"slots": "many"}, {"start": "2 pm"}])
def test_nonsense_is_answered_with_advice(called, coordinator, wrong):
    coordinator.get("/meetings/new")
    assert coordinator.post("/meetings/new", **(form(called) | wrong)).status_code == 422


def test_two_coordinators_edit_and_the_second_keeps_what_was_typed(called, app, coordinator):
    other = Browser(app, "coordinator")
    at = f"/meetings/{called.meeting_id}/edit"
    for browser in (coordinator, other):
        browser.get(at)
    seen = coordinator.version()
    assert coordinator.post(at, title="甲", chair="", notes="", version=seen).status_code == 302
    answer = other.post(at, title="乙", chair="", notes="", version=seen)
    assert answer.status_code == 409
    assert "他人已更新" in other.page
    assert 'value="乙"' in other.page


def test_a_collision_is_shown_in_words_beside_the_grid(called, coordinator):
    called.to("solved")
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        mine = [a for a in timetable.appointments if a.invitation.name == "企业 02"]
    at = f"/meetings/{called.meeting_id}/timetable"
    coordinator.get(at)
    answer = coordinator.post(at + "/move", key=mine[0].key, slot=str(mine[1].slot), version=coordinator.version())
    assert answer.status_code == 409
    assert "不能移到这里" in coordinator.page
    answer = coordinator.post(at + "/move", key=mine[0].key, slot="8", version=coordinator.version(), follow=True)
    assert "已调整并锁定" in coordinator.page
    assert "chip--locked" in coordinator.page
    coordinator.post(at + "/unlock", version=coordinator.version(), follow=True)
    assert "chip--locked" not in coordinator.page


def test_a_representative_sees_invited_meetings_only_and_answers(called, app):
    called.to("cases")
    hr = Browser(app, "rep_hr")
    at = f"/meetings/{called.meeting_id}"
    assert hr.get(at).status_code == 404  # still a draft
    called._invited()
    assert "大港工业社区对接会" in hr.get("/meetings/").get_data(as_text=True)
    assert hr.get(at).status_code == 200
    assert "诉求 insurance" in hr.page
    for path in ("/cases", "/invitations", "/timetable", "/print"):
        assert hr.get(at + path).status_code == 403
    mine = f"/meetings/invitation/{called.invitation('hr')}"
    hr.get(mine)
    answer = hr.post(mine, answer="declined", people="1", note="")
    assert answer.status_code == 422
    assert "请说明不能到会的原因" in hr.page
    hr.post(mine, answer="accepted", people="2", away=["0"], follow=True)
    assert hr.get(f"/meetings/invitation/{called.invitation('power')}").status_code == 404
    assert Browser(app, "rep_tax").get(at).status_code == 404
    called.solve()
    called.publish()
    assert "14:" in hr.get(at).get_data(as_text=True)


def test_a_foreign_coordinator_finds_nothing(called, app):
    called.to("published")
    other = Browser(app, "other_coordinator")
    for path in ("", "/cases", "/invitations", "/timetable", "/edit", "/print", "/meeting.ics"):
        assert other.get(f"/meetings/{called.meeting_id}{path}").status_code == 404
    other.get("/meetings/new")
    for path in ("/cases", "/invite", "/publish", "/move", "/desks", "/cancel", "/timetable/solve",
                 "/timetable/move", "/timetable/lock", "/timetable/unlock", "/timetable/stop",
                 "/timetable/relax", "/timetable/wishes", "/replan", "/agenda", "/edit", "/desks/add"):  # fmt: skip
        given = {"day": "2027-03-01", "start": "14:00", "slot_minutes": "12", "slots": "10", "place": "x",
                 "reason": "x", "title": "x", "case": "1", "department": "1", "key": "x"}  # fmt: skip
        assert other.post(f"/meetings/{called.meeting_id}{path}", **given).status_code == 404, path
    assert other.get(f"/meetings/invitation/{called.invitation('hr')}").status_code == 404


def test_an_area_administrator_looks_on_but_changes_nothing(called, app):
    called.to("invited")
    admin = Browser(app, "area_admin")
    assert admin.get(f"/meetings/{called.meeting_id}/timetable").status_code == 200
    assert admin.post(f"/meetings/{called.meeting_id}/timetable/solve").status_code == 403


def test_a_requester_answers_on_the_signed_link_without_an_account(called, app):
    called.to("invited")
    visitor = Browser(app)
    token = called.town.office.sign("invitation", called.invitation("capacity"))
    assert visitor.get(f"/meetings/i/{token}").status_code == 200
    assert "诉求 capacity" in visitor.page
    assert "诉求 permit" not in visitor.page
    visitor.post(f"/meetings/i/{token}", answer="accepted", away=["0", "1"], follow=True)
    assert "已收到您的回复" in visitor.page
    assert {tuple(i.away) for i in requester_invitations(called)} == {(), (0, 1)}
    visitor.get(f"/meetings/i/{token}?lang=en")
    assert "Can you come?" in visitor.page
    for wrong in ("x", called.town.office.sign("door", 1), called.town.office.sign("invitation", called.invitation("hr"))):
        assert visitor.get(f"/meetings/i/{wrong}").status_code == 404
        visitor.get(f"/meetings/i/{token}")  # for its form token
        assert visitor.post(f"/meetings/i/{wrong}", answer="accepted").status_code == 404
        assert visitor.get(f"/meetings/i/{wrong}/meeting.ics").status_code == 404


def test_the_requesters_page_shows_the_published_time_and_its_calendar_file(called, app):
    called.to("published")
    visitor = Browser(app)
    token = called.town.office.sign("invitation", called.invitation("capacity"))
    visitor.get(f"/meetings/i/{token}")
    assert "您的对接安排" in visitor.page
    assert "席位" in visitor.page
    answer = visitor.get(f"/meetings/i/{token}/meeting.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    event = next(iter(Calendar.from_ical(answer.data).walk("VEVENT")))
    assert event["SEQUENCE"] == 1
    assert "诉求 capacity" in event["DESCRIPTION"]


def test_a_representatives_calendar_file_is_their_desks(called, app):
    called.to("published")
    answer = Browser(app, "rep_power").get(f"/meetings/{called.meeting_id}/meeting.ics")
    event = next(iter(Calendar.from_ical(answer.data).walk("VEVENT")))
    assert "企业 02" in event["DESCRIPTION"]


def test_a_coordinator_notes_an_answer_given_by_telephone(called, coordinator):
    called.to("invited")
    path = f"/meetings/invitation/{called.invitation('insurance')}"
    coordinator.get(path)
    assert "13800000001" in coordinator.page
    coordinator.post(path, answer="declined", follow=True)
    assert "不能到会" in coordinator.page


def test_the_printed_page_has_a_sheet_for_every_desk(called, coordinator):
    at = f"/meetings/{called.meeting_id}/print"
    assert coordinator.get(at).status_code == 404
    called.to("published")
    coordinator.get(at)
    assert coordinator.page.count('class="sheet panel"') == 3 + 5  # wall, requesters, slips, and each desk
    assert coordinator.page.count('class="slip"') == 3


def test_nobody_without_an_account_comes_in(called, app):
    visitor = Browser(app)
    for path in ("/", "/new", f"/{called.meeting_id}", f"/{called.meeting_id}/timetable", "/invitation/1"):
        answer = visitor.get(f"/meetings{path}")
        assert (answer.status_code, "/account/sign-in" in answer.headers["Location"]) == (302, True)


@pytest.mark.parametrize(("hours", "still_coming"), [(2, True), (25, False)])
def test_a_meeting_not_opened_in_time_waits_for_a_day(called, hours, still_coming):
    with called.town.office.write(SYSTEM) as work:
        work.session.get_one(Meeting, called.meeting_id).starts_at = work.now - timedelta(hours=hours)
        work.session.flush()
        ahead, behind = listed(work.session, SYSTEM, work.now, 10)
    assert [m.id for m in ahead] == ([called.meeting_id] if still_coming else [])
    assert [m.id for m in behind] == ([] if still_coming else [called.meeting_id])


def solved(called, coordinator) -> str:
    called.to("solved")
    at = f"/meetings/{called.meeting_id}"
    coordinator.get(at + "/timetable")
    return at


def test_parts_are_locked_and_let_go_on_the_board(called, coordinator):
    at = solved(called, coordinator)
    with called.read() as work:
        meeting = access.managed(work, called.meeting_id)
        desk, party = meeting.desks[0], next(i for i in meeting.invitations if i.party_key)
    for given in ({"desk": desk.id}, {"requester": party.id}, {"first": "0", "last": "2"}):
        coordinator.post(at + "/timetable/lock", version=coordinator.version(), follow=True, **given)
        assert "已锁定" in coordinator.page
    assert coordinator.page.count('class="locks__part"') == 3
    assert "14:00–14:36" in coordinator.page
    answer = coordinator.post(at + "/timetable/lock", version=coordinator.version(), first="4", last="2")
    assert answer.status_code == 422
    assert "结束不能早于开始" in coordinator.page
    part = re.search(r'name="part" value="(\d+)"', coordinator.page).group(1)
    coordinator.post(at + "/timetable/unlock", part=part, version=coordinator.version(), follow=True)
    assert coordinator.page.count('class="locks__part"') == 2
    coordinator.post(at + "/timetable/unlock", version=coordinator.version(), follow=True)
    assert 'class="locks__part"' not in coordinator.page


def test_collisions_come_in_the_language_of_the_page(called, coordinator):
    at = solved(called, coordinator)
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        mine = [a for a in timetable.appointments if a.invitation.name == "企业 02"]
    for language, words in (("zh", "席位"), ("en", "has both")):
        coordinator.get(f"{at}/timetable?lang={language}")
        found = coordinator.get(f"{at}/timetable/collisions?key={mine[0].key.replace('+', '%2B')}").get_json()
        assert len(found) == 10
        assert any(not one["why"] for one in found)
        assert words in str(found)


def test_the_progress_of_a_search_is_polled_and_a_lost_one_starts_again(called, coordinator):
    at = solved(called, coordinator)
    office = called.town.office
    job, fence = solving.start(office, called.town.actor("coordinator"), called.meeting_id, take=True)
    first = coordinator.get(at + "/timetable/progress")
    assert "正在排时间表" in coordinator.page
    tag = {"If-None-Match": first.headers["ETag"]}
    assert coordinator.client.get(at + "/timetable/progress", headers=tag).status_code == 304
    with office.write(SYSTEM) as work:
        work.session.get_one(SolveJob, job).progress = {"seconds": 3.0, "objective": 120, "bound": 90, "gap": 0.25}
    assert coordinator.client.get(at + "/timetable/progress", headers=tag).status_code == 200
    assert "最多还能好 25.0%" in coordinator.get(at + "/timetable").get_data(as_text=True)
    coordinator.post(at + "/timetable/stop", follow=True)
    assert "正在停下" in coordinator.page
    solving.run(office, job, fence)
    assert "第 2 版时间表已排好" in coordinator.get(at + "/timetable/progress").get_data(as_text=True)
    job, _ = solving.start(office, called.town.actor("coordinator"), called.meeting_id, take=True)
    with office.write(SYSTEM) as work:
        work.session.get_one(SolveJob, job).lease_until = work.now - timedelta(seconds=1)
    assert "上次排表中断了" in coordinator.get(at + "/timetable").get_data(as_text=True)
    coordinator.post(at + "/timetable/solve", version=coordinator.version(), follow=True)
    assert "时间表已排出" in coordinator.page
    assert "中断" not in coordinator.page


def test_what_has_no_place_is_one_click_from_one(called, coordinator):
    called.to("invited")
    called.answer("hr", "rep_hr", answer="accepted", people=1, away=list(range(10))[1:])
    called.answer("insurance", answer="accepted", away=[0])
    called.solve()
    at = f"/meetings/{called.meeting_id}/timetable"
    coordinator.get(at)
    assert "请 企业 01 14:00–14:12 到场" in coordinator.page
    offer = re.search(r'name="kind" value="open"><input type="hidden" name="id" value="(\d+)"><input type="hidden" '
                      r'name="slot" value="(\d+)"', coordinator.page)  # fmt: skip
    coordinator.post(at + "/relax", kind="open", id=offer.group(1), slot=offer.group(2),
                     version=coordinator.version(), follow=True)  # fmt: skip
    assert "已调整：区人力社保局席位" in coordinator.page
    assert "未排上" not in coordinator.page
    assert coordinator.post(at + "/relax", kind="dance", id="1", version=coordinator.version()).status_code == 422


def test_wishes_are_previewed_kept_and_solved_with(called, coordinator):
    at = solved(called, coordinator)
    for language in ("zh", "en"):
        assert coordinator.get(f"{at}/timetable/wishes?urgent=high&moved=off&preview=1&lang={language}").status_code == 200
    coordinator.get(at + "/timetable/wishes?urgent=high&moved=off&preview=1&lang=zh")
    assert "相比" in coordinator.page
    assert re.search(r'name="urgent" value="high" checked', coordinator.page)
    coordinator.post(at + "/timetable/wishes", version=coordinator.version(), urgent="high", solve="1", follow=True)
    assert "时间表已排出" in coordinator.page
    coordinator.get(at + "/timetable/wishes")
    assert re.search(r'name="urgent" value="high" checked', coordinator.page)
    answer = coordinator.post(at + "/timetable/wishes", version=coordinator.version(), urgent="x")
    assert answer.status_code == 422


def test_two_versions_side_by_side_and_the_files(called, app, coordinator):
    called.to("published")
    at = f"/meetings/{called.meeting_id}"
    with called.read() as work:
        timetable = planning.current(work, access.managed(work, called.meeting_id))
        mine = next(a for a in timetable.appointments if a.invitation.name == "企业 01")
    coordinator.get(at + "/timetable")
    coordinator.post(at + "/timetable/move", key=mine.key, slot="9", version=coordinator.version(), follow=True)
    assert "与已公布的相比改了 1 处" in coordinator.page
    for view in ("desk", "party"):
        coordinator.get(f"{at}/timetable/compare?view={view}")
        assert "chip--changed" in coordinator.page
        assert "chip--ghost" in coordinator.page
    assert "改到 15:48–16:00" in coordinator.page
    assert re.search(r"公布后要通知 <span class=\"muted\">\d", coordinator.page)
    assert Browser(app, "area_admin").get(at + "/timetable/compare?from=2&to=1&lang=en").status_code == 200
    assert "全部排得下" in coordinator.get(f"{at}/timetable/why").text
    for name, start in (("xlsx", b"PK"), ("ics", b"BEGIN:VCALENDAR")):
        answer = coordinator.get(f"{at}/timetable.{name}?number=2")
        assert answer.get_data().startswith(start)
    assert len(coordinator.get(at + "/timetable").get_data()) < 60_000
