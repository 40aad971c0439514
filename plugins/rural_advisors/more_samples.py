"""Short cases for the demo, each with the department it belongs to and how far it has come."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from duijie.api import T


class Row(NamedTuple):
    """One case: what was said, who handles it, how far it has come, who brings it, further answers."""

    topic: str
    text: str
    lead: str
    co: tuple[str, ...] = ()
    stage: str = "received"
    note: T | None = None
    days: int = 0
    stars: int = 0
    who: str = "villager"
    visit: bool = False
    extra: Mapping[str, Any] = {}


ROWS: Final = (
    # Land acquisition and relocation
    Row("requisition", "拆迁过渡费从今年四月起没有发，安置房还没交，租房压力大。", "relocation",
        stage="committed", days=5,
        extra={"households": 9}, note=T("五个工作日内补发拖欠的过渡费，以后按季打卡。",
                                      en="The arrears are paid within five working days, then quarterly.")),
    Row("requisition", "安置房交付了，屋顶漏水、外墙渗水，找谁修？", "housing", co=("relocation",),
        stage="answered",
        visit=True, extra={"households": 32}, note=T(
            "在保修期内，施工单位已进场，两周内修完。",
            en="It is under warranty; the builder has started and finishes within two weeks.")),
    Row("requisition", "征地丈量少了八分地，边上的水沟也没算，要求复核。", "relocation", stage="committed",
        days=7,
        visit=True, extra={"area_mu": 0.8, "plots": [{"plot_no": "BG-03-045", "plot_mu": 0.8}]}, note=T(
            "七个工作日内三方到场复丈并书面答复。",
            en="It is measured again with everybody present, and answered in writing within seven working "
               "days.")),
    Row("requisition", "祖坟要迁，迁坟补偿标准是多少，什么时候迁？", "relocation", stage="rated", stars=4,
        note=T(
        "每穴补偿标准已公示，年底前迁入公墓，免收墓位费。",
        en="The rates are posted; graves move to the cemetery by the year's end, the place is free.")),
    Row("requisition", "被征地农民的名单漏了我母亲，她户口一直在村里。", "relocation", stage="assigned"),
    Row("requisition", "附属用房为什么不算面积，邻村都算了。", "relocation", co=("justice",),
        stage="not_heard",
        extra={"other_party": "征迁工作组", "mediations": 0}),
    Row("requisition", "征地公告贴出来没写清楚范围，我家菜地在不在里面？", "natural_resources"),
    # Irrigation and water
    Row("irrigation", "抽水泵站的水泵老坏，一到用水的时候就停。", "water_affairs", stage="committed", days=10,
        who="committee", visit=True, extra={"area_mu": 320, "households": 120}, note=T(
            "十个工作日内更换两台水泵，旧泵留作备用。",
            en="Two pumps are replaced within ten working days; the old ones stay as spares.")),
    Row("irrigation", "山塘坝脚渗水，下面住着二十户人，很担心。", "water_affairs", stage="rated", stars=5,
        visit=True,
        extra={"households": 20}, note=T("当天已降低水位并派人值守，除险加固下月开工。",
                                       en="The level was lowered and watched the same day; reinforcement "
                                          "starts next "
                                          "month.")),
    Row("irrigation", "自来水一到旱季就断，要到山下挑水。", "water_affairs", co=("health",),
        stage="committed", days=15,
        extra={"households": 46}, note=T("十五个工作日内接通备用水源，送水车先行保障。",
                                       en="A second source is connected within fifteen working days; until "
                                          "then water "
                                          "is brought by lorry.")),
    Row("irrigation", "上游村把闸门关了，放水时间怎么分，能不能定个轮灌表？", "water_affairs",
        co=("justice",),
        stage="answered", extra={"other_party": "上游村", "mediations": 1}, note=T(
            "两村已签轮灌表，每三天一轮，由灌区管闸门。",
            en="Both villages signed a three-day rota; the irrigation district keeps the gate.")),
    Row("irrigation", "河岸塌了一段，再下大雨稻田就冲走了。", "water_affairs", stage="assigned", visit=True,
        extra={"area_mu": 12}),
    Row("irrigation", "排涝沟被施工的土堵了，大棚进水。", "water_affairs", co=("transport",), who="farm"),
    # Growing and pests
    Row("crops", "水稻叶子发黄卷起来，下面有小虫跳，打了两次药没用。", "agriculture", stage="rated", stars=5,
        extra={"area_mu": 15}, note=T("是稻飞虱抗药，已更换药剂并统一防治。",
                                    en="Planthoppers had become resistant; another agent was used on all "
                                       "fields.")),
    Row("crops", "茶园想改种新品种，苗子哪里买放心，有没有补贴？", "agriculture", stage="answered", extra={
        "area_mu": 30}, note=T("推荐两家有资质的苗圃，连片二十亩以上每亩补六百元。",
                               en="Two licensed nurseries are recommended; from 20 mu on, 600 yuan a mu is "
                                  "paid.")),
    Row("crops", "柑橘卖不出去，二十万斤压在树上，请帮忙找销路。", "supply", stage="committed", days=3,
        who="cooperative", extra={"area_mu": 90, "households": 38}, note=T(
            "三个工作日内组织收购商进村，并上两场直播。",
            en="Buyers come to the village within three working days and two live sales are held.")),
    Row("crops", "买的化肥撒下去烧苗，怀疑是假货。", "agriculture", co=("supply",), stage="committed",
        days=7, extra={
        "area_mu": 4}, note=T("七个工作日内出具抽检结果，确属伪劣的协助索赔。",
                              en="The test result is given within seven working days; if it is fake, we help "
                                 "you claim.")),
    Row("crops", "生猪保险理赔慢，死了十一头，报了三个月。", "agriculture", stage="assigned", who="farm"),
    Row("crops", "农药瓶扔在田头没人收，有没有回收点？", "supply", stage="rated", stars=4, note=T(
        "村口小店已设回收点，空瓶一角一个。", en="The village shop takes them back, ten cents each.")),
    Row("crops", "鱼塘里的鱼翻白肚，一天捞上百斤。", "agriculture", stage="answered", visit=True, extra={
        "area_mu": 8}, note=T("水体缺氧加细菌病，已指导增氧和消毒。",
                              en="Too little oxygen and bacteria; aeration and disinfection were shown on "
                                 "the spot.")),
    Row("crops", "插秧机补贴目录里没有我买的型号，还能不能申请？", "agriculture"),
    Row("crops", "烘干中心收费比去年高，排队也久，晚稻要发芽了。", "supply"),
    # Rebuilding a house
    Row("rebuilding", "土坯房裂了缝，下雨不敢住，能不能评危房？", "housing", stage="committed", days=5,
        visit=True,
        note=T("五个工作日内上门鉴定，鉴定期间安排临时住处。",
               en="A surveyor comes within five working days, and you may stay elsewhere meanwhile.")),
    Row("rebuilding", "儿子分户想批宅基地，村里说没有指标，要等到什么时候？", "agriculture",
        co=("natural_resources",),
        stage="answered", note=T("符合一户一宅资格，今年底有六户指标，按申请先后安排。",
                                 en="You qualify; six plots are given out at the year's end in order of "
                                    "application.")),
    Row("rebuilding", "新房盖好了，不动产证怎么办，要交哪些图纸？", "natural_resources", stage="rated",
        stars=5, note=T(
        "凭建房许可和竣工测绘图办理，已安排上门测绘。",
        en="The building permit and a survey are enough; the surveyor comes to you.")),
    Row("rebuilding", "邻居翻建占了我家的滴水，超出原来的四至。", "natural_resources", co=("justice",),
        stage="assigned", visit=True, extra={"other_party": "隔壁邻居", "mediations": 1}),
    Row("rebuilding", "村里老祠堂要修，木头烂了，是不是历史建筑，谁出钱？", "housing", who="committee",
        visit=True),
    Row("rebuilding", "请的工匠没有证，房子盖到二层说要停工培训。", "housing", stage="answered", note=T(
        "工匠可参加免费培训，一周取证后复工。", en="Training is free and takes a week; then work goes on.")),
    Row("rebuilding", "房子后山有裂缝，是不是地质灾害点，要不要搬？", "natural_resources", stage="committed",
        days=3,
        visit=True, extra={"households": 3}, note=T(
            "三个工作日内专家踏勘，下雨期间先撤离。",
            en="Experts come within three working days; leave the house while it rains.")),
    # Forest and trees
    Row("forest", "松树成片枯死，是不是线虫病，木头能不能自己砍？", "forestry", stage="answered", visit=True,
        extra={
        "area_mu": 40}, note=T("确诊松材线虫病，由专业队清理，疫木不得自行砍运。",
                               en="Pine wilt is confirmed. A crew clears it; do not cut or move the wood "
                                  "yourselves.")),
    Row("forest", "自留山的毛竹想砍，要不要办采伐证？", "forestry", stage="rated", stars=5, note=T(
        "砍毛竹不用办采伐证，运输前报村里登记即可。",
        en="Bamboo needs no felling permit; just register with the village before transport.")),
    Row("forest", "野猪把番薯地拱光了，有没有补偿？", "forestry", stage="committed", days=7,
        extra={"area_mu": 5},
        visit=True, note=T("七个工作日内核损，按标准补偿并组织护农狩猎。",
                           en="The damage is assessed within seven working days, paid by the rates, and a "
                              "hunt held.")),
    Row("forest", "公益林补偿金三年没发到户。", "forestry", stage="assigned", extra={"households": 75}),
    Row("forest", "村口老樟树枯了半边，树枝快掉下来。", "forestry", visit=True),
    Row("forest", "山界和邻村对不上，林权证上写的是老地名。", "forestry", co=("justice",), stage="objected",
        extra={"other_party": "邻村第二组", "mediations": 0}, note=T(
            "林权证由不动产登记机构核发，建议自然资源部门主办、我站配合。",
            en="Forest titles are issued by the land registry; we propose that Natural Resources leads and "
               "we help.")),
    # Roads
    Row("roads", "进村路坑坑洼洼，校车都不愿进来。", "transport", stage="committed", days=15, who="committee",
        visit=True, extra={"households": 260}, note=T("十五个工作日内修补坑洼，明年列入大修。",
                                                    en="Holes are mended within fifteen working days; the "
                                                       "road is "
                                                       "rebuilt next year.")),
    Row("roads", "桥面栏杆断了，老人晚上走怕掉下去。", "transport", stage="rated", stars=5, note=T(
        "三天内已更换栏杆并装反光标志。", en="New rails and reflectors were put up in three days.")),
    Row("roads", "公交只到镇上，赶集要走五里路，能不能延伸一站？", "transport", stage="answered", extra={
        "households": 140}, note=T("逢集日加开两班，下月一号起试行。",
                                   en="Two extra runs on market days from the first of next month.")),
    Row("roads", "山边塌方的土还堆在路上，只剩一个车道。", "transport", stage="assigned", visit=True),
    Row("roads", "拉石头的大货车压坏了村道，谁来赔？", "transport", stage="assigned", extra={
        "other_party": "石料运输车队", "mediations": 0}),
    Row("roads", "机耕路断在半路，收割机下不去田。", "agriculture", co=("transport",),
        extra={"area_mu": 150}),
    # Collective assets
    Row("assets", "集体厂房租金多少没人知道，账目能不能公开？", "agriculture", stage="answered", extra={
        "households": 180}, note=T("已公示近三年租金合同和收支，村民可到村务栏查看。",
                                   en="Leases and accounts of three years are posted on the village board.")),
    Row("assets", "外嫁女有没有集体分红，户口没迁走。", "agriculture", co=("justice",), stage="committed",
        days=10,
        note=T("十个工作日内依成员认定办法书面答复。",
               en="You have a written answer by the membership rules within ten working days.")),
    Row("assets", "土地流转给公司种苗木，租金拖了一年。", "agriculture", co=("justice",), stage="rated",
        stars=2, extra={
        "area_mu": 60, "households": 22, "other_party": "绿茂苗木公司", "mediations": 1}, note=T(
            "公司承诺年底前付清。", en="The company promised to pay by the year's end.")),
    Row("assets", "合作社想建个冷库，用地和资金怎么申请？", "supply", co=("natural_resources",),
        who="cooperative"),
    Row("assets", "村集体鱼塘发包没有招标，村民有意见。", "agriculture", extra={"households": 56}),
    # Mediation, and what else a village asks
    Row("disputes", "田埂边界争了十年，今年又打起来了。", "justice", co=("agriculture",), stage="committed",
        days=7,
        visit=True, extra={"other_party": "同组村民", "mediations": 3}, note=T(
            "七个工作日内到现场定界，第四次调解请双方代表到场。",
            en="The line is set on the spot within seven working days; both sides come to a fourth "
               "mediation.")),
    Row("disputes", "三兄弟不肯赡养老母亲，轮流推。", "justice", stage="rated", stars=4, extra={
        "other_party": "两个兄弟", "mediations": 2}, note=T("已签赡养协议，每月各出六百元，轮流照料。",
                                                        en="They signed: 600 yuan a month each, and turns in "
                                                           "care.")),
    Row("disputes", "邻居养鸭的臭水流进我家菜地，说了不听。", "justice", stage="assigned", extra={
        "other_party": "养鸭户", "mediations": 1}),
    Row("disputes", "在工地摔伤，老板只付了药费，想申请法律援助。", "justice", stage="answered", extra={
        "other_party": "包工头", "mediations": 0}, note=T("已受理法律援助，指派律师一名，不收费。",
                                                       en="Legal aid is granted and a lawyer appointed free "
                                                          "of charge.")),
    Row("disputes", "村卫生室半年没有医生，老人配药要去镇上。", "health", extra={"households": 230}),
    Row("disputes", "请帮忙撤销法院去年的判决。", "justice", stage="declined", extra={
        "other_party": "原告", "mediations": 0}, note=T("法院判决只能依法申请再审，已附法律援助电话。",
                                                     en="A judgment can only be reviewed by the court "
                                                        "itself; the number "
                                                        "of legal aid is enclosed.")),
)
