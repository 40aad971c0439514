"""Takes out of a text what would tell who somebody is, before it is shown to people who need not know."""

import re
from collections.abc import Iterable
from typing import Final

from duijie.storage.models import Case

STAND_IN: Final = "***"
_PERSONAL: Final = (
    re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),             # e-mail
    re.compile(r"(?<![A-Za-z\d])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![A-Za-z\d])"),  # credit code
    re.compile(r"[\u4e00-\u9fff][A-Z][·\s]?[A-Z0-9]{5,6}(?![A-Za-z\d])"),          # number plate
    re.compile(r"(?<![A-Za-z])[A-Z]{1,4}-\d{4}-\d{2,}"),                           # a case's number
    re.compile(r"(?<![\d０-９])[1１](?:[\s\-—－]?[\d０-９]){10}(?![\d０-９])"),        # mobile telephone
    re.compile(r"(?<![\d０-９])[\d０-９](?:\s?[\d０-９]){13,18}[xXＸ]?"),              # identity and bank numbers
)  # fmt: skip
_TELLING: Final = (
    re.compile(r"https?://\S+"),
    re.compile(r"[\d０-９]{3,}(?=…)"),                                             # a number that a title cut off
    re.compile(r"[\d０-９](?:[\s\-—－.·()（）]?[\d０-９xXＸ]){6,}"),                  # any long number
    re.compile(r"[\d０-９A-Za-z一二三四五六七八九十百]+\s*(?:号楼|幢|栋|单元|室|号院|号(?!线|文|令|公告))"),  # a home
    re.compile(r"(?:微信|QQ|qq|weixin|wechat)[号]?[:：\s]*[\w-]{5,}"),
)  # fmt: skip
_CALLED: Final = re.compile(
    r"(?:我(?:叫|是|名叫)|本人(?:叫|是)?|联系人|姓名|业主|居民)[:：\s]*"
    r"([\u4e00-\u9fff]{2,3})(?=[，,。；;、\s（(]|$)"
)
_TITLE: Final = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?=(?:先生|女士|小姐|同志|师傅|老师|阿姨|大爷|大妈|书记)(?![\u4e00-\u9fff]))"
    r"|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马方任袁柳鲍史唐薛雷贺倪汤"
    r"罗毕郝安常于傅康余顾孟黄穆萧尹姚邵汪毛米戴宋庞熊纪舒屈项祝董梁杜阮蓝季贾江童郭梅林徐邱骆高夏蔡田胡霍万"
    r"柯卢莫房解应丁邓洪包左石崔吉龚程邢裴陆荣翁侯段巫焦谷车宁栾甘厉祖武符刘景詹束龙叶司黎薄白蒲赖卓池乔"
    r"谭申桑牛燕尚温庄柴阎欧阳游易廖聂曾沙丰关查岳][\u4e00-\u9fff]?(?=先生|女士|小姐|同志)"
)


def hidden(text: str, names: Iterable[str] = ()) -> str:
    """``text`` with `STAND_IN` for all that may tell who somebody is: for a draft that a person reads then.

    Every number of seven digits, links, homes, what looks like a person's name, and ``names``.
    """
    text = spared(text, names)
    for pattern in _TELLING:
        text = pattern.sub(STAND_IN, text)
    text = _CALLED.sub(lambda found: found.group().replace(found.group(1), STAND_IN), text)
    return _joined(_TITLE.sub(STAND_IN, text))


def spared(text: str, names: Iterable[str] = ()) -> str:
    """``text`` without ``names``, mobile, identity and bank numbers, mail addresses, credit codes and plates.

    For what a person wrote to be read by others: a hotline may stand in it, these never.
    """
    for name in sorted({n.strip() for n in names if len(n.strip()) >= 2}, key=lambda n: -len(n)):
        text = re.sub(re.escape(name), STAND_IN, text, flags=re.IGNORECASE)
    for pattern in _PERSONAL:
        text = pattern.sub(STAND_IN, text)
    return _joined(text)


def _joined(text: str) -> str:
    return re.sub(r"(?:\*{3}\s*){2,}", STAND_IN, text)


def names_of(case: Case) -> list[str]:
    """What must not be said of a case: who brought it, under whatever name, and how they are reached."""
    said = [case.requester, case.contact, case.mobile, case.email, case.requester_key, case.number]
    return [*said, *(_short(case.requester))]


def _short(firm: str) -> list[str]:
    """A firm's name as people shorten it: without its place and its form."""
    bare = re.sub(r"(股份|有限|责任|集团)|公司|经营部|合作社|厂$|店$", "", firm)
    bare = re.sub(r"^[\u4e00-\u9fff]{2,3}[省市区县镇]|（.*?）|\(.*?\)", "", bare).strip()
    return [bare] if len(bare) >= 2 else []
