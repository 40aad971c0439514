import threading
from datetime import timedelta

import pytest
from meeting_day import Day, meeting_day
from sqlalchemy import func, select
from town import Town

from duijie.domain.errors import Conflict, DuijieError, Forbidden, Invalid, NotFound, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.states import CaseState, MeetingState, OutcomeKind, ReplyKind
from duijie.services.meetings import desk, live
from duijie.storage.models import (
    Appointment,
    Case,
    Commitment,
    Event,
    Invitation,
    Meeting,
    Outcome,
    Reminder,
    Reply,
)

K = OutcomeKind


@pytest.fixture
def day(town: Town) -> Day:
    return meeting_day(town, MeetingState.LIVE)


@pytest.fixture
def lite_day(lite_town: Town) -> Day:
    return meeting_day(lite_town, MeetingState.LIVE)


def get(day: Day, model, record_id):
    with day.office.read(SYSTEM) as work:
        return work.session.get_one(model, record_id)


def case(day: Day, key: str) -> Case:
    with day.office.read(SYSTEM) as work:
        found = work.session.get_one(Case, day.cases[key])
        assert found.assignments is not None
        return found


def appointment(day: Day, key: str) -> Appointment:
    return get(day, Appointment, day.appointments[key])


def say(day: Day, who, key: str, kind: OutcomeKind, department: str = "hr", **more):
    with day.office.write(who) as work:
        return live.record_outcome(
            work, day.appointments[key], day.departments[department], kind, **({"text": "说明"} | more)
        )


def kinds_of(day: Day, case_key: str) -> list[str]:
    with day.office.read(SYSTEM) as work:
        mine = select(Event.kind).where(Event.case_id == day.cases[case_key]).order_by(Event.id)
        return list(work.session.scalars(mine))


# ---- opening and the door ----


def test_only_the_coordinator_opens_a_scheduled_meeting_once(town):
    day = meeting_day(town)
    for actor in (day.rep("hr"), town.actor("other_coordinator")):
        with pytest.raises((Forbidden, NotFound)), day.office.write(actor) as work:
            live.start(work, day.meeting_id)
    with day.office.write(town.actor("coordinator")) as work:
        live.start(work, day.meeting_id)
    assert get(day, Meeting, day.meeting_id).state is MeetingState.LIVE
    with pytest.raises(Refused), day.office.write(town.actor("coordinator")) as work:
        live.start(work, day.meeting_id)


def test_an_older_page_cannot_open_the_meeting(lite_town):
    day = meeting_day(lite_town)
    with pytest.raises(Conflict), day.office.write(lite_town.actor("coordinator")) as work:
        live.start(work, day.meeting_id, version=99)


def test_signing_in_twice_signs_in_once(day):
    came = []
    for _ in range(2):
        with day.office.write(SYSTEM) as work:
            came.append(live.sign_in(work, work.session.get_one(Invitation, day.invitations["zhang"])))
    assert came == [True, False]
    with day.office.read(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).where(Event.kind == "meeting.signed_in")) == 1


def test_the_door_opens_on_the_day_of_the_meeting(lite_town):
    with lite_town.office.read(SYSTEM) as work:
        tomorrow = work.now + timedelta(days=1)
    day = meeting_day(lite_town, starts=tomorrow)
    with pytest.raises(Refused, match="当天"), day.office.write(SYSTEM) as work:
        live.sign_in(work, work.session.get_one(Invitation, day.invitations["zhang"]))


def test_a_representative_signs_in_only_their_own_department(lite_day):
    day = lite_day
    with day.office.write(day.rep("hr")) as work:
        assert live.sign_in_by_hand(work, day.meeting_id, day.invitations["hr"])
    for other in ("economy", "zhang"):
        with pytest.raises(NotFound), day.office.write(day.rep("hr")) as work:
            live.sign_in_by_hand(work, day.meeting_id, day.invitations[other])
    with day.office.write(day.town.actor("coordinator")) as work:
        assert live.sign_in_by_hand(work, day.meeting_id, day.invitations["zhang"])
        live.take_back_sign_in(work, day.meeting_id, day.invitations["zhang"])
    assert get(day, Invitation, day.invitations["zhang"]).signed_in_at is None


