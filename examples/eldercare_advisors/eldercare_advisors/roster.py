"""The group and its departments, as data. `civil`, `health` and `housing` carry the key that they have in other groups."""

from duijie.api import AdvisoryGroup, Department, MeetingTemplate, SampleCase, T, Terms, Topic

from eldercare_advisors.intake import TOPICS

KEY = "eldercare"
_WORDS = {"meals": ("助餐", "送餐", "食堂"), "care": ("护理", "陪诊", "护工", "住院"), "allowance": ("津贴", "补贴", "待遇"),
          "home": ("燃气", "扶手", "跌倒", "充电", "电线")}
GROUP = AdvisoryGroup(
    KEY, T("养老服务顾问团", en="Eldercare advisory group"),
    T("助餐、照护、居家安全、津贴，部门到社区当面答复，办结后再上门看一次。",
      en="Meals, care, safety at home, allowances: answered face to face, and a visit once it is done."),
    T("老人", en="elderly person"), "YL", tuple(Topic(key, label, _WORDS[key]) for key, label in TOPICS.items()),
    MeetingTemplate(T("养老服务对接会", en="Eldercare meeting"), start="09:00", slot_minutes=15, slots=10),
    Terms(answer=5, co_answer=3, by_topic={"home": 3}))

DEPARTMENTS = (
    Department("civil", T("区民政局", en="District Civil Affairs Bureau"),
               "高龄津贴、护理补贴、低保和临时救助，长者食堂和送餐，居家养老服务、养老院床位、日间照料，适老化改造补贴，独居老人探访关爱，"
               "老年人能力评估。", ("meals", "care", "allowance")),
    Department("health", T("区卫健局", en="District Health Bureau"),
               "家庭医生签约和上门巡诊、家庭病床，老人体检、慢性病长处方和用药，陪诊、住院护理、失能失智照护，安宁疗护，老年人心理关爱，"
               "家庭医生上门换药。", ("care",)),
    Department("fire", T("消防救援站", en="Fire and Rescue Station"),
               "老人家里燃气灶、电线老化、飞线充电、楼道堆物等火灾隐患排查，独立烟感和燃气报警器安装，灭火器、逃生通道，上门消防宣传。",
               ("home",)),
    Department("housing", T("区住建局", en="District Housing and Construction Bureau"),
               "卫生间扶手、防滑地面、坡道等适老化改造施工，老旧小区加装电梯，楼道照明，房屋漏水和危房鉴定，物业投诉。",
               ("home",)),
    Department("community", T("社区居委会", en="Community Committee"),
               "独居、空巢、失能老人底册和上门探访，助餐点报名，志愿者结对，邻里互助，代办津贴申请材料，老年活动室。",
               ("meals", "allowance")),
)

SAMPLES = (
    SampleCase("cooker", {
        "requester": "沈阿婆", "mobile": "13800005001", "alone": True, "place": "海棠里 5 号楼 201", "topic": "home",
        "text": "燃气灶打不着火还有味道，老人一个人住，请上门看看。", "hazards": ["gas", "rails"], "gas_since": 14,
    }, lead="fire", co=("community",), stage="committed", working_days=3, note=T(
        "三天内上门检查并装好燃气报警器。", en="The home is inspected and a gas alarm installed within three days.")),
)
