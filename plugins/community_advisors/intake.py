"""The intake form of communities, as data. The community is not a field: the link or the poster names it.

A resident files for themselves, by name or without; a secretary or grid worker files for a resident who may
have no phone of their own. So the resident's mobile is asked for only where there is one, and a number for
calling back (a landline, a relative) takes its place.
"""

from duijie.api import Choice, Field, FieldType, Form, Section, T, all_of, any_of, eq, is_in, negate

TOPIC_LABELS = {
    "tariff": T("水电价格", en="Water and power prices"),
    "property": T("物业", en="Property management"),
    "noise": T("噪声", en="Noise"),
    "parking": T("停车", en="Parking"),
    "elderly": T("养老", en="Care for the elderly"),
    "sanitation": T("环境卫生", en="Cleanliness"),
    "repairs": T("设施维修", en="Repairs"),
    "neighbours": T("邻里", en="Between neighbours"),
}

NAMELESS = all_of(eq("reporter", "resident"), eq("anonymous", True))
BY_WORKER = is_in("reporter", "secretary", "grid")
WITHOUT_PHONE = any_of(NAMELESS, all_of(BY_WORKER, eq("no_phone", True)))

WHO = Section(T("谁在反映", en="Who is reporting"), (
    Field("reporter", FieldType.CHOICE, T("填报人", en="You are"), required=True, choices=(
        Choice("resident", T("居民本人", en="A resident")),
        Choice("grid", T("网格员代报", en="A grid worker, for a resident")),
        Choice("secretary", T("社区书记代报", en="The community secretary, for a resident")),
    )),
    Field("anonymous", FieldType.YES_NO, T("匿名反映", en="Report without your name"), show_if=eq("reporter",
                                                                                              "resident"),
          hint=T("选“是”不用留姓名和手机，请记好追踪码，凭码查看答复",
                 en="No name or number is needed; keep the tracking code, which shows the answer")),
    Field("requester", FieldType.TEXT, T("居民姓名", en="The resident's name"), required=True,
          show_if=negate(NAMELESS), minimum=2, maximum=30, private=True,
          hint=T("大家共同的问题，可以写一位代表", en="For a shared problem, name one of those concerned")),
    Field("no_phone", FieldType.YES_NO, T("居民没有手机", en="The resident has no mobile phone"),
          show_if=BY_WORKER,
          hint=T("选“是”请把打印的追踪码交给居民，答复后会电话或上门回访",
                 en="Hand over the printed tracking code; we then call or visit with the answer")),
    Field("mobile", FieldType.MOBILE, T("居民手机", en="The resident's mobile number"), required=True,
          show_if=negate(WITHOUT_PHONE), private=True,
          hint=T("办理进度会发到这个号码", en="Progress is sent to this number")),
    Field("callback", FieldType.TEXT, T("回访电话", en="A number to call back"), show_if=WITHOUT_PHONE,
          maximum=40,
          private=True, hint=T("选填，座机、亲属或邻居的电话都可以",
                               en="Optional: a landline, a relative or a neighbour will do")),
    Field("agent", FieldType.TEXT, T("代报人姓名", en="Your own name"), required=True, show_if=BY_WORKER,
          minimum=2,
          maximum=30, private=True),
    Field("agent_mobile", FieldType.MOBILE, T("代报人手机", en="Your own mobile number"), required=True,
          show_if=BY_WORKER, private=True),
    Field("email", FieldType.EMAIL, T("电子邮箱", en="E-mail"), private=True,
          hint=T("选填，用于接收提醒", en="Optional, for reminders")),
))

