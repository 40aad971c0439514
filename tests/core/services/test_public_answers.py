"""What becomes public, and what never does, whatever somebody asks."""

from datetime import timedelta

import pytest
from filed import file
from sqlalchemy import select
from town import Town

from duijie.domain.errors import Forbidden, Invalid, NotFound, Refused
from duijie.domain.roles import requester
from duijie.domain.states import ReplyKind
from duijie.services import asked, casework, find, knowledge, masking, public_answers, triage
from duijie.storage.models import Event, Reminder

NOBODY = requester("")


def answered(town: Town, text: str = "厂门口的变压器嗡嗡响太吵了", reply: str = "已加装隔音罩。", **more: object) -> int:
    case_id = file(town, "E2", text=text, **more)
    power = town.department_id("power")
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), power)
    with town.office.write(town.actor("rep_power")) as work:
        casework.reply(work, find.case(work, case_id), power, ReplyKind.SOLVED, reply, "online")
    return case_id


def publish(town: Town, case_id: int, question: str, answer: str) -> None:
    with town.office.write(town.actor("coordinator")) as work:
        public_answers.publish(work, find.case(work, case_id), question, answer)


def found(town: Town, typed: str, group: str = "enterprise") -> list[tuple[str, str]]:
    with town.office.read(NOBODY) as work:
        return [(one.question, one.answer) for one in asked.before(work, group, typed)]


