"""The intake form of villages, as data. The village is not a field: the link or the poster names it."""

from duijie.api import Choice, Field, FieldType, Form, Section, T, eq

TOPIC_LABELS = {
    "requisition": T("征地拆迁", en="Land acquisition and relocation"),
    "irrigation": T("农田水利", en="Irrigation and water"),
    "crops": T("农技病虫害", en="Growing and pests"),
    "rebuilding": T("农房翻建", en="Rebuilding a house"),
    "forest": T("林木", en="Forest and trees"),
    "roads": T("道路", en="Roads"),
    "assets": T("集体资产", en="Collective assets"),
    "disputes": T("纠纷调解", en="Mediation"),
}

WHO = Section(T("谁在反映", en="Who brings it"), (
    Field("requester", FieldType.TEXT, T("反映人或单位", en="Person or body"), required=True, minimum=2,
          maximum=60,
          private=True, hint=T("村民姓名，或村委会、合作社、家庭农场的名称",
                               en="A villager, or the village committee, a cooperative or a farm")),
    Field("villager_group", FieldType.TEXT, T("村民小组", en="Villagers' group"), maximum=30,
          hint=T("如第 3 组，选填", en="Such as group 3; optional")),
    Field("contact", FieldType.TEXT, T("联系人", en="Contact person"), required=True, minimum=2, maximum=30,
          private=True),
    Field("mobile", FieldType.MOBILE, T("手机", en="Mobile number"), required=True, private=True,
          hint=T("没有手机的，可留子女或村干部的号码",
                 en="Without one, give the number of a relative or of the village office")),
    Field("email", FieldType.EMAIL, T("电子邮箱", en="E-mail"), private=True,
          hint=T("选填，用于接收提醒", en="Optional, for reminders")),
))

PROBLEM = Section(T("什么事", en="What it is about"), (
    Field("topic", FieldType.CHOICE, T("事项", en="Matter"), required=True,
          choices=tuple(Choice(key, label) for key, label in TOPIC_LABELS.items())),
    Field("text", FieldType.LONG_TEXT, T("内容", en="What is the matter?"), required=True, minimum=10,
          maximum=2000,
          hint=T("什么事、从什么时候开始、希望怎样解决。第一句话请写要点",
                 en="What, since when, and what would help? Put the main point first")),
    Field("area_mu", FieldType.NUMBER, T("总面积", en="Total area"), unit=T("亩", en="mu"), minimum=0,
          maximum=100_000,
          hint=T("1 亩约 667 平方米，选填", en="1 mu is about 667 m²; optional")),
    Field("plots", FieldType.REPEAT, T("涉及地块", en="Plots concerned"), unit=T("地块", en="Plot"), maximum=20,
          hint=T("有几块写几块，选填", en="As many as there are; optional"), fields=(
        Field("plot_no", FieldType.TEXT, T("编号", en="Number"), maximum=40,
              hint=T("见承包合同或不动产证", en="Printed in the contract or title")),
        Field("plot_mu", FieldType.NUMBER, T("面积", en="Area"), unit=T("亩", en="mu"), minimum=0,
              maximum=100_000),
        Field("plot_holder", FieldType.TEXT, T("承包户", en="Farmed by"), maximum=30,
              private=True),
    )),
    Field("households", FieldType.NUMBER, T("涉及农户", en="Households concerned"),
          unit=T("户", en="households"), minimum=1, maximum=5_000),
    Field("site_visit", FieldType.YES_NO, T("是否需要现场踏勘", en="Should somebody come and look?"),
          hint=T("选“是”会约您一起到现场", en="If so, a visit is arranged with you")),
    Field("dispute", FieldType.YES_NO, T("是否有纠纷", en="Is there a dispute?")),
    Field("other_party", FieldType.TEXT, T("对方", en="The other party"), show_if=eq("dispute", True),
          maximum=60,
          private=True, hint=T("姓名或单位", en="A person or a body")),
    Field("other_village", FieldType.AREA, T("对方所在片区", en="The other party's village"),
          show_if=eq("dispute", True), hint=T("不在同一个村的请选，选填",
                                              en="Choose it if it is another village; optional")),
    Field("mediations", FieldType.NUMBER, T("已调解次数", en="Mediations so far"), show_if=eq("dispute",
                                                                                         True),
          unit=T("次", en="times"), minimum=0, maximum=50),
    Field("photos", FieldType.ATTACHMENTS, T("照片", en="Photographs"),
          hint=T("庄稼、渠道、房屋、文件等，选填", en="Crops, channels, houses, papers; optional")),
))

FORM = Form(
    key="rural_case",
    title=T("农村诉求填报", en="Bring a matter from your village"),
    intro=T("征地、灌溉、庄稼、建房、修路、调解……村里的事请告诉我们。提交后您会得到一个追踪码，"
            "凭码随时查看答复。",
            en="Land, water, crops, houses, roads, disputes: tell us what your village needs. You receive a "
               "tracking "
               "code that shows the answer at any time."),
    sections=(WHO, PROBLEM),
    topic_field="topic",
    text_field="text",
    requester_field="requester",
    contact_field="contact",
    mobile_field="mobile",
    email_field="email",
    consent=T(
        "我们收集姓名、手机、地块和反映内容，仅用于分派、踏勘、调解、答复和回访这件事，"
        "只有经办的协调员和相关部门可以看到。"
        "办结满三年后删除姓名和手机，调解记录按规定归档，统计只使用不含个人信息的数据。您可以凭追踪码查询，"
        "或联系村里更正、删除。提交即表示同意。",
        en="We keep the name, mobile number, plot and what you write, only to assign, inspect, mediate, "
           "answer and "
           "follow up this matter. Only the coordinators and departments who handle it can see them. Name "
           "and number "
           "are deleted three years after the case is closed; records of mediation are filed as the law "
           "asks, and "
           "statistics use no personal data. You can look the case up with your tracking code, and ask your "
           "village "
           "office to correct or delete your data. By submitting you agree."),
)