def test_two_hundred_sign_ins_at_once_are_all_there_once(lite_day):
    day = lite_day
    with day.office.write(SYSTEM) as work:
        crowd = [
            Invitation(meeting_id=day.meeting_id, party_key=f"138{n:08d}", name=f"企业{n}号", away=[])
            for n in range(200)
        ]
        work.session.add_all(crowd)
        work.session.flush()
        ids = [i.id for i in crowd]
    failures: list[Exception] = []

    def door(mine: list[int]) -> None:
        for one in mine:
            try:
                with day.office.write(SYSTEM) as work:
                    live.sign_in(work, work.session.get_one(Invitation, one))
            except Exception as error:
                failures.append(error)

    # every one comes twice, from different threads
    threads = [threading.Thread(target=door, args=(ids[n % 4 :: 4],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with day.office.read(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).where(Event.kind == "meeting.signed_in")) == 200
        there = select(func.count(Invitation.id)).where(Invitation.signed_in_at.is_not(None))
        assert work.session.scalar(there.where(Invitation.id.in_(ids))) == 200


# ---- calling and talking ----


def test_two_representatives_of_one_desk_work_side_by_side(day):
    with day.office.write(day.rep("hr")) as work:
        live.begin(work, day.appointments["wage"])
    with day.office.write(day.head("hr")) as work:
        live.begin(work, day.appointments["papers"])
    with day.office.read(day.rep("hr")) as work:
        stand = desk.room(work, work.session.get_one(Meeting, day.meeting_id)).stand(day.desks["hr"])
        assert {a.key for a in stand.talking} == {"wage", "papers"}
        assert {a.taken_by_id for a in stand.talking} == {day.rep("hr").user_id, day.head("hr").user_id}


def test_what_a_colleague_took_cannot_be_taken_again(day):
    with day.office.write(day.rep("hr")) as work:
        live.call(work, day.appointments["wage"])
    for act in (live.call, live.begin, live.put_back):
        with pytest.raises(Conflict, match="已经接待"), day.office.write(day.head("hr")) as work:
            act(work, day.appointments["wage"])
    with day.office.write(day.rep("hr")) as work:
        live.call(work, day.appointments["wage"])
        live.begin(work, day.appointments["wage"])
        live.begin(work, day.appointments["wage"])
    assert appointment(day, "wage").progress == "talking"


def test_of_two_who_take_it_at_the_same_moment_one_wins(day):
    ready, results = threading.Barrier(2), []

    def take(actor) -> None:
        ready.wait()
        try:
            with day.office.write(actor) as work:
                live.begin(work, day.appointments["papers"])
            results.append("won")
        except DuijieError as error:
            results.append(type(error).__name__)

    threads = [threading.Thread(target=take, args=(a,)) for a in (day.rep("hr"), day.head("hr"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["Conflict", "won"]


def test_nobody_is_called_to_two_desks_at_once(lite_day):
    day = lite_day
    with day.office.write(day.rep("hr")) as work:
        live.begin(work, day.appointments["wage"])
    with pytest.raises(Refused, match="1号席"), day.office.write(day.rep("hr")) as work:
        live.call(work, day.appointments["school"])


def test_next_is_the_first_who_is_there(lite_day):
    day = lite_day
    with day.office.write(SYSTEM) as work:
        live.sign_in(work, work.session.get_one(Invitation, day.invitations["zhang"]))
    with day.office.write(day.town.actor("coordinator")) as work:
        assert live.call_next(work, day.meeting_id, day.desks["hr"]).key == "papers"
    with pytest.raises(NotFound), day.office.write(day.town.actor("coordinator")) as work:
        live.call_next(work, day.meeting_id, 9999)


def test_a_joint_talk_stands_at_all_its_desks(lite_day):
    day = lite_day
    with day.office.write(day.rep("power")) as work:
        live.call(work, day.appointments["power"])
    with day.office.write(day.rep("economy")) as work:
        live.begin(work, day.appointments["power"])
        room = desk.room(work, work.session.get_one(Meeting, day.meeting_id))
        for name in ("economy", "power"):
            assert [a.key for a in room.stand(day.desks[name]).talking] == ["power"]


def test_another_desk_is_not_there_for_a_representative(day):
    for act in (live.call, live.begin, live.put_back):
        with pytest.raises(NotFound), day.office.write(day.rep("economy")) as work:
            act(work, day.appointments["wage"])
    with pytest.raises(NotFound):
        say(day, day.rep("economy"), "wage", K.NOT_HEARD)
    with pytest.raises(NotFound):
        say(day, day.rep("power"), "power", K.NOT_HEARD, "economy")


def test_nothing_is_called_before_the_meeting_opens(lite_town):
    day = meeting_day(lite_town)
    with pytest.raises(Refused, match="已排定"), day.office.write(day.rep("hr")) as work:
        live.call(work, day.appointments["wage"])


# ---- outcomes ----


def test_an_answer_on_the_spot_answers_the_case(day):
    with day.office.write(day.rep("hr")) as work:
        live.begin(work, day.appointments["wage"])
    made = say(day, day.rep("hr"), "wage", K.ANSWERED, text="可按项目参保。", result=ReplyKind.EXPLAINED)
    assert case(day, "wage").state is CaseState.ANSWERED
    reply = get(day, Reply, made.reply_id)
    assert (reply.way, reply.meeting_id, reply.kind) == ("meeting", day.meeting_id, ReplyKind.EXPLAINED)
    done = appointment(day, "wage")
    assert done.progress == "done"
    assert done.started_at is not None
    assert done.ended_at is not None
    assert "case.replied" in kinds_of(day, "wage")


def test_a_commitment_has_a_date_and_an_officer(day):
    made = say(day, day.rep("hr"), "wage", K.COMMITTED, working_days=7, officer="王科长")
    promise = get(day, Commitment, made.commitment_id)
    assert (promise.officer, promise.working_days, promise.meeting_id) == ("王科长", 7, day.meeting_id)
    assert case(day, "wage").state is CaseState.IN_PROGRESS
    assert case(day, "wage").due_on == promise.due_on


def test_a_site_visit_is_a_commitment_of_its_own_kind(lite_day):
    made = say(lite_day, lite_day.rep("hr"), "wage", K.SITE_VISIT, text="到车间看", working_days=3)
    assert made.kind is K.SITE_VISIT
    assert get(lite_day, Commitment, made.commitment_id).text == "现场踏勘：到车间看"


def test_a_transfer_asks_the_coordinator(day):
    made = say(day, day.rep("hr"), "wage", K.TRANSFERRED, text="属用电", transfer_to=day.departments["power"])
    assert made.transferred_to_id == day.departments["power"]
    assert case(day, "wage").state is CaseState.ASSIGNED
    with day.office.read(SYSTEM) as work:
        told = work.session.scalars(select(Reminder).where(Reminder.kind == "case.transferred")).all()
        assert {r.user_id for r in told} == {day.town.actor("coordinator").user_id}


def test_what_was_not_heard_is_carried_over(day):
    say(day, day.rep("hr"), "wage", K.NOT_HEARD, text="企业未到场")
    assert case(day, "wage").carried_from_id == day.meeting_id
    assert case(day, "wage").state is CaseState.ASSIGNED
    assert kinds_of(day, "wage")[:1] == ["case.not_heard"]


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        (K.ANSWERED, {"text": "  ", "result": ReplyKind.SOLVED}, "text"),
        (K.ANSWERED, {}, "result"),
        (K.COMMITTED, {"officer": "王"}, "working_days"),
        (K.COMMITTED, {"officer": "王", "working_days": 0}, "working_days"),
        (K.COMMITTED, {"working_days": 5}, "officer"),
        (K.TRANSFERRED, {}, "transfer_to"),
        (K.TRANSFERRED, {"transfer_to": 424242}, "transfer_to"),
    ],
)
def test_what_is_missing_is_named(lite_day, kind, more, field):
    with pytest.raises(Invalid) as wrong:
        say(lite_day, lite_day.rep("hr"), "wage", kind, **more)
    assert [p.field for p in wrong.value.problems] == [field]
    assert appointment(lite_day, "wage").progress == "planned"


def test_one_department_records_once(lite_day):
    say(lite_day, lite_day.rep("hr"), "wage", K.COMMITTED, working_days=3, officer="王")
    with pytest.raises(Conflict, match="更正"):
        say(lite_day, lite_day.head("hr"), "wage", K.NOT_HEARD)


def test_in_a_joint_talk_the_leads_outcome_counts_and_the_others_may_add_theirs(day):
    say(day, day.rep("power"), "power", K.COMMITTED, "power", working_days=10, officer="孙工")
    assert appointment(day, "power").progress == "planned"
    say(day, day.rep("economy"), "power", K.ANSWERED, "economy", result=ReplyKind.PLANNED)
    assert appointment(day, "power").progress == "done"
    assert case(day, "power").state is CaseState.ANSWERED
    with day.office.read(SYSTEM) as work:
        room = desk.room(work, work.session.get_one(Meeting, day.meeting_id))
        assert room.outcomes == {K.ANSWERED: 1}


def test_a_co_handling_department_may_record_after_the_lead(lite_day):
    day = lite_day
    say(day, day.rep("economy"), "power", K.ANSWERED, "economy", result=ReplyKind.PLANNED)
    say(day, day.rep("power"), "power", K.COMMITTED, "power", working_days=10, officer="孙工")
    assert case(day, "power").state is CaseState.ANSWERED


def test_the_coordinator_records_for_a_department(lite_day):
    day = lite_day
    made = say(day, day.town.actor("coordinator"), "wage", K.COMMITTED, working_days=3, officer="王科长")
    promise = get(day, Commitment, made.commitment_id)
    assert promise.department_id == day.departments["hr"]
    assert promise.by == day.town.actor("coordinator").name


# ---- corrections ----


def test_a_corrected_answer_leaves_no_reply_behind(day):
    made = say(day, day.rep("hr"), "wage", K.ANSWERED, result=ReplyKind.SOLVED)
    ended = appointment(day, "wage").ended_at
    with day.office.write(day.rep("hr")) as work:
        new = live.correct_outcome(
            work, made.id, K.COMMITTED, text="三日内答复", working_days=3, officer="王"
        )
    assert case(day, "wage").state is CaseState.IN_PROGRESS
    assert case(day, "wage").answered_at is None
    assert appointment(day, "wage").ended_at == ended
    with day.office.read(SYSTEM) as work:
        assert work.session.scalars(select(Reply)).all() == []
        assert [o.id for o in work.session.scalars(select(Outcome))] == [new.id]
    assert "case.outcome_withdrawn" in kinds_of(day, "wage")


def test_a_corrected_commitment_gives_the_deadline_back(day):
    before = case(day, "wage").due_on
    made = say(day, day.rep("hr"), "wage", K.COMMITTED, working_days=20, officer="王")
    assert case(day, "wage").due_on != before
    with day.office.write(day.rep("hr")) as work:
        live.correct_outcome(work, made.id, K.ANSWERED, text="当场说清", result=ReplyKind.EXPLAINED)
    assert case(day, "wage").due_on == before
    assert case(day, "wage").state is CaseState.ANSWERED
    assert get(day, Commitment, made.commitment_id).state == "withdrawn"


def test_a_correction_that_is_incomplete_changes_nothing(lite_day):
    made = say(lite_day, lite_day.rep("hr"), "wage", K.ANSWERED, result=ReplyKind.SOLVED)
    with pytest.raises(Invalid), lite_day.office.write(lite_day.rep("hr")) as work:
        live.correct_outcome(work, made.id, K.COMMITTED, text="")
    assert case(lite_day, "wage").state is CaseState.ANSWERED
    assert get(lite_day, Outcome, made.id).kind is K.ANSWERED


def test_not_heard_taken_back_is_not_carried_over(lite_day):
    made = say(lite_day, lite_day.rep("hr"), "wage", K.NOT_HEARD)
    with lite_day.office.write(lite_day.rep("hr")) as work:
        live.withdraw_outcome(work, made.id)
    assert case(lite_day, "wage").carried_from_id is None
    assert appointment(lite_day, "wage").progress == "talking"


def test_another_departments_record_cannot_be_corrected(lite_day):
    made = say(lite_day, lite_day.rep("hr"), "wage", K.NOT_HEARD)
    with pytest.raises(NotFound), lite_day.office.write(lite_day.rep("economy")) as work:
        live.withdraw_outcome(work, made.id)


# ---- the end ----


def test_what_nobody_recorded_is_not_heard_in_the_end(day):
    say(day, day.rep("hr"), "wage", K.ANSWERED, result=ReplyKind.SOLVED)
    with day.office.write(day.town.actor("coordinator")) as work:
        live.conclude(work, day.meeting_id)
    meeting = get(day, Meeting, day.meeting_id)
    assert meeting.state is MeetingState.CONCLUDED
    assert meeting.concluded_at is not None
    with day.office.read(SYSTEM) as work:
        left = select(Outcome).where(Outcome.kind == K.NOT_HEARD)
        outcomes = work.session.scalars(left).all()
        left_over = ("power", "papers", "school", "late")
        assert {o.appointment_id for o in outcomes} == {day.appointments[k] for k in left_over}
        assert {o.text for o in outcomes} == {"会议结束时尚未对接"}
    for key in ("power", "papers", "school", "late"):
        assert case(day, key).carried_from_id == day.meeting_id
    with pytest.raises(Refused):
        say(day, day.rep("hr"), "school", K.NOT_HEARD)