def draft(town: Town, **more: object) -> knowledge.Draft:
    kept = {"group_key": "enterprise", "department_id": town.department_id("power"), "question": "电费怎么算",
            "answer": "按峰谷电价。", "legal_basis": "", "valid_until": None, "public": True}  # fmt: skip
    return knowledge.Draft(**(kept | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(("said", "told"), [
    ("请回电13800001234", "请回电***"),
    ("电话 138 0000 1234 联系", "电话 *** 联系"),
    ("固话0574-86112233", "固话***"),
    ("身份证330206199001011234", "身份证***"),
    ("代码91330900MA2DEM01XJ", "代码***"),
    ("发到zhang.san@firm.cn", "发到***"),
    ("车牌浙B·12345挡路", "车牌***挡路"),
    ("住桂花苑12幢3单元502室", "住桂花苑***"),
    ("我叫李小红，家里停电", "我叫***，家里停电"),
    ("王先生您好", "***先生您好"),
    ("请回电138000…", "请回电***…"),
    ("编号QF-2026-0002", "编号***"),
    ("滨港甲厂反映增容", "***反映增容"),
    ("停水三天，100户受影响，2026年起", "停水三天，100户受影响，2026年起"),
])
def test_what_tells_who_it_is_is_hidden(said: str, told: str) -> None:
    assert masking.hidden(said, ["滨港甲厂"]) == told


def test_a_hotline_that_a_person_wrote_stays_a_mobile_number_does_not() -> None:
    assert masking.spared("服务热线 95598，投诉 0574-12345；13800001234") == "服务热线 95598，投诉 0574-12345；***"


def test_nothing_is_public_until_a_person_says_so(lite_town: Town) -> None:
    case_id = answered(lite_town)
    assert found(lite_town, "变压器太吵") == []
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        shown = public_answers.draft(find.case(work, case_id))
    assert shown == ("厂门口的变压器嗡嗡响太吵了", "已加装隔音罩。")
    publish(lite_town, case_id, *shown)
    assert found(lite_town, "变压器很吵怎么办") == [tuple(shown)]
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        public_answers.take_back(work, find.case(work, case_id))
    assert found(lite_town, "变压器很吵怎么办") == []


def test_it_is_hidden_while_the_case_is_worked_on_again(lite_town: Town) -> None:
    case_id = answered(lite_town)
    publish(lite_town, case_id, "变压器太吵", "已处理。")
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        triage.reopen(work, find.case(work, case_id), "又响了")
    assert found(lite_town, "变压器太吵") == []


def test_what_the_case_itself_says_is_never_found(lite_town: Town) -> None:
    secrets = ["秘密酿造工艺", "机密炉料配比", "陈立群", "滨港第一机械厂", "13812345678"]
    case_id = answered(
        lite_town, text=f"变压器太吵，影响{secrets[0]}和{secrets[1]}", company=secrets[3], contact=secrets[2],
        mobile=secrets[4], reply=f"{secrets[2]}先生：{secrets[3]}的变压器已换，回电{secrets[4]}。",
    )  # fmt: skip
    answered(lite_town, text=f"没有公开的另一件：{secrets[0]}")
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        shown = public_answers.draft(find.case(work, case_id))
    assert shown
    publish(lite_town, case_id, "变压器太吵", shown.answer)
    for typed in (*secrets, "变压器", "变压器 " + " ".join(secrets), "机械厂", "先生", "138"):
        said = "".join(question + answer for question, answer in found(lite_town, typed))
        assert not any(secret in said for secret in secrets), (typed, said)
    assert found(lite_town, secrets[0]) == []
    assert found(lite_town, "变压器太吵", group="community") == []


def test_names_that_somebody_types_are_taken_out_again(lite_town: Town) -> None:
    case_id = answered(lite_town, company="滨港甲厂", mobile="13812345678")
    publish(lite_town, case_id, "滨港甲厂的变压器太吵", "已回复13812345678，热线95598。")
    assert found(lite_town, "变压器太吵") == [("***的变压器太吵", "已回复***，热线95598。")]


def test_who_may_publish_and_when(lite_town: Town) -> None:
    case_id, waiting = answered(lite_town), file(lite_town)
    with pytest.raises(Refused):
        publish(lite_town, waiting, "问", "答")
    with pytest.raises(Invalid):
        publish(lite_town, case_id, " ", "答")
    with pytest.raises(Forbidden), lite_town.office.write(lite_town.actor("rep_power")) as work:
        public_answers.publish(work, find.case(work, case_id), "问", "答")
    with pytest.raises(NotFound), lite_town.office.write(lite_town.actor("other_coordinator")) as work:
        public_answers.publish(work, find.case(work, case_id), "问", "答")


def test_an_answer_that_is_kept_and_public_is_told_once(lite_town: Town) -> None:
    case_id = answered(lite_town)
    publish(lite_town, case_id, "电费怎么算", "按峰谷电价。")
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        knowledge.add(work, draft(lite_town), find.case(work, case_id))
    assert found(lite_town, "电费怎么算") == [("电费怎么算", "按峰谷电价。")]


def test_kept_answers_are_suggested_while_they_hold(lite_town: Town) -> None:
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        shown = knowledge.add(work, draft(lite_town)).id
        knowledge.add(work, draft(lite_town, question="电费发票在哪开", answer="内部流程", public=False))
    assert found(lite_town, "电费怎么算") == [("电费怎么算", "按峰谷电价。")]
    with lite_town.office.read(NOBODY) as work:
        assert "内部流程" not in {one.answer for one in asked.before(work, "enterprise", "电费发票在哪开")}
        assert asked.before(work, "enterprise", "电费发票在哪开", public=False)[0].answer == "内部流程"
        work.now += timedelta(days=366)
        assert asked.before(work, "enterprise", "电费怎么算") == []
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        knowledge.withdraw(work, shown, None)
    assert found(lite_town, "电费怎么算") == []


def test_a_department_is_asked_once_in_time_whether_it_still_holds(lite_town: Town) -> None:
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        entry = knowledge.add(work, draft(lite_town, valid_until=work.today + timedelta(days=20)))
        knowledge.add(work, draft(lite_town, question="还早", valid_until=work.today + timedelta(days=200)))
        later = work.today + timedelta(days=400)
    assert knowledge.ask_to_renew(lite_town.office) == 1
    assert knowledge.ask_to_renew(lite_town.office) == 0, "once for each last day"
    with lite_town.office.read(NOBODY) as work:
        told = list(work.session.scalars(select(Reminder).where(Reminder.kind == "knowledge.ending")))
    assert {reminder.to_name for reminder in told} == {"rep_power"}
    assert told[0].link == f"/knowledge/{entry.id}"
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        assert knowledge.renew(work, entry.id, None, later).valid_until == later
        assert "knowledge.renewed" in set(work.session.scalars(select(Event.kind)))


def test_a_department_keeps_its_own_answers(lite_town: Town) -> None:
    with pytest.raises(Forbidden), lite_town.office.write(lite_town.actor("rep_tax")) as work:
        knowledge.add(work, draft(lite_town))
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        entry = knowledge.add(work, draft(lite_town)).id
    with pytest.raises(Forbidden), lite_town.office.write(lite_town.actor("rep_tax")) as work:
        knowledge.change(work, entry, None, draft(lite_town, answer="改写"))
    with pytest.raises(Invalid), lite_town.office.write(lite_town.actor("coordinator")) as work:
        knowledge.add(work, draft(lite_town, valid_until=work.today - timedelta(days=1)))


def test_what_comes_from_a_case_loses_its_names(lite_town: Town) -> None:
    case_id = answered(lite_town, company="滨港甲厂")
    with lite_town.office.write(lite_town.actor("rep_power")) as work:
        source = find.case(work, case_id)
        entry = knowledge.add(work, draft(lite_town, question="滨港甲厂的变压器", answer="滨港甲厂已处理"), source)
        assert (entry.question, entry.answer) == ("***的变压器", "***已处理")
