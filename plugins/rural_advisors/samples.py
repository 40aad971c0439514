"""Cases for the demo: five with a story, and many short ones. All people, places and numbers are invented."""

from collections.abc import Mapping
from typing import Any, Final

from duijie.api import SampleCase, T
from rural_advisors.more_samples import ROWS, Row

_PEOPLE: Final = (
    "林阿福", "陈水根", "黄金花", "张大山", "李春生", "吴玉兰", "郑德宝", "王小满", "周长庚", "徐巧珍",
    "许来旺", "何桂香",
    "杨铁牛", "曾美云", "罗家兴", "谢秋菊", "邱福田", "潘三妹", "叶永年", "蔡银凤", "戴志高", "苏连英",
    "方根土", "江阿娇",
)
_BODIES: Final = {
    "committee": "村民委员会",
    "cooperative": "丰谷柑橘专业合作社",
    "farm": "南坡家庭农场",
    "group": "村民小组",
}


def _case(key: str, number: int, row: Row, **more: Any) -> SampleCase:
    """A sample of ``row`` brought by person ``number``, for themselves or for a body."""
    return SampleCase(
        key=key, answers=_answers(number, row), lead=row.lead, co=row.co, stage=row.stage, note=row.note,
        working_days=row.days, stars=row.stars, **more,
    )


def _answers(number: int, row: Row) -> Mapping[str, Any]:
    person = _PEOPLE[number % len(_PEOPLE)]
    return {
        "requester": _BODIES.get(row.who, person),
        "villager_group": f"第 {1 + number % 9} 组",
        "contact": person,
        "mobile": f"1380000{3001 + number}",
        "topic": row.topic,
        "text": row.text,
        "site_visit": row.visit,
        "dispute": "other_party" in row.extra,
        **row.extra,
    }


_NAMED: Final = (
    _case("R1", 0, Row(
        "irrigation", "村口池塘清淤改成小公园，钱怎么凑、手续怎么办？池塘淤了多年又脏又臭，"
                      "三家企业愿意和村里一起出钱，"
        "议事会商定按四三二一分担，清淤和驳岸找谁指导？", "water_affairs", co=("agriculture",),
        stage="committed",
        days=10, who="committee", visit=True, note=T(
            "十个工作日内完成清淤方案和驳岸设计；四方按 40/30/20/10 出资，写入议事会记录。",
            en="The dredging plan and the bank design are ready within ten working days; the four parties "
               "pay 40, 30, "
               "20 and 10 per cent, as the council's record says."),
        extra={"area_mu": 6.5, "households": 210})),
    _case("R2", 1, Row(
        "requisition", "征地青苗费两年没结清。修路征了十一户的橘园，地已经交了，青苗费只付了一半，"
        "事务所和村里说法不一样，调解过一次没谈成。", "relocation", co=("justice",), stage="not_heard",
        note=T(
            "双方数额差距较大，本次未谈成，列入下一次会议进行第二次调解。",
            en="The two sides are far apart and did not settle; a second mediation is on the next meeting's "
               "agenda."),
        extra={"area_mu": 23.4, "households": 11, "plots": [
            {"plot_no": "BG-07-112", "plot_mu": 8.6, "plot_holder": "陈水根"},
            {"plot_no": "BG-07-113", "plot_mu": 14.8}], "other_party": "道路项目征迁组",
               "mediations": 1}), together=True),
    _case("R3", 2, Row(
        "irrigation", "灌溉渠渗漏一公里多，下游放不到水。东干渠有一点二公里老渠道开裂渗漏，"
                      "下游两百亩水稻插秧放不上水，"
        "请派人到现场看看。", "water_affairs", stage="assigned", visit=True, extra={"area_mu": 200,
                                                                           "households": 64})),
    _case("R4", 3, Row(
        "crops", "柑橘叶子和果子上长黄褐色斑，是不是溃疡病？今年台风后更多了，周边几户都有，该打什么药、"
                 "要不要砍树？",
        "agriculture", stage="answered", who="cooperative", note=T(
            "确认是柑橘溃疡病：剪除病枝烧毁，台风后两天内喷铜制剂，春梢、夏梢各防治两次，不用砍树。",
            en="It is citrus canker. Cut and burn the affected branches, spray copper within two days of a "
               "storm and "
               "twice each in spring and summer; no tree needs felling."), extra={"area_mu": 85,
                                                                                  "households": 7})),
    _case("R5", 4, Row(
        "rebuilding", "农房翻建审批被退了两次。老房子是土木结构，申请原址翻建，窗口说材料不全，又说四至不清，"
        "到底还缺哪几样？", "natural_resources", stage="answered", note=T(
            "还缺三样：四邻签字的四至图、旧房不动产证或村里证明、村民代表会议记录；补齐后五个工作日办结。",
            en="Three papers are missing: the boundary plan signed by the neighbours, the old house's title "
               "or a "
               "certificate of the village, and the record of the villagers' meeting. With them it takes "
               "five working "
               "days."), extra={"area_mu": 0.18, "households": 1})),
)

SAMPLES: Final = (*_NAMED, *(_case(f"R-{n:02d}", n + 5, row) for n, row in enumerate(ROWS, start=1)))
