"""Cases for the demo: seven with a story, and many short ones. All firms, people and numbers are invented."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from duijie.api import SampleCase, T
from enterprise_advisors.more_samples import ROWS, Row

_CODE_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class _Firm(NamedTuple):
    name: str
    industry: str
    contact: str
    above: bool = False


_FIRMS: Final = (
    _Firm("滨港宏塑注塑有限公司", "plastics", "周建平", above=True),
    _Firm("滨港力恒机械制造有限公司", "machinery", "陈立群", above=True),
    _Firm("滨港云岸电子科技有限公司", "electronics", "林晓雯", above=True),
    _Firm("滨港彩维涂装有限公司", "chemicals", "吴国华"),
    _Firm("滨港长木家具有限公司", "furniture", "徐志明"),
    _Firm("滨港辰光智能装备有限公司", "machinery", "方宇", above=True),
    _Firm("滨港精模模具有限公司", "machinery", "胡伟东"),
    _Firm("滨港海味食品有限公司", "food", "郑秀兰", above=True),
    _Firm("滨港锦织服饰有限公司", "textile", "沈佳", above=True),
    _Firm("滨港顺达物流有限公司", "logistics", "马俊"),
    _Firm("滨港联创软件有限公司", "software", "顾晨"),
    _Firm("滨港恒泰包装有限公司", "furniture", "钱玉芬"),
    _Firm("滨港华瓯电器有限公司", "electronics", "孙海滨", above=True),
    _Firm("滨港北港冷链有限公司", "logistics", "朱永刚"),
    _Firm("滨港新橡密封件有限公司", "plastics", "何丽君"),
    _Firm("滨港正源化工有限公司", "chemicals", "高峰", above=True),
    _Firm("滨港博雅检测技术有限公司", "software", "潘婷"),
    _Firm("滨港东方铸造有限公司", "machinery", "罗志强", above=True),
    _Firm("滨港金穗粮油有限公司", "food", "谢春燕"),
    _Firm("滨港万和商贸有限公司", "trade", "董磊"),
    _Firm("滨港蓝湾针织有限公司", "textile", "蒋雪梅"),
    _Firm("滨港启明光电有限公司", "electronics", "蔡文斌", above=True),
    _Firm("滨港永固紧固件有限公司", "machinery", "余建军"),
    _Firm("滨港绿源环保材料有限公司", "chemicals", "卢静"),
    _Firm("滨港优嘉家居用品有限公司", "furniture", "丁浩"),
    _Firm("滨港智联传感器有限公司", "electronics", "魏来"),
)


def _case(key: str, firm: int, row: Row, **more: Any) -> SampleCase:
    """A sample of ``row`` brought by firm number ``firm``."""
    return SampleCase(
        key=key, answers=_answers(firm, row), lead=row.lead, co=row.co, stage=row.stage, note=row.note,
        working_days=row.days, stars=row.stars, **more,
    )


def _answers(number: int, row: Row) -> Mapping[str, Any]:
    firm = _FIRMS[number]
    return {
        "company": firm.name,
        "credit_code": _credit_code(number),
        "scale": "above" if firm.above else "below",
        "industry": firm.industry,
        "contact": firm.contact,
        "mobile": f"1380000{1001 + number}",
        "topic": row.topic,
        "text": row.text,
        "speak_up": number % 3 != 0,
        "departments": [row.lead, *row.co],
        "available": ["early_afternoon", "late_afternoon"] if number % 4 else ["any"],
        **row.extra,
    }


def _credit_code(number: int) -> str:
    """A well-formed code (GB 32100-2015) in an area code that is not in use."""
    organisation = f"MADJ{number:04d}"
    body = f"91330299{organisation}{_organisation_check(organisation)}"
    total = sum(_CODE_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _CODE_CHARACTERS[(31 - total % 31) % 31]


def _organisation_check(body: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, weights, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


_NAMED: Final = (
    _case("E1", 0, Row(
        "labor", "旺季临时工的工伤险怎么缴？订单旺季我们招了六十多名临时工，大多只干两三个月，"
                 "想先把工伤保险缴上，"
        "不知道能不能单独参保、怎么申报。", "hr", stage="answered",
        note=T("可以单独参加工伤保险：在线上填报用工名单，次日生效，按月缴费，离岗时减员。"
               "操作说明已发给企业联系人。",
               en="Work-injury insurance alone is possible: file the list of workers online, it holds from "
                  "the next "
                  "day, is paid by the month and ends when they leave. The guide was sent to your contact."),
        extra={"people": 64, "wages_owed": False})),
    _case("E2", 1, Row(
        "utilities", "用电增容申请排队三个月没有结果。新上的两台加工中心等着用电，变压器要从 630 kVA 增容到 "
                     "1250 kVA，"
        "三个月前就交了申请，一直说排队，希望给个明确的时间。", "economy", co=("power",), stage="committed",
        days=7,
        note=T("七个工作日内完成现场勘查并答复供电方案和送电时间，经信局牵头协调。",
               en="Within seven working days the site is surveyed and you are told the supply plan and the "
                  "day of "
                  "connection; the Economy Bureau leads."),
        extra={"capacity_now": 630, "capacity_wanted": 1250, "account_no": "3300128846"}), together=True),
    _case("E3", 2, Row(
        "school", "外来员工的孩子入学积分怎么算？技术骨干的孩子明年上小学，员工没有本地户口和房产，"
                  "居住证办了两年，"
        "想知道积分怎么计算、什么时候申请。", "organization", co=("education",), stage="answered",
        note=T("居住证年限、社保年限和技能等级都计分，每年三月申请；积分细则和自测链接已发给企业，"
               "可为员工集中辅导一次。",
               en="Years of residence permit, of social insurance and skill levels all count; apply in "
                  "March. The rules "
                  "and a self-test were sent to you, and we can hold one session for your staff."))),
    _case("E4", 3, Row(
        "safety", "喷涂线扩产是否要重新报环评？去年拿到环评批复的喷涂线准备加一条，产能增加三成，"
                  "涂料改用水性漆，"
        "不知道要重新报批还是只做备案。", "ecology", stage="rated", stars=2,
        note=T("产能增加不到三成且污染物不增加的，不用重新报批；书面意见三个工作日内送达。",
               en="With less than thirty per cent more capacity and no more pollutants you need no new "
                  "approval; our "
                  "written opinion follows within three working days."))),
    _case("E5", 4, Row(
        "land", "厂房没有产证，银行不肯抵押贷款。厂房是二〇〇三年建的，土地证齐全，房屋一直没有办不动产证，"
        "现在想抵押融资更新设备，不知道历史遗留问题怎么补办。", "natural_resources", co=("tax", "housing"),
        stage="committed", days=25,
        note=T("列入明年一月第一批历史遗留厂房补证计划，先由住建部门做结构安全鉴定，税务部门核清契税。",
               en="Planned for the first batch of old premises to be registered in January, after a "
                  "structural survey "
                  "by the Housing Bureau and a check of the deed tax by the Tax Service.")), together=True),
    _case("E6", 5, Row(
        "policy", "高新技术企业奖补资金还没到账。我们去年认定的高新技术企业，奖补申报早已通过，"
                  "说好上半年拨付，"
        "到现在没有到账，想问卡在哪个环节。", "economy", co=("fiscal",), stage="answered",
        note=T("贵公司在第三批拨付名单内，批次公示已于本周结束，资金十个工作日内到账。",
               en="Your enterprise is in the third batch; its public notice ended this week and the money "
                  "arrives "
                  "within ten working days."))),
    _case("E7", 6, Row(
        "labor", "招不到模具工，订单不敢接。模具钳工和数控操作工缺八个人，招聘会去了三次都没招到，"
        "听说有的企业淡季有富余技工，能不能共享用工或者请部门组织专场招聘会？", "hr",
        extra={"people": 8, "wages_owed": False})),
)

SAMPLES: Final = (
    *_NAMED, *(_case(f"E-{n:02d}", (n * 7 + 3) % len(_FIRMS), row) for n, row in enumerate(ROWS, start=1)),
)
