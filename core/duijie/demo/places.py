"""The 59 areas of the invented 滨港街道 (Bingang Street), of five kinds."""

from typing import Final

from sqlalchemy import select

from duijie.domain.text import T
from duijie.services import areas
from duijie.services.work import Work
from duijie.storage.models import Area

KINDS: Final = {
    "rural": T("农村社区", en="Rural community"),
    "industrial": T("工业社区", en="Industrial community"),
    "urban": T("城市社区", en="Urban community"),
    "mixed": T("村居混合", en="Mixed village"),
    "converted": T("村改居", en="Village turned residential"),
}
DISTRICT: Final = ("bingang", T("滨港街道", en="Bingang Street"))

# kind: what follows the name in each language, then name and pinyin of each area
_NAMES: Final = {
    "rural": (T("村", en="Village"), (
        "西港 Xigang", "石塘 Shitang", "柳浦 Liupu", "横塘 Hengtang", "上桥 Shangqiao", "下桥 Xiaqiao",
        "金沙 Jinsha", "沙湾 Shawan", "竹溪 Zhuxi", "梅林 Meilin", "橘园 Juyuan", "青山 Qingshan",
        "白鹭 Bailu", "芦塘 Lutang", "桃源 Taoyuan", "清泉 Qingquan", "古樟 Guzhang", "长堤 Changdi")),
    "industrial": (T("工业社区", en="Industrial Community"), (
        "大港 Dagang", "新港 Xingang", "东港 Donggang", "北港 Beigang", "滨江 Binjiang", "临港 Lingang",
        "凤凰 Fenghuang", "城东 Chengdong", "海创 Haichuang", "星光 Xingguang", "联丰 Lianfeng", "科苑 Keyuan")),
    "urban": (T("社区", en="Community"), (
        "望海苑 Wanghaiyuan", "锦绣 Jinxiu", "碧波 Bibo", "北港里 Beigangli", "文昌 Wenchang", "东门 Dongmen",
        "西门 Ximen", "南湖 Nanhu", "解放路 Jiefanglu", "府前 Fuqian", "朝阳 Chaoyang", "和平 Heping",
        "海关 Haiguan", "书院 Shuyuan", "银杏 Yinxing", "海棠 Haitang", "紫荆 Zijing")),
    "mixed": (T("村", en="Mixed Village"), (
        "塘下 Tangxia", "河口 Hekou", "浦东头 Pudongtou", "新民 Xinmin", "三江 Sanjiang", "渡头 Dutou", "岭下 Lingxia")),
    "converted": (T("社区", en="Residential Community"), (
        "后港 Hougang", "前塘 Qiantang", "大桥头 Daqiaotou", "双桥 Shuangqiao", "月湖 Yuehu")),
}


def build(work: Work) -> dict[str, list[Area]]:
    """Make the district and its areas; answers the areas of each kind in order."""
    areas.set_kinds(work, KINDS)
    district = areas.add(work, DISTRICT[0], DISTRICT[1], "district", None)
    made: dict[str, list[Area]] = {}
    for kind, (ending, names) in _NAMES.items():
        for name in names:
            zh, pinyin = name.split()
            text = T(f"{zh}{ending.zh}", en=f"{pinyin} {ending.en}")
            made.setdefault(kind, []).append(areas.add(work, pinyin.lower(), text, kind, district.id))
    return made


def district(work: Work) -> Area:
    """The street above all areas."""
    return work.session.scalars(select(Area).where(Area.key == DISTRICT[0])).one()