PROBLEM = Section(T("反映什么", en="What it is about"), (
    Field("topic", FieldType.CHOICE, T("类别", en="Category"), required=True,
          choices=tuple(Choice(key, label) for key, label in TOPIC_LABELS.items())),
    Field("place", FieldType.PLACE, T("地点", en="Where"), maximum=100,
          hint=T("小区、楼号或路口，也可在图上点选",
                 en="Estate, building or crossing, or a point on the map")),
    Field("households", FieldType.NUMBER, T("涉及户数", en="Households concerned"), unit=T("户",
                                                                                       en="households"),
          minimum=1, maximum=20_000),
    Field("text", FieldType.LONG_TEXT, T("内容", en="What is the matter?"), required=True, minimum=10,
          maximum=2000,
          hint=T("什么事、多久了、希望怎样解决。第一句话请写要点",
                 en="What, for how long, and what would help? Put the main point first")),
    Field("noise_hours", FieldType.CHOICES, T("噪声时段", en="When is it noisy?"), show_if=eq("topic",
                                                                                          "noise"), choices=(
        Choice("morning", T("清晨", en="Early morning")),
        Choice("day", T("白天", en="Daytime")),
        Choice("noon", T("午休", en="Noon")),
        Choice("evening", T("傍晚", en="Evening")),
        Choice("late", T("22 点以后", en="After 10 p.m.")),
    )),
    Field("noise_source", FieldType.CHOICE, T("声源类型", en="Source"), show_if=eq("topic", "noise"),
          other=True, choices=(
        Choice("entertainment", T("歌厅酒吧", en="Karaoke or bar")),
        Choice("construction", T("施工装修", en="Building work")),
        Choice("square", T("广场舞、音响", en="Dancing, loudspeakers")),
        Choice("traffic", T("车辆", en="Traffic")),
        Choice("equipment", T("水泵、空调等设备", en="Pumps, air conditioners")),
        Choice("other", T("其他", en="Something else")),
    )),
    Field("noise_at_night", FieldType.YES_NO, T("是否夜间", en="At night?"), show_if=eq("topic", "noise"),
          hint=T("夜间指 22 点至次日 6 点", en="Night is from 10 p.m. to 6 a.m.")),
    Field("account_no", FieldType.TEXT, T("户号", en="Customer number"), show_if=eq("topic", "tariff"),
          minimum=4,
          maximum=20, private=True, hint=T("见水费、电费账单", en="Printed on the bill")),
    Field("tariff_now", FieldType.CHOICE, T("现行价类", en="Tariff charged now"), show_if=eq("topic",
                                                                                         "tariff"), choices=(
        Choice("residential", T("居民价", en="Residential")),
        Choice("joint", T("合表价", en="Shared meter")),
        Choice("commercial", T("商业价", en="Commercial")),
        Choice("unknown", T("不清楚", en="Not sure")),
    )),
    Field("facility_use", FieldType.TEXT, T("设施用途", en="What the premises are used for"), maximum=60,
          show_if=eq("topic", "tariff"), hint=T("如老年活动室、楼道照明", en="Such as a seniors' room or "
                                                                  "stair lights")),
    Field("reported_before", FieldType.YES_NO, T("是否曾反映过", en="Reported before?")),
    Field("ticket_no", FieldType.TEXT, T("12345 工单号", en="12345 ticket number"),
          show_if=eq("reported_before", True),
          maximum=30, hint=T("选填，短信里可以查到", en="Optional; it stands in the text message")),
    Field("photos", FieldType.ATTACHMENTS, T("照片", en="Photographs"), hint=T("选填", en="Optional")),
))

FORM = Form(
    key="community_case",
    title=T("居民诉求填报", en="Tell us about a problem in your community"),
    intro=T("小区里的事请告诉我们。提交后您会得到一个追踪码，凭码随时查看答复；书记、网格员也可以代为填报。",
            en="Tell us what is wrong where you live. You receive a tracking code that shows the answer at "
               "any time. "
               "The secretary or a grid worker can file it for you."),
    sections=(WHO, PROBLEM),
    topic_field="topic",
    text_field="text",
    requester_field="requester",
    contact_field="requester",
    mobile_field="mobile",
    email_field="email",
    consent=T(
        "我们收集姓名、电话、地点和反映内容，仅用于分派、答复和回访这件事，"
        "只有经办的协调员和相关部门可以看到，不会告诉被反映的人。"
        "办结满两年后删除姓名和电话，统计只使用不含个人信息的数据。您可以凭追踪码查询，或联系社区更正、"
        "删除。代报的，请先征得居民同意。提交即表示同意。",
        en="We keep the name, phone number, place and what you write, only to assign, answer and follow up "
           "this "
           "matter. Only the coordinators and departments who handle it can see them, never the person it is "
           "about. "
           "Name and number are deleted two years after the case is closed; statistics use no personal data. "
           "You can "
           "look the case up with your tracking code, and ask your community to correct or delete your data. "
           "If you "
           "file for a resident, ask them first. By submitting you agree."),
)
