"""Short cases for the demo, each with the department it belongs to and how far it has come."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from duijie.api import T


class Row(NamedTuple):
    """One case: what was said, who handles it, how far it has come, further answers of the form."""

    topic: str
    text: str
    lead: str
    co: tuple[str, ...] = ()
    stage: str = "received"
    note: T | None = None
    days: int = 0
    stars: int = 0
    extra: Mapping[str, Any] = {}


_PEOPLE: Final = {"wages_owed": False}

ROWS: Final = (
    # Staff, power and water, land, finance
    Row("labor", "有员工下班路上骑电动车摔伤，能不能认定工伤？交警认定对方主责，公司想知道要交哪些材料。",
        "hr",
        stage="rated", stars=5, extra={"people": 1, **_PEOPLE}, note=T(
            "非本人主要责任的上下班途中事故可以认定，请在三十日内提交事故认定书、考勤和劳动合同。",
            en="An accident on the way to or from work that was not mainly the worker's fault can be "
               "recognised. File "
               "the police report, attendance record and labour contract within thirty days.")),
    Row("labor", "想给车间叉车工和焊工统一培训取证，二十来个人，有没有培训补贴，能不能送教上门？", "hr",
        stage="committed", days=10, extra={"people": 22, **_PEOPLE}, note=T(
            "十个工作日内确定上门培训班次，取得证书后按人头发放补贴。",
            en="Within ten working days a course at your plant is scheduled; the subsidy is paid for each "
               "certificate.")),
    Row("labor", "退休返聘的老师傅出了工伤由谁赔？我们有五名返聘人员，想知道能不能参加工伤保险。", "hr",
        stage="assigned", extra={"people": 5, **_PEOPLE}),
    Row("labor", "外包的装卸队拖欠工人工资，工人到我们厂门口讨薪，我们款项已经付清，请部门出面协调。", "hr",
        stage="assigned", extra={"people": 14, "wages_owed": True}),
    Row("utilities", "厂区经常跳闸，一个月停了四次电，注塑机里的料都报废了，请检查线路。", "power",
        co=("economy",),
        stage="answered", extra={"account_no": "3300137702"}, note=T(
            "已查明为线路老化的绝缘子击穿，本周已更换，并加装故障指示器。",
            en="An aged insulator had failed. It was replaced this week and a fault indicator added.")),
    Row("utilities", "屋顶想装光伏，大约三百千瓦，并网手续怎么办、多余的电怎么卖？", "power", stage="rated",
        stars=4,
        extra={"capacity_now": 800, "capacity_wanted": 800, "account_no": "3300151190"}, note=T(
            "备案后提交并网申请，供电公司免费出接入方案，余电按燃煤基准价结算。",
            en="Register the project, then apply for connection; the plan is free and surplus power is paid "
               "at the "
               "benchmark price.")),
    Row("utilities", "上个月电费多出一万多，账单里的力调电费看不懂，想请人上门看看怎么降下来。", "power",
        stage="assigned", extra={"capacity_now": 400, "account_no": "3300149035"}),
    Row("utilities", "天然气管道离我们厂只有两百米，申请接入半年没有答复，现在用瓶装气成本太高。", "housing",
        co=("economy",), extra={"account_no": "QZ20260418"}),
    Row("land", "厂房想加一层做仓库，容积率够不够、要办什么手续？", "natural_resources", stage="answered",
        note=T(
        "该地块容积率上限为二点零，可以加层，先做结构鉴定，再申请工程规划许可变更。",
        en="The plot allows a floor area ratio of 2.0, so one more floor is possible: first a structural "
           "survey, then "
           "a change of the planning permit.")),
    Row("land", "两家公司合用一宗地，想把宗地分割开各办各的不动产证，请问能不能办。", "natural_resources",
        stage="committed", days=15, note=T(
            "十五个工作日内完成宗地测绘并书面答复分割条件。",
            en="Within fifteen working days the plot is surveyed and the conditions are put in writing.")),
    Row("finance", "贷款月底到期，续贷要两周才下来，想申请转贷资金周转几天。", "economy", co=("fiscal",),
        stage="committed", days=2, note=T(
            "两个工作日内完成转贷资金审核，月底前可以到位。",
            en="The bridging loan is checked within two working days and available before the month ends.")),
    Row("finance", "我们只有专利没有厂房，知识产权能不能质押贷款，贴息有多少？", "market", co=("fiscal",),
        stage="rated", stars=5, note=T(
            "可以办理专利质押，市场监管局出具推荐函，贷款利息按实付的三成贴补。",
            en="Patents can be pledged; we write the letter of recommendation and thirty per cent of the "
               "interest paid "
               "is refunded.")),
    Row("finance", "给机关单位供货的尾款拖了一年多没付，金额十八万，影响我们发工资。", "fiscal",
        stage="assigned"),
    # Support and subsidies
    Row("policy", "专精特新申报要准备什么，我们研发投入去年占百分之四，够不够条件？", "economy",
        stage="answered",
        note=T("研发占比达标，还差一项发明专利，申报窗口为每年四月，已约专人上门辅导。",
               en="Your research share suffices; one invention patent is missing. The window is in April, "
                  "and an "
                  "adviser will visit you.")),
    Row("policy", "技术改造买了两台机器人，设备投资补助什么时候可以申报？", "economy", stage="committed",
        days=5,
        note=T("五个工作日内书面告知申报时间和设备清单要求。",
               en="You are told the dates and the required list of equipment in writing within five working "
                  "days.")),
    Row("policy", "出口退税这个月比平时慢了二十天，资金压力很大，请帮忙看看。", "tax", stage="rated",
        stars=5, note=T(
        "有一份报关单信息未比对成功，已联系更正，退税款今天已开出。",
        en="One customs form had not matched. It was corrected and the refund was issued today.")),
    Row("policy", "研发费用加计扣除的辅助账不会做，被要求补材料，有没有人可以教一下？", "tax",
        stage="answered", note=T(
        "已安排两名税务人员上门辅导，并提供台账样表。",
        en="Two tax officers visit you to help, and a sample ledger was sent.")),
    Row("policy", "引进的工程师申请人才公寓排队一年了，再等人就要走了。", "organization", co=("housing",),
        stage="assigned"),
    Row("policy", "首次升规的奖励政策今年还有没有，我们三月份刚上规。", "economy", stage="rated", stars=4,
        note=T(
        "政策延续，奖励十万元，名单核定后六月前拨付。",
        en="It continues: 100,000 yuan, paid by June once the list is confirmed.")),
    Row("policy", "残疾人就业保障金能不能减免？公司二十五个人，安排了一名残疾员工。", "tax",
        stage="answered", note=T(
        "三十人以下企业免征，已缴部分可以申请退还。",
        en="Enterprises with up to thirty people are exempt; what you paid can be refunded.")),
    Row("policy", "省级首台套认定下来了，区里的配套奖励找谁申请？", "economy"),
    Row("policy", "国有厂房的租金减免政策到期后还会延续吗，我们租了一千两百平方米。", "fiscal"),
    Row("policy", "想申请博士后工作站，企业要具备什么条件？", "organization", stage="not_heard"),
    Row("policy", "买的节能电机有没有补贴，发票开在去年十二月还算不算？", "economy"),
    Row("policy", "纳税信用因为迟报一天被降成 B 级，影响投标，能不能修复？", "tax", stage="assigned"),
    # Permits and approvals
    Row("approval", "营业执照地址从老厂搬到新厂，跨了街道，变更要跑几个部门？", "market", stage="rated",
        stars=5, note=T(
        "一窗办理即可，税务和银行信息同步变更，两天办结。",
        en="One counter does it all, tax and bank data included, in two days.")),
    Row("approval", "食品生产许可证增加一个速冻品类，现场核查什么时候能安排？", "market", stage="committed",
        days=5,
        note=T("五个工作日内完成现场核查。", en="The site is inspected within five working days.")),
    Row("approval", "新买的三台叉车要登记检验，排队要等一个月，能不能集中上门检？", "market",
        stage="answered", note=T(
        "园区内已凑满二十台，下周三集中上门检验。",
        en="Twenty forklifts of the park are inspected together next Wednesday.")),
    Row("approval", "排污许可证下个月到期，延续要提前多久申请，材料和原来一样吗？", "ecology",
        stage="answered", note=T(
        "应在到期前六十日申请，已开通加急通道，材料只需补近一年监测报告。",
        en="Sixty days ahead is the rule; a fast lane is open for you, and only last year's monitoring "
           "report is "
           "missing.")),
    Row("approval", "新厂房消防验收卡住了，说疏散通道宽度差十厘米，图纸当初是审过的。", "housing",
        co=("emergency",), stage="committed", days=7, note=T(
            "七个工作日内现场复测，按审图时的规范给出整改或认可意见。",
            en="Within seven working days it is measured again and judged by the rules in force when the "
               "drawings "
               "were approved.")),
    Row("approval", "零地技改项目备案系统里退回两次，没写清原因，请指点怎么改。", "economy", stage="rated",
        stars=4,
        note=T("缺少能耗说明，已在线协助补正并通过备案。",
               en="The energy statement was missing; we helped you add it and the project is registered.")),
    Row("approval", "厂房装修要不要办施工许可，只改隔墙和地坪，面积六百平方米。", "housing",
        stage="answered", note=T(
        "投资一百万元以下且不动主体结构的，不用办理施工许可。",
        en="Below one million yuan and without touching the structure you need no construction permit.")),
    Row("approval", "劳务派遣许可证到期换证，注册资金要求有没有变化？", "hr", stage="rated", stars=5, note=T(
        "要求未变，可以全程网上办理。", en="Nothing has changed, and it is done online.")),
    Row("approval", "进口设备的压力容器没有国内型号，使用登记办不下来。", "market", stage="assigned"),
    Row("approval", "新项目环评报告交上去两个月，一直在技术评估，能不能告知进度？", "ecology",
        stage="assigned"),
    Row("approval", "厂区大门要改到北侧，需要规划和道路哪些部门同意？", "natural_resources", co=("housing",)),
    Row("approval", "公司名称变更后，商标、生产许可证要不要一起变更，先办哪个？", "market"),
    Row("approval", "仓库改成冷库涉及用氨，安全条件审查找哪个部门？", "emergency", co=("market",)),
    Row("approval", "不定时工时制审批被退回，说岗位说明不清楚，想当面问一下。", "hr", stage="not_heard",
        ),
    Row("approval", "希望区里帮忙审批我公司在外省的分公司执照。", "market", stage="declined", note=T(
        "外省分公司由当地登记机关办理，不属本区职责。已把当地窗口电话发给您。",
        en="A branch in another province is registered there, not by this district. The phone number of that "
           "office was sent to you.")),
    # Safety and environment
    Row("safety", "活性炭更换频率到底怎么定，检查人员说法不一样，我们想要书面标准。", "ecology",
        stage="committed",
        days=5, note=T("五个工作日内给出书面的更换周期计算方法。",
                       en="The way to compute the interval is given in writing within five working days.")),
    Row("safety", "危险废物存了半吨没人收，小企业量少，处置公司不愿意上门。", "ecology", stage="answered",
        note=T(
        "已接入小微企业危废统一收运点，每月十日上门。",
        en="You now belong to the collection round for small enterprises, on the tenth of each month.")),
    Row("safety", "隔壁厂夜里冲压噪声大，宿舍员工没法休息，监测过一次没有结果。", "ecology",
        stage="assigned"),
    Row("safety", "铝粉打磨车间被查出粉尘隐患，除尘改造方案请专家帮忙看看。", "emergency", stage="rated",
        stars=4,
        note=T("专家已到场指导，改造方案通过，整改期延长至月底。",
               en="An expert came, the plan was accepted, and you have until the end of the month.")),
    Row("safety", "年底环保信用评价被扣分，处罚已整改完成，怎么申请修复？", "ecology"),
    Row("safety", "租我们厂房的小作坊违规使用喷漆，出了事责任算谁的？", "emergency", co=("ecology",)),
    # The park, schooling, the rest
    Row("park", "园区门口公交末班车六点就没了，晚班工人下班回不去。", "housing", stage="committed", days=10,
        note=T(
        "十个工作日内与公交公司商定末班车延至九点半的方案。",
        en="Within ten working days the bus company is asked to run until half past nine.")),
    Row("park", "园区北路路灯坏了一排，大货车晚上转弯很危险。", "housing", stage="answered", note=T(
        "已更换灯具十二盏，并加装转弯反光镜。", en="Twelve lamps were replaced and a mirror was put up at "
                                 "the bend.")),
    Row("park", "员工宿舍不够，附近蓝领公寓能不能给我们留三十个床位？", "housing"),
    Row("school", "二孩刚满三岁，园区附近公办幼儿园没有学位，双职工没人带。", "education", stage="answered",
        note=T(
        "园区东侧普惠园下月增开一个小班，可优先登记。",
        en="The subsidised kindergarten east of the park opens another class next month; you may register "
           "first.")),
    Row("school", "暑假托班希望开在园区里，我们厂有十八个孩子需要。", "education", stage="objected", note=T(
        "暑期托班场地由园区提供，建议与园区管理单位共同办理。",
        en="The room has to come from the park; please let the park's management handle it with us.")),
    Row("other", "产品被外地市场抽检判不合格，我们自检是合格的，怎么申请复检？", "market", stage="rated",
        stars=3, note=T(
        "收到报告十五日内可申请复检，已协助联系复检机构。",
        en="You may ask for a second test within fifteen days of the report; we put you in touch with the "
           "laboratory.")),
    Row("other", "希望园区企业之间有个供需对接，谁家能做我们的包装和五金配件？", "economy"),
)
