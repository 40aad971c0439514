"""The enterprise group, its topics and its departments, as data.

Departments that sit in other groups too carry the same key there: `ecology`, `power`, `natural_resources`,
`housing`. 区财政局 and 区住建局 are observers: questions of paid-out subsidies and of premises without papers
need them beside the lead department.
"""

from duijie.api import AdvisoryGroup, Department, MeetingTemplate, T, Terms, Topic
from enterprise_advisors.intake import TOPIC_LABELS

RATING_WINDOW = 5  # working days

_WORDS = {
    "labor": ("招工", "招不到人", "临时工", "工伤", "工伤险", "社保", "欠薪", "劳动合同", "加班费",
              "培训补贴"),
    "policy": ("补贴", "奖励", "奖补", "兑现", "没到账", "申报", "高新", "专精特新", "减税", "退税"),
    "approval": ("办证", "批复", "许可", "备案", "验收", "环评", "卡住", "材料", "盖章"),
    "land": ("厂房", "土地", "产证", "不动产证", "扩建", "容积率", "租厂房", "宗地"),
    "utilities": ("增容", "变压器", "停电", "跳闸", "电费", "水压", "天然气", "管道"),
    "safety": ("废气", "喷涂", "危废", "排污", "隐患", "消防", "安全检查", "噪声"),
    "finance": ("贷款", "抵押", "担保", "利息", "资金周转", "银行"),
    "park": ("食堂", "公交", "路灯", "停车", "宿舍", "道路", "充电桩"),
    "school": ("入学", "积分", "上学", "学位", "幼儿园", "转学"),
    "other": (),
}

GROUP = AdvisoryGroup(
    key="enterprise",
    name=T("企业发展顾问团", en="Enterprise advisory group"),
    summary=T("用工、审批、用地、水电气、政策兑现……部门坐到一起，当面答复企业，承诺的事按期办结。",
              en="Staff, permits, land, power, subsidies: the departments sit down with enterprises, answer "
                 "face to "
                 "face, and keep what they promise by the day they name."),
    requester_noun=T("企业", en="enterprise"),
    case_prefix="QF",
    topics=tuple(Topic(key, label, _WORDS[key]) for key, label in TOPIC_LABELS.items()),
    meeting=MeetingTemplate(
        title=T("企业发展顾问团对接会", en="Enterprise matchmaking meeting"),
        start="14:00", slot_minutes=12, slots=10,
        place_hint=T("园区会议室，每个部门一张席位", en="A hall in the park with one desk for each "
                                          "department"),
    ),
    terms=Terms(answer=7, co_answer=3, objection=1, rating_window=RATING_WINDOW, reopening_window=20),
)

