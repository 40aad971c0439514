"""The rural group, its topics and its departments, as data.

`natural_resources` and `housing` carry the same key in the other groups they sit in.
"""

from duijie.api import AdvisoryGroup, Department, MeetingTemplate, T, Terms, Topic
from rural_advisors.intake import TOPIC_LABELS

CO_ANSWER, ANSWER, OBJECTION = 3, 7, 1  # working days: 泉州's terms for co-handling, lead, objection
RATING_WINDOW = 7  # working days; villagers are at home less often than townspeople

_WORDS = {
    "requisition": ("征地", "拆迁", "青苗费", "补偿款", "安置房", "丈量", "搬迁", "过渡费"),
    "irrigation": ("水渠", "灌溉", "池塘", "清淤", "漏水", "水泵", "抗旱", "排涝", "水库"),
    "crops": ("虫", "病", "打药", "叶子黄", "溃疡", "施肥", "种子", "死苗", "嫁接", "猪"),
    "rebuilding": ("翻建", "老房子", "危房", "宅基地", "批建", "建房"),
    "forest": ("砍树", "松树", "山林", "林权", "毛竹", "野猪"),
    "roads": ("修路", "坑", "村道", "桥", "公交", "路灯", "塌方"),
    "assets": ("分红", "租金", "承包", "账目", "合作社", "股权", "集体的钱"),
    "disputes": ("纠纷", "吵", "边界", "不赔", "赡养", "打官司", "欠条"),
}

GROUP = AdvisoryGroup(
    key="rural",
    name=T("农村工作顾问团", en="Rural advisory group"),
    summary=T("征地、水利、农技、建房、修路、调解……部门到村里来，能当场答的当场答，要看现场的一起去看。",
              en="Land, water, crops, houses, roads, disputes: the departments come to the village, answer "
                 "what they "
                 "can at once, and go and look where looking is needed."),
    requester_noun=T("村", en="village"),
    case_prefix="NC",
    topics=tuple(Topic(key, label, _WORDS[key]) for key, label in TOPIC_LABELS.items()),
    meeting=MeetingTemplate(
        title=T("农村工作顾问团进村对接会", en="Rural advisory meeting in the village"),
        start="09:00", slot_minutes=15, slots=10,
        place_hint=T("村文化礼堂；需要踏勘的安排在会后", en="The village hall; visits to the site follow the "
                                            "meeting"),
    ),
    terms=Terms(answer=ANSWER, co_answer=CO_ANSWER, objection=OBJECTION, rating_window=RATING_WINDOW,
                reopening_window=20),
)

