"""The community group, its topics and its departments, as data.

`ecology`, `power` and `housing` carry the same key in the other groups they sit in.
"""

from community_advisors.intake import TOPIC_LABELS
from duijie.api import AdvisoryGroup, Department, MeetingTemplate, T, Terms, Topic

RATING_WINDOW = 5  # working days
INQUIRY, HELP, COMPLAINT = 3, 5, 7  # working days: 舟山's terms for questions, requests for help, complaints

_TERMS = {
    "tariff": INQUIRY,
    "elderly": HELP,
    "repairs": HELP,
    "neighbours": HELP,
    "property": COMPLAINT,
    "noise": COMPLAINT,
    "parking": COMPLAINT,
    "sanitation": COMPLAINT,
}

_WORDS = {
    "tariff": ("水费", "电费", "商业水电价", "居民价", "合表", "阶梯水价", "电表", "多收钱"),
    "property": ("物业费", "电梯", "保安", "业委会", "维修基金", "公共收益", "绿化"),
    "noise": ("歌厅", "吵", "半夜", "装修声", "广场舞", "睡不着", "扰民", "音响"),
    "parking": ("车位", "占道", "乱停车", "充电桩", "地锁", "消防通道", "僵尸车"),
    "elderly": ("老人", "助餐", "活动室", "金婚", "独居", "轮椅", "养老金", "居家养老"),
    "sanitation": ("垃圾", "污水", "油烟", "臭", "蚊虫", "狗粪", "乱扔"),
    "repairs": ("漏水", "水压低", "停水", "路灯", "燃气管", "井盖", "下水道", "堵", "扶手"),
    "neighbours": ("邻居", "吵架", "养狗", "渗到下家", "楼道堆物", "高空抛物", "打架"),
}

GROUP = AdvisoryGroup(
    key="community",
    name=T("社区管理顾问团", en="Community advisory group"),
    summary=T("水电、物业、噪声、停车、养老……部门和公司到社区来，当面答复居民，答应的事有人盯到底。",
              en="Water and power, property, noise, parking, care for the elderly: offices and companies "
                 "come to the "
                 "community, answer face to face, and are held to what they promise."),
    requester_noun=T("居民", en="resident"),
    case_prefix="SQ",
    topics=tuple(Topic(key, label, _WORDS[key]) for key, label in TOPIC_LABELS.items()),
    meeting=MeetingTemplate(
        title=T("社区管理顾问团现场会", en="Community advisory meeting"),
        start="19:00", slot_minutes=10, slots=9,
        place_hint=T("社区党群服务中心，晚上居民有空的时候", en="The community centre, in the evening when "
                                              "people are free"),
    ),
    terms=Terms(answer=COMPLAINT, co_answer=3, objection=1, rating_window=RATING_WINDOW, reopening_window=20,
                by_topic=_TERMS),
)

DEPARTMENTS = (
    Department(
        "water", T("自来水公司", en="Water company"),
        "居民和非居民用水开户、过户、水表安装和校验、抄表收费、阶梯水价、居民水价与商业水价性质变更、"
        "老年活动室等公益场所水价；"
        "二次供水泵房、水箱清洗消毒、高层水压低、停水通知、水质发黄发浑；小区供水主管漏水抢修、老旧水管改造、"
        "一户一表改造，水费账单和欠费复水。",
        topics=("tariff", "repairs"), kind="utility"),
    Department(
        "power", T("供电公司", en="Power supply company"),
        "居民用电开户、过户和电表轮换，合表电价、居民电价与商业电价性质变更、阶梯电价和峰谷电价、"
        "电费账单查询；"
        "停电通知、低电压、跳闸抢修、楼道表箱和老旧线路改造、架空线整治；小区充电桩报装、电动自行车充电电价，"
        "公益场所和养老服务设施用电优惠、户号变更。",
        topics=("tariff", "repairs"), kind="utility"),
    Department(
        "gas", T("燃气公司", en="Gas company"),
        "居民天然气开户、点火通气、燃气表更换和抄表、燃气费账单、阶梯气价；入户安检、燃气泄漏报警、"
        "软管和灶具阀门更换、"
        "燃气管道锈蚀、私自改管整改；老旧小区燃气立管和庭院管改造、施工挖断抢修、停气通知；"
        "瓶装液化气换管道气，"
        "报警器加装和独居老人安全检查。",
        topics=("repairs",), kind="utility"),
    Department(
        "civil", T("区民政局", en="District Civil Affairs Bureau"),
        "居家养老、老年食堂助餐、日间照料中心和老年活动室建设与用途证明，高龄津贴、独居老人探访、"
        "适老化改造、养老院床位、老人轮椅和护理补贴；"
        "低保、临时救助、残疾人两项补贴、孤困儿童；婚姻登记、金婚银婚纪念、志愿服务和社会组织、社区慈善基金；"
        "殡葬、地名门牌。",
        topics=("elderly",)),
    Department(
        "enforcement", T("区综合行政执法局", en="District Urban Management and Law Enforcement Bureau"),
        "沿街商铺占道经营、流动摊贩、违章搭建、户外广告、人行道违停、僵尸车和地锁清理；歌厅酒吧、"
        "广场舞等社会生活噪声和夜间施工噪声查处；"
        "餐饮油烟、垃圾分类、乱倒建筑垃圾、毁绿种菜、犬只管理；公共停车泊位划设和收费管理、共享单车停放、"
        "市容环境卫生保洁和公厕。",
        topics=("noise", "parking", "sanitation")),
    Department(
        "police", T("派出所", en="Police station"),
        "邻里纠纷、打架斗殴、噪声扰民报警处置，高空抛物、楼道堆物、电动车进楼充电的处罚，犬只伤人、养狗扰邻；"
        "消防通道堵塞、小区内交通事故和堵车疏导；盗窃电动车、诈骗防范、监控调阅；户口迁移、居住证、"
        "身份证办理，"
        "出租房和流动人口登记、走失老人和儿童查找。",
        topics=("neighbours", "noise")),
    Department(
        "housing", T("区住建局", en="District Housing and Construction Bureau"),
        "物业服务质量和收费、物业合同备案、业主委员会选举换届、公共收益公开、住宅专项维修资金使用；"
        "小区车位车库租售、"
        "停车位规划和被占纠纷、电梯维修和老楼加装电梯；房屋漏水、外墙脱落、屋面渗漏、开发商保修；"
        "老旧小区改造、道路路面、下水道、公租房、装修拆承重墙。",
        topics=("property", "parking", "repairs")),
    Department(
        "ecology", T("区生态环境分局", en="District Ecology and Environment Branch"),
        "工业和固定设备噪声监测、歌厅等场所边界噪声夜间监测和分贝限值认定；工厂废气异味、餐饮油烟监测、"
        "污水直排、河道黑臭、雨污混接；"
        "建设工地扬尘、露天焚烧垃圾、废旧电池等有害垃圾；电磁辐射、变电站和基站投诉；环境信访、"
        "环境影响评价公众参与和饮用水源保护。",
        topics=("noise", "sanitation")),
)
