"""Short cases for the demo, each with the department it belongs to and how far it has come."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from duijie.api import T


class Row(NamedTuple):
    """One case: what was said and where, who handles it, how far it has come, who reports it."""

    topic: str
    text: str
    lead: str
    place: str
    co: tuple[str, ...] = ()
    stage: str = "received"
    note: T | None = None
    days: int = 0
    stars: int = 0
    who: str = "resident"
    extra: Mapping[str, Any] = {}


_NIGHT: Final = {"noise_hours": ["late"], "noise_at_night": True}
_DAY: Final = {"noise_hours": ["morning", "day"], "noise_at_night": False}

ROWS: Final = (
    # Water and power prices
    Row("tariff", "家里六口人，阶梯水价每年都跳到第二档，听说人口多可以加水量，怎么申请？", "water",
        "望海苑 6 号楼",
        stage="rated", stars=5, extra={"tariff_now": "residential"}, note=T(
            "五人以上家庭每多一人加一档水量，凭户口簿在公众号申请，下月生效。",
            en="Families of five or more get a larger allowance for each further person; apply online with "
               "the "
               "household register, from next month.")),
    Row("tariff", "老楼还是合表电价，每户多摊不少，什么时候能一户一表？", "power", "北港里 4 号楼",
        stage="committed",
        days=15, extra={"tariff_now": "joint", "households": 48}, note=T(
            "十五个工作日内完成四十八户现场勘查，公布一户一表改造时间。",
            en="All 48 flats are surveyed within fifteen working days and the date of separate meters is "
               "announced.")),
    Row("tariff", "楼道照明的电费按什么价收？物业公示的单价比居民价高。", "power", "锦绣家园",
        stage="answered",
        extra={"tariff_now": "unknown", "facility_use": "楼道照明"}, note=T(
            "楼道照明执行居民合表电价，已要求物业按实更正并退还差额。",
            en="Stair lights are charged at the residential shared rate. The property manager was told to "
               "correct it "
               "and pay back the difference.")),
    Row("tariff", "两个月没住人，水费却有四十多吨，怀疑水表坏了，想校验。", "water", "碧波花园 2 号楼",
        stage="assigned"),
    Row("tariff", "小区充电桩每度电收一块八，比公共的贵一倍，有没有标准？", "power", "滨江名邸地下车库",
        extra={"tariff_now": "unknown", "facility_use": "电动汽车充电"}),
    Row("tariff", "社区食堂用电想改成居民价，要交什么材料？", "power", "东堤社区", co=("civil",),
        who="secretary",
        extra={"tariff_now": "commercial", "facility_use": "老年食堂"}),
    # Property management
    Row("property", "电梯三天两头困人，物业说维修基金批不下来，什么时候能修好？", "housing",
        "滨江名邸 1 号楼",
        stage="committed", days=5, extra={"households": 66, "reported_before": True}, note=T(
            "走维修资金应急程序，五个工作日内完成主板更换。",
            en="The emergency procedure of the repair fund is used; the control board is replaced within "
               "five working "
               "days.")),
    Row("property", "小区公共收益三年没有公示，广告费、停车费去哪了？", "housing", "锦绣家园",
        stage="answered",
        extra={"households": 300}, note=T(
            "已责令物业十日内公示三年账目，并由社区组织业主代表查账。",
            en="The manager must publish three years of accounts within ten days, and owners' "
               "representatives will "
               "inspect them.")),
    Row("property", "业委会到期半年没人换届，想知道怎么启动选举。", "housing", "海棠湾", stage="rated",
        stars=4,
        who="grid", note=T("已指导社区成立换届小组，下月召开业主大会。",
                           en="An election committee was set up; the owners' assembly meets next month.")),
    Row("property", "物业费涨了两毛没有征求意见，能不能先按老标准交？", "housing", "东堤新村",
        stage="assigned",
        extra={"households": 210}),
    Row("property", "老楼想加装电梯，一楼不同意，补贴政策和流程请讲一讲。", "housing", "北港里 7 号楼",
        stage="not_heard",
        extra={"households": 24}),
    Row("property", "保安夜里睡觉，门禁坏了两个月，外卖车随便进。", "housing", "碧波花园"),
    Row("property", "房子漏水找开发商保修，推了一年还没修，外墙也在掉皮。", "housing", "海棠湾 11 号楼",
        stage="rated",
        stars=2, note=T("已约谈开发商，承诺天晴后修补外墙。",
                        en="The developer was summoned and promised to repair the wall in dry weather.")),
    # Noise
    Row("noise", "对面工地夜里十一点还在浇混凝土，连续三个晚上。", "enforcement", "新港大道工地",
        co=("ecology",),
        stage="answered", who="anonymous", extra={"noise_source": "construction", **_NIGHT}, note=T(
            "该工地有一晚夜间许可，另两晚属违规，已立案处罚并公示许可时间。",
            en="One night was permitted; for the other two a fine is under way and the permitted hours are "
               "posted.")),
    Row("noise", "广场舞音响开到最大，早上六点就开始，能不能限个时间？", "enforcement", "滨港公园南门",
        co=("police",),
        stage="rated", stars=5, extra={"noise_source": "square", **_DAY}, note=T(
            "与舞队约定七点后开始、音量不超六十分贝，并装了定向音箱。",
            en="The dancers agreed to start after seven and stay below 60 dB; a directional speaker was "
               "installed.")),
    Row("noise", "地下室水泵低频嗡嗡响，一楼整夜睡不着，测过说不超标。", "ecology", "碧波花园 3 号楼",
        co=("water",),
        stage="committed", days=7, extra={"noise_source": "equipment", **_NIGHT}, note=T(
            "七个工作日内做室内低频噪声监测，自来水公司同步加装减振垫。",
            en="Low-frequency noise is measured indoors within seven working days, and the water company "
               "fits dampers.")),
    Row("noise", "楼上装修周末也不停，电钻声从早到晚。", "enforcement", "锦绣家园 8 号楼", stage="assigned",
        who="anonymous", extra={"noise_source": "construction", **_DAY}),
    Row("noise", "半夜有人在路上飙摩托车，声音像炸街，请设卡查一查。", "police", "滨港路", stage="answered",
        extra={
        "noise_source": "traffic", **_NIGHT}, note=T(
            "已连续三晚设卡，查扣改装摩托车四辆，今后每周抽查。",
            en="Three nights of checks took four modified motorcycles off the road; weekly checks follow.")),
    Row("noise", "烧烤店的排风机正对卧室，响到凌晨，油烟也呛人。", "enforcement", "东堤路 15 号",
        co=("ecology",),
        extra={"noise_source": "equipment", **_NIGHT}),
    # Parking
    Row("parking", "人行道上停满了车，推婴儿车只能走马路。", "enforcement", "学府路", stage="rated", stars=4,
        note=T(
        "已增设隔离桩四十个，违停抓拍系统本周启用。",
        en="Forty bollards were set and the camera starts this week.")),
    Row("parking", "夜里回来没车位，附近单位的停车场能不能错时开放？", "enforcement", "望海苑周边",
        stage="committed",
        days=10, extra={"households": 180}, note=T(
            "十个工作日内与两家单位签订错时停车协议，提供八十个车位。",
            en="Within ten working days two offices share eighty spaces at night.")),
    Row("parking", "开发商只卖不租车位，二十万一个，租赁怎么就不行？", "housing", "滨江名邸",
        stage="answered", note=T(
        "未出售车位应当出租，已发整改通知，月租上限三百元。",
        en="Unsold spaces have to be let. The developer was ordered to do so, at most 300 yuan a month.")),
    Row("parking", "电动车没地方充电，都拉飞线，能不能建个车棚？", "housing", "北港里", co=("power",),
        stage="assigned",
        who="grid", extra={"households": 90}),
    Row("parking", "小学门口接送时间堵成一锅粥，请安排疏导。", "police", "滨港二小", stage="answered", note=T(
        "早晚各增派两名警力，设即停即走区六个车位。",
        en="Two more officers help morning and afternoon, and six stop-and-go bays are marked.")),
    Row("parking", "路边新划的停车位正好挡住店门和盲道。", "enforcement", "东堤路 40 号"),
    # Care for the elderly
    Row("elderly", "老年食堂只有中午开，独居老人晚饭怎么办？", "civil", "东堤社区", stage="committed",
        days=10,
        who="secretary", extra={"households": 57}, note=T(
            "十个工作日内开通晚餐预订和上门送餐，先试两个月。",
            en="Evening meals can be ordered and delivered within ten working days, for two months first.")),
    Row("elderly", "父亲中风坐轮椅，想申请适老化改造，卫生间装扶手。", "civil", "海棠湾 2 号楼",
        stage="rated", stars=5,
        note=T("评估通过，免费安装扶手和坐便椅，已完工。",
               en="Granted after a visit; rails and a seat were fitted free of charge.")),
    Row("elderly", "高龄津贴停发了三个月，老人卡换过银行。", "civil", "北港里 9 号楼", stage="answered",
        who="no_phone",
        note=T("因账户变更未同步，已更正并补发三个月。",
               en="The new account had not been entered. It is corrected and three months are paid.")),
    Row("elderly", "护理补贴评级等了半年没有上门评估。", "civil", "望海苑 1 号楼", stage="assigned"),
    Row("elderly", "日间照料中心周末不开门，上班族照顾不过来。", "civil", "锦绣家园"),
    Row("elderly", "给父母办金婚纪念需要什么手续，能开证明吗？", "civil", "碧波花园", stage="rated", stars=5,
        note=T(
        "带结婚证到婚姻登记处即可参加金婚纪念活动。",
        en="Bring the marriage certificate to the registry and you can join the golden-wedding event.")),
    # Cleanliness
    Row("sanitation", "垃圾分类点周围苍蝇多、味道臭，清运太慢了。", "enforcement", "东堤新村南门",
        stage="answered", note=T(
        "清运改为一天两次，投放点每天冲洗。", en="It is emptied twice a day now and hosed down daily.")),
    Row("sanitation", "河道里有黑水排进来，下雨天特别臭。", "ecology", "滨港内河", co=("housing",),
        stage="committed",
        days=7, extra={"reported_before": True}, note=T(
            "七个工作日内排查雨污混接点并公布整改计划。",
            en="Wrong sewer connections are traced within seven working days and the plan is published.")),
    Row("sanitation", "楼下快餐店油烟直排，衣服都不敢晾。", "enforcement", "望海苑 2 号楼", co=("ecology",),
        stage="rated", stars=4, note=T("已责令安装净化器并通过检测。",
                                       en="A filter was ordered, fitted and tested.")),
    Row("sanitation", "绿化带被人种上了菜，浇粪水，招蚊虫。", "enforcement", "海棠湾北侧", stage="assigned",
        who="anonymous"),
    Row("sanitation", "建筑垃圾堆在小区门口半个月没人清。", "enforcement", "北港里路口"),
    Row("sanitation", "公共厕所晚上锁门，遛弯的老人不方便。", "enforcement", "滨港公园", stage="answered",
        note=T(
        "开放时间延长到晚上十点。", en="It stays open until ten in the evening.")),
    # Repairs
    Row("repairs", "自来水发黄有铁锈，接一桶要放半天。", "water", "北港里 2 号楼", stage="committed", days=5,
        extra={"households": 30}, note=T("五个工作日内冲洗管网并复测水质，旧管列入改造。",
                                       en="The pipes are flushed and the water tested within five working "
                                          "days; the old "
                                          "pipe will be renewed.")),
    Row("repairs", "地下水管漏水，路面一直湿着，井盖也松了。", "water", "学府路 6 号门前", stage="rated",
        stars=5,
        who="grid", note=T("当晚已抢修，路面已恢复。",
                           en="Repaired the same night; the surface is restored.")),
    Row("repairs", "刮风就停电，架空线老化，一个夏天停了六次。", "power", "东堤新村", stage="answered",
        extra={
        "households": 120}, note=T("已更换导线四百米，明年改为地下电缆。",
                                   en="Four hundred metres of wire were replaced; next year it goes "
                                      "underground.")),
    Row("repairs", "燃气表没电池就停气，换表预约一周没人来。", "gas", "锦绣家园 5 号楼", stage="rated",
        stars=3, note=T(
        "已上门换表，并致歉。", en="The meter was replaced, with our apologies.")),
    Row("repairs", "下水道一下雨就反水，一楼三户都被淹过。", "housing", "望海苑 9 号楼", stage="assigned",
        extra={"households": 3, "reported_before": True}),
    Row("repairs", "屋面渗漏，顶楼墙都发霉了，能不能用维修基金？", "housing", "碧波花园 8 号楼"),
    Row("repairs", "路边施工把燃气管挖断过一次，现在还有气味，不放心。", "gas", "新港大道", stage="assigned"),
    Row("repairs", "停气通知只贴在一楼，很多人没看到，能不能发短信？", "gas", "滨江名邸", stage="answered",
        note=T(
        "已开通短信通知，登记手机号即可。", en="Text messages are sent now; just register your number.")),
    # Between neighbours
    Row("neighbours", "楼上高空抛物，烟头掉到晾的被子上烧了个洞。", "police", "海棠湾 6 号楼", stage="rated",
        stars=5,
        note=T("已调监控找到当事人，批评教育并赔偿。", en="Cameras showed who it was; they were warned and "
                                        "paid.")),
    Row("neighbours", "邻居养了三条大狗，半夜叫，出门不牵绳。", "police", "东堤新村 3 号楼",
        co=("enforcement",),
        stage="committed", days=5, who="anonymous", note=T(
            "五个工作日内上门核查犬证，超养的依法处理。",
            en="Licences are checked on the spot within five working days and the rules enforced.")),
    Row("neighbours", "楼道里堆满纸箱和旧家具，消防员来过也没用。", "police", "北港里 5 号楼",
        stage="assigned"),
    Row("neighbours", "楼上漏水到我家，天花板都黑了，对方不肯修，想请人调解。", "police", "碧波花园 1 号楼",
        co=("housing",)),
    Row("neighbours", "隔壁把电动车推进楼里充电，劝过几次差点打架。", "police", "望海苑 4 号楼",
        who="anonymous"),
    Row("neighbours", "我和老同学的借款纠纷，希望社区帮我把钱要回来。", "police", "滨江名邸",
        stage="declined", note=T(
        "个人借款请向法院起诉或申请司法所调解，已附联系方式。",
        en="A private loan is a matter for the court or the mediation office; their numbers are enclosed.")),
)
