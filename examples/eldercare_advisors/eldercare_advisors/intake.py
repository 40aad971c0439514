"""The two forms, as data: any matter, and the request to have a home looked at."""

from duijie.api import Choice, Field, FieldType, Form, Section, T, eq, has

TOPICS = {
    "meals": T("助餐送餐", en="Meals"),
    "care": T("照护与陪诊", en="Care and company to the doctor"),
    "home": T("居家安全与适老化", en="Safety and fittings at home"),
    "allowance": T("津贴补贴", en="Allowances"),
}
HAZARDS = {
    "gas": T("燃气灶、热水器老旧", en="An old gas cooker or water heater"),
    "wires": T("电线老化或飞线充电", en="Old wiring, or charging over a loose cable"),
    "rails": T("卫生间没有扶手", en="No handrail in the bathroom"),
    "stairs": T("楼道堆物、台阶难走", en="Things in the stairway, difficult steps"),
}
REQUESTER = Field("requester", FieldType.TEXT, T("老人姓名", en="Name of the elderly person"), required=True, private=True,
                  maximum=40)
MOBILE = Field("mobile", FieldType.MOBILE, T("联系手机", en="Mobile number"), required=True, private=True,
               hint=T("可留子女或邻居的号码", en="A relative's or a neighbour's number will do"))
ALONE = Field("alone", FieldType.YES_NO, T("是否独自居住", en="Does the person live alone?"))
PLACE = Field("place", FieldType.PLACE, T("住址", en="Address"), required=True, private=True,
              hint=T("如海棠里 5 号楼 201", en="Such as Haitang Lane 5, flat 201"))
RISKS = Field("hazards", FieldType.CHOICES, T("家里有哪些隐患", en="What could be dangerous at home?"),
              choices=tuple(Choice(key, label) for key, label in HAZARDS.items()), show_if=eq("topic", "home"))
SINCE = Field("gas_since", FieldType.NUMBER, T("灶具用了几年", en="How old is the cooker?"), show_if=has("hazards", "gas"),
              unit=T("年", en="years"), minimum=0, maximum=60)
TEXT = Field("text", FieldType.LONG_TEXT, T("什么事", en="What is the matter?"), required=True, minimum=6, maximum=1000,
             hint=T("第一句话请写要点", en="Put the main point first"))
WHO = Section(T("老人情况", en="The elderly person"), (REQUESTER, MOBILE, ALONE, PLACE))
CONSENT = T("以上信息只用于办理和探访，经办人员以外的人看不到。提交即表示同意。",
            en="This is used only to handle the matter and for visits; nobody else sees it. By submitting you agree.")


def _form(key: str, title: T, topics: tuple[str, ...]) -> Form:
    topic = Field("topic", FieldType.CHOICE, T("类别", en="Topic"), required=True,
                  choices=tuple(Choice(key, TOPICS[key]) for key in topics))
    return Form(key, title, (WHO, Section(T("诉求", en="The matter"), (topic, TEXT, RISKS, SINCE))), topic_field="topic",
                text_field="text", requester_field="requester", contact_field="requester", mobile_field="mobile", consent=CONSENT)


FORMS = (_form("elder_case", T("养老服务诉求", en="Bring an eldercare matter"), tuple(TOPICS)),
         _form("home_check", T("居家安全上门评估申请", en="Have a home looked at"), ("home",)))
