"""Cases for the demo: six with a story, and many short ones. All people, places and numbers are invented."""

from typing import Any, Final

from community_advisors.more_samples import ROWS, Row
from duijie.api import SampleCase, T

_PEOPLE: Final = (
    "王秀英", "李建国", "张桂芳", "刘志远", "陈美玲", "杨德明", "赵晓燕", "黄文彬", "周凤英", "吴海涛",
    "徐丽华", "孙国强",
    "马玉珍", "朱俊杰", "胡爱琴", "郭明亮", "何小娟", "高永福", "林雅婷", "罗光辉", "郑巧云", "梁伟民",
    "谢春花", "宋立新",
    "唐静怡", "许大勇", "韩素梅", "冯家豪", "邓月琴", "曹振华",
)
_WORKERS: Final = ("叶敏", "范晓峰", "石慧", "姚远")  # the secretary and three grid workers


def _case(key: str, number: int, row: Row, **more: Any) -> SampleCase:
    """A sample of ``row`` brought by person ``number``."""
    return SampleCase(
        key=key, answers=_who(number, row.who) | _what(row), lead=row.lead, co=row.co, stage=row.stage,
        note=row.note, working_days=row.days, stars=row.stars, **more,
    )


def _who(number: int, who: str) -> dict[str, Any]:
    """The answers about who reports: ``resident``, ``anonymous``, ``grid``, ``secretary`` or ``no_phone``."""
    person = {"requester": _PEOPLE[number % len(_PEOPLE)]}
    phone = {"mobile": f"1380000{2001 + number}"}
    if who == "anonymous":
        return {"reporter": "resident", "anonymous": True}
    if who == "resident":
        return {"reporter": "resident", "anonymous": False, **person, **phone}
    worker = 0 if who == "secretary" else 1 + number % 3
    agent = {"agent": _WORKERS[worker], "agent_mobile": f"1380000{2901 + worker}"}
    if who == "no_phone":
        return {"reporter": "secretary", "no_phone": True, **person, **agent,
                "callback": "邻居家座机 0990-5550123"}
    return {"reporter": who, "no_phone": False, **person, **phone, **agent}


def _what(row: Row) -> dict[str, Any]:
    return {"topic": row.topic, "place": row.place, "text": row.text, **row.extra}


_NAMED: Final = (
    _case("C1", 0, Row(
        "tariff", "老年活动室为什么按商业水电价收费？活动室是街道办的，免费给老人下棋看书，"
                  "水费电费却按商业价算，"
        "一个月多出好几百元，希望改成居民价。", "water", "望海苑 3 号楼底层", co=("power", "civil"),
        stage="answered",
        who="secretary", note=T(
            "可以改。民政局已出具老年活动室用途证明，自来水公司和供电公司凭证明从下个抄表期改按居民价。",
            en="It can be changed. Civil Affairs has certified what the room is for; the water and power "
               "companies "
               "charge the residential price from the next reading."),
        extra={"households": 420, "tariff_now": "commercial", "facility_use": "老年活动室",
               "account_no": "1009-3321"}),
        together=True),
    _case("C2", 1, Row(
        "noise", "楼下歌厅夜里噪声大，唱到凌晨两点，低音震得窗户响。打过多次电话，来人就小一点，走了又放大，"
        "老人孩子都睡不着。", "enforcement", "滨港路 88 号", co=("ecology", "police"), stage="committed",
        days=7, note=T(
            "当晚联合检查并监测，超标即责令整改；七个工作日内答复结果，两周后复测。",
            en="We inspect and measure together tonight and order changes if it is over the limit. You hear "
               "the result "
               "within seven working days, and we measure again after two weeks."),
        extra={"households": 36, "noise_hours": ["late"], "noise_source": "entertainment",
               "noise_at_night": True,
               "reported_before": True, "ticket_no": "12345-2026-0917-0412"}), together=True),
    _case("C3", 2, Row(
        "parking", "小区停车位被占，地锁、僵尸车没人管。业主买的车位被外来车辆占用，门口消防通道也停满了，"
        "物业说管不了，让找部门。", "housing", "锦绣家园东门", co=("enforcement",), stage="objected", note=T(
            "小区内僵尸车和地锁清理属于执法事项，建议由综合行政执法局主办。",
            en="Removing abandoned cars and ground locks is a matter of enforcement; we propose that the Law "
               "Enforcement Bureau leads."), extra={"households": 150, "reported_before": True})),
    _case("C4", 3, Row(
        "repairs", "二次供水水压低，六楼以上早晚没水。高层水压一直低，早晚高峰洗澡水都上不来，希望检修泵房。",
        "water", "碧波花园 5 至 9 号楼", co=("housing",), extra={"households": 230}), copies=6, merge=True),
    _case("C5", 9, Row(
        "elderly", "想为金婚老人拍一张合影。社区有四十多对金婚老人，很多人没拍过婚纱照，腿脚又不方便，"
        "希望找志愿者上门拍照。", "civil", "望海苑社区", stage="committed", days=10, who="grid", note=T(
            "已联系两名志愿摄影师，十个工作日内上门拍摄并送照片。",
            en="Two volunteer photographers will visit within ten working days and bring the prints."),
        extra={"households": 43})),
    _case("C6", 10, Row(
        "repairs", "独居老人家里燃气管锈了，闻到气味。八十二岁的老人没有手机，灶具软管也老化了，"
                   "书记上门发现代为反映，"
        "请尽快检查更换。", "gas", "北港里 12 号 103 室", co=("civil",), stage="answered", who="no_phone",
        note=T(
            "当天已更换软管并加装报警器，管道锈蚀段已列入庭院管改造，结果已上门告知老人。",
            en="The hose was replaced and an alarm fitted the same day; the rusty pipe is in the renewal "
               "plan. We told "
               "the resident in person."), extra={"households": 1})),
)

SAMPLES: Final = (*_NAMED, *(_case(f"C-{n:02d}", n + 10, row) for n, row in enumerate(ROWS, start=1)))