DEPARTMENTS = (
    Department(
        "organization", T("区委组织部（人才办）", en="District Organisation Department (Talent Office)"),
        "人才引进与服务：高层次人才认定、人才公寓和购房租房补贴、安家费、博士后工作站、技能大师、"
        "紧缺工程师引进；"
        "外来员工和人才子女入学积分、学位协调、居住证积分和落户；企业家培训、青年人才实习基地、科技副总选派；"
        "企业党组织组建、党建指导员和两新组织党建阵地；人才项目评审、创业资助和校企对接活动。",
        topics=("school", "policy"), seats=3),
    Department(
        "hr", T("区人力社保局", en="District Human Resources and Social Security Bureau"),
        "企业招工、招聘会、用工共享、季节工和临时工管理，技工和模具工等紧缺工种培训，职业技能等级认定、"
        "学徒补贴、稳岗返还；"
        "养老、失业、工伤保险参保缴费，工伤认定和劳动能力鉴定；劳动合同、工资支付、加班费、欠薪投诉、"
        "劳动争议仲裁；"
        "高校毕业生见习、退休返聘、劳务派遣许可、特殊工时审批。",
        topics=("labor",), seats=3),
    Department(
        "ecology", T("区生态环境分局", en="District Ecology and Environment Branch"),
        "建设项目环评审批和备案、扩产技改是否重新报批、排污许可证、竣工环保验收；喷涂、印刷、"
        "注塑等工序的挥发性有机物废气治理，"
        "工业废水、污水纳管、危险废物贮存转移、厂界噪声、粉尘；环保检查、在线监测、重污染天气应急减排、"
        "排污权交易、"
        "环保信用修复和处罚整改复查。",
        topics=("safety", "approval"), seats=3),
    Department(
        "economy", T("区经信局", en="District Economy and Information Technology Bureau"),
        "工业经济运行和要素保障：企业用电增容协调、有序用电、变压器和天然气需求；技术改造备案、"
        "设备投资补助、高新技术企业奖补兑现、"
        "专精特新和小巨人申报、首台套、数字化车间、绿色工厂、上规升级奖励；工业项目落地、零地技改、"
        "产业链供需对接、"
        "中小企业融资服务和转贷资金、亩均效益评价、淘汰落后产能。",
        topics=("utilities", "policy", "finance", "park", "other"), seats=3),
    Department(
        "natural_resources", T("区自然资源规划分局", en="District Natural Resources and Planning Branch"),
        "工业用地出让、供地和租赁，厂房扩建、加层、容积率调整、建设用地和工程规划许可、红线退让、规划核实；"
        "不动产登记、厂房产证、无证厂房和历史遗留用地补办、宗地分割合并、土地抵押登记、闲置土地处置；"
        "临时用地、测绘、地块控制性详细规划和园区道路绿线调整。",
        topics=("land", "approval"), seats=3),
    Department(
        "tax", T("区税务局", en="District Tax Service"),
        "增值税、企业所得税、房产税、城镇土地使用税、印花税申报和减免，留抵退税、出口退税、"
        "研发费用加计扣除、小微企业税收优惠；"
        "电子发票开具、发票额度调整、纳税信用等级修复、税务注销和跨区迁移；社会保险费征缴渠道、"
        "残疾人就业保障金、"
        "水利基金，以及厂房转让和抵押评估涉税事项。",
        topics=("policy", "finance"), seats=3),
    Department(
        "market", T("区市场监管局", en="District Market Regulation Bureau"),
        "营业执照设立、变更、注销和地址迁移，食品生产经营许可、特种设备电梯叉车锅炉登记检验、压力管道、"
        "工业产品生产许可；"
        "商标注册、专利预审、知识产权维权和质押融资；产品质量抽检、标准制定、检验检测、计量器具检定、"
        "质量认证补助；"
        "广告宣传、价格投诉、信用修复、年报和经营异常名录移出。",
        topics=("approval", "finance", "other"), seats=3),
    Department(
        "power", T("供电公司", en="Power supply company"),
        "高压和低压用电报装、增容减容、变压器安装更换、双电源、临时用电；停电计划、电压不稳、跳闸抢修、"
        "线路迁改、电表校验；"
        "电价政策、力调电费、峰谷分时、需求响应、电费账单和户号查询；分布式光伏并网、储能、充电桩接入，"
        "配电房代维、安全用电检查和园区配网改造。",
        topics=("utilities",), observer=True, kind="utility"),
    Department(
        "education", T("区教育局", en="District Education Bureau"),
        "义务教育阶段入学和转学、外来务工人员随迁子女积分入学、学区划分、学位安排、入学材料审核、"
        "公办和民办学校招生；"
        "幼儿园入园、普惠性幼儿园、小学课后托管、暑期托班；中等职业学校校企合作、学生实习、"
        "订单班和现代学徒制；"
        "校车线路、学校周边交通和午餐配送。",
        topics=("school",), observer=True),
    Department(
        "emergency", T("区应急管理局", en="District Emergency Management Bureau"),
        "工矿企业安全生产检查、隐患整改、安全生产标准化、危险化学品经营和使用许可、粉尘涉爆、有限空间、"
        "涉氨制冷、喷涂车间防爆；"
        "厂房消防通道、微型消防站、三合一场所整治、租赁厂房安全责任；安全员和特种作业培训取证、应急预案备案、"
        "生产安全事故调查、安责险。",
        topics=("safety",), observer=True),
    Department(
        "fiscal", T("区财政局", en="District Finance Bureau"),
        "惠企资金和奖补资金拨付、兑付批次公示、到账进度查询、专项资金预算安排；政府采购合同付款、"
        "政府采购合同融资、"
        "拖欠中小企业账款清理；政策性担保、贷款贴息、产业基金、还贷周转金；国有厂房租金减免、非税收入票据、"
        "保证金退还，"
        "行政事业性收费和基金减免。",
        topics=("finance", "policy"), observer=True),
    Department(
        "housing", T("区住建局", en="District Housing and Construction Bureau"),
        "工业厂房施工许可、图纸审查、竣工验收备案、消防设计审查和验收，厂房结构安全鉴定和加固；园区道路、"
        "路灯、雨污管网、绿化工程，"
        "公交首末站和停车场配建；员工宿舍、蓝领公寓和公租房申请、宿舍型保障房；燃气管道接入和供水管网工程、"
        "建筑垃圾和工地扬尘管理。",
        topics=("park", "land"), observer=True),
)