DEPARTMENTS = (
    Department(
        "agriculture", T("区农业农村局", en="District Agriculture and Rural Affairs Bureau"),
        "水稻、柑橘、茶叶、蔬菜种植技术，病虫害诊断、溃疡病、稻飞虱、用药和施肥指导，种子农药化肥质量；"
        "畜禽防疫、生猪养殖、水产养殖鱼病；"
        "农机购置补贴、耕地地力补贴、高标准农田；宅基地资格审查、土地承包流转；村集体资产清查、分红、股权、"
        "三资账目、"
        "合作社和家庭农场、美丽乡村和村庄公园。",
        topics=("crops", "assets", "rebuilding")),
    Department(
        "water_affairs", T("区水利局", en="District Water Affairs Bureau"),
        "灌溉渠道防渗修复、渠系渗漏、闸门、机耕泵站和水泵更换；池塘、山塘、河道清淤疏浚和驳岸护坡，"
        "水库除险加固、防汛排涝、抗旱调水；"
        "农村饮用水供水站、水质和水管入户、水费；河道采砂、占用河道、取水许可、水土保持、移民后期扶持；"
        "灌区用水分配和放水时间。",
        topics=("irrigation",)),
    Department(
        "natural_resources", T("区自然资源规划分局", en="District Natural Resources and Planning Branch"),
        "农房翻建和新建审批、宅基地用地和乡村建设规划许可、退件补正、村庄规划、建房选址和四至放样；"
        "农村房屋不动产登记、宅基地确权发证；"
        "永久基本农田、耕地占补、设施农业用地、临时用地、违法占地查处；集体土地征收报批、征地预公告、"
        "地质灾害点排查和避险搬迁、林地与耕地界线。",
        topics=("rebuilding", "requisition")),
    Department(
        "relocation", T("征地拆迁事务所", en="Land Acquisition and Relocation Office"),
        "集体土地征收和房屋拆迁的丈量登记、补偿方案、协议签订，青苗费、地上附着物、"
        "坟墓迁移补偿款结算与支付；安置房分配、安置面积、过渡费、"
        "搬迁奖励、回迁时间；被征地农民名单核对、留地安置、征迁公示；拆迁评估复核、附属用房和附属设施认定、"
        "征迁遗留问题清理。",
        topics=("requisition",)),
    Department(
        "forestry", T("区林业站", en="District Forestry Station"),
        "林木采伐许可、自留山和承包林砍伐、松材线虫病疫木清理、毛竹和油茶低产林改造；林权证、山界林权确认、"
        "生态公益林补偿金、退耕还林；"
        "森林防火、护林员、古树名木保护修剪、野猪等野生动物损害庄稼补偿；苗木检疫、村庄绿化苗木、林下种植、"
        "占用林地审批、盗伐林木查处。",
        topics=("forest",)),
    Department(
        "transport", T("区交通运输局", en="District Transport Bureau"),
        "农村公路和村道修建、拓宽、硬化、坑洼路面修补，桥梁检测和危桥改造、塌方滑坡抢通、护栏和道路标志、"
        "错车道；城乡公交线路、"
        "公交站点和班次、村村通客车；超限货车治理、公路两侧建筑控制区、占用公路和开口审批；"
        "农村物流站点、渡口码头、道路养护员和扫雪除冰。",
        topics=("roads",)),
    Department(
        "housing", T("区住建局", en="District Housing and Construction Bureau"),
        "农村危房鉴定和改造补助、农房结构安全隐患、自建房排查、农村建筑工匠培训和通用图集；"
        "农房施工质量和安全指导、老旧土坯房加固；"
        "传统村落和历史建筑修缮、村庄污水管网和化粪池、农村生活垃圾中转站、村庄路灯；征收房屋安置房建设质量、"
        "交房验收和房屋漏水维修。",
        topics=("rebuilding",)),
    Department(
        "supply", T("区供销社", en="District Supply and Marketing Cooperative"),
        "化肥、农药、农膜等农资供应和统防统治服务，庄稼医院开方、测土配方；农产品滞销收购、"
        "柑橘和茶叶产销对接、电商直播、冷库仓储、"
        "展销会和品牌包装；农药包装和废旧农膜回收；农民专业合作社联合社、资金互助、农机托管、烘干中心、"
        "日用品下乡网点和再生资源回收。",
        topics=("crops", "assets")),
    Department(
        "justice", T("司法所（调解）", en="Justice Office (mediation)"),
        "人民调解：邻里、山林地界、土地承包、征地补偿、宅基地相邻、婚姻家庭、赡养老人、损害赔偿、"
        "借款欠条等纠纷，调解协议书和司法确认；"
        "法律援助申请、法律咨询、村法律顾问、合同审查；村规民约审核、普法、社区矫正；信访矛盾排查、"
        "第二次调解和联合调解安排、调解员培训。",
        topics=("disputes", "requisition")),
    Department(
        "health", T("区卫健局", en="District Health Bureau"),
        "村卫生室开设、乡村医生和巡回医疗、家庭医生签约、常用药配备；农村妇女两癌筛查、"
        "六十五岁以上老人体检、慢性病随访、计划生育奖励扶助；"
        "饮用水卫生监测、血吸虫病和钉螺查灭、狂犬疫苗接种、灭鼠灭蚊；农药中毒救治、残疾鉴定转介、"
        "医疗救助、救护车和急救点设置。",
        topics=("disputes",)),
)
