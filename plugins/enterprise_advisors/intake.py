"""The intake form for enterprises, as data. The area is not a field: the link or the poster names it."""

from duijie.api import Choice, Field, FieldType, Form, Section, T, eq

TOPIC_LABELS = {
    "labor": T("用工社保", en="Staff and social insurance"),
    "policy": T("政策扶持", en="Support and subsidies"),
    "approval": T("审批服务", en="Permits and approvals"),
    "land": T("用地", en="Land and premises"),
    "utilities": T("水电气", en="Water, power and gas"),
    "safety": T("安全环保", en="Safety and environment"),
    "finance": T("融资", en="Finance"),
    "park": T("园区配套", en="Facilities of the park"),
    "school": T("子女入学", en="Schooling for employees' children"),
    "other": T("其他", en="Something else"),
}

INDUSTRIES = (
    Choice("machinery", T("机械装备", en="Machinery")),
    Choice("plastics", T("塑料橡胶", en="Plastics and rubber")),
    Choice("electronics", T("电子电器", en="Electronics")),
    Choice("textile", T("纺织服装", en="Textiles and clothing")),
    Choice("food", T("食品加工", en="Food processing")),
    Choice("chemicals", T("化工涂料", en="Chemicals and coatings")),
    Choice("furniture", T("家具包装", en="Furniture and packaging")),
    Choice("logistics", T("物流仓储", en="Logistics and storage")),
    Choice("software", T("软件与科技服务", en="Software and technical services")),
    Choice("trade", T("商贸", en="Trade")),
    Choice("other", T("其他行业", en="Another industry")),
)

COMPANY = Section(T("企业信息", en="Your enterprise"), (
    Field("company", FieldType.TEXT, T("企业名称", en="Name of the enterprise"), required=True,
          hint=T("与营业执照一致", en="As on the business licence"), minimum=4, maximum=80),
    Field("credit_code", FieldType.CREDIT_CODE, T("统一社会信用代码", en="Unified social credit code"),
          required=True,
          hint=T("18 位，见营业执照", en="18 characters, printed on the business licence")),
    Field("scale", FieldType.CHOICE, T("规模", en="Size"), choices=(
        Choice("above", T("规上企业", en="Above designated size")),
        Choice("below", T("规下企业", en="Below designated size")),
    ), hint=T("不清楚可不选", en="Leave it open if you are not sure")),
    Field("industry", FieldType.CHOICE, T("行业", en="Industry"), choices=INDUSTRIES, other=True),
))

CONTACT = Section(T("联系人", en="Contact person"), (
    Field("contact", FieldType.TEXT, T("联系人", en="Name"), required=True, minimum=2, maximum=30,
          private=True),
    Field("mobile", FieldType.MOBILE, T("手机", en="Mobile number"), required=True, private=True,
          hint=T("对接时间和办理进度会发到这个号码", en="Your appointment and progress are sent to this "
                                        "number")),
    Field("email", FieldType.EMAIL, T("电子邮箱", en="E-mail"), private=True,
          hint=T("选填，用于接收提醒和日程文件", en="Optional, for reminders and calendar files")),
))

PROBLEM = Section(T("诉求内容", en="What it is about"), (
    Field("topic", FieldType.CHOICE, T("诉求类别", en="Category"), required=True,
          choices=tuple(Choice(key, label) for key, label in TOPIC_LABELS.items())),
    Field("text", FieldType.LONG_TEXT, T("诉求内容", en="What do you need?"), required=True,
          hint=T("遇到什么问题、从什么时候开始、希望怎样解决。第一句话请写要点",
                 en="What is the problem, since when, and what would help? Put the main point first"),
          minimum=10, maximum=2000),
    Field("capacity_now", FieldType.NUMBER, T("现状容量", en="Present capacity"), unit=T("kVA", en="kVA"),
          show_if=eq("topic", "utilities"), minimum=0, maximum=200_000,
          hint=T("用电报装请填写，其他可不填", en="For power supply only")),
    Field("capacity_wanted", FieldType.NUMBER, T("申请容量", en="Capacity applied for"), unit=T("kVA",
                                                                                            en="kVA"),
          show_if=eq("topic", "utilities"), minimum=0, maximum=200_000),
    Field("account_no", FieldType.TEXT, T("户号", en="Customer number"), show_if=eq("topic", "utilities"),
          hint=T("见水、电、气费账单", en="Printed on the water, power or gas bill"), minimum=4, maximum=20,
          private=True),
    Field("people", FieldType.NUMBER, T("涉及人数", en="People concerned"), unit=T("人", en="people"),
          show_if=eq("topic", "labor"), minimum=1, maximum=100_000),
    Field("wages_owed", FieldType.YES_NO, T("是否涉及欠薪", en="Are wages owed?"), show_if=eq("topic",
                                                                                        "labor"),
          hint=T("涉及欠薪的会优先办理", en="Cases of unpaid wages are handled first")),
    Field("attachments", FieldType.ATTACHMENTS, T("附件", en="Attachments"),
          hint=T("批文、合同、照片等，选填", en="Permits, contracts, photographs; optional")),
))

MEETING = Section(T("对接意愿", en="Meeting the departments"), (
    Field("speak_up", FieldType.YES_NO, T("是否愿意在会上公开提出", en="Would you raise it in front of "
                                                            "everybody?"),
          required=True, hint=T("选“否”则只与相关部门一对一对接",
                                en="If not, you meet the departments one to one")),
    Field("departments", FieldType.DEPARTMENTS, T("期望对接部门", en="Departments you would like to meet"),
          hint=T("可多选；不确定可不选，由协调员安排",
                 en="Several are possible; leave it open and a coordinator will choose")),
    Field("available", FieldType.CHOICES, T("可到会时段", en="When you can come"), choices=(
        Choice("morning", T("上午", en="Morning")),
        Choice("early_afternoon", T("下午 3 点以前", en="Afternoon before 3")),
        Choice("late_afternoon", T("下午 3 点以后", en="Afternoon after 3")),
        Choice("any", T("都可以", en="Any time")),
    )),
))

FORM = Form(
    key="enterprise_case",
    title=T("企业诉求填报", en="Bring a case for your enterprise"),
    intro=T("办企业遇到的困难，请在这里告诉我们。提交后您会得到一个追踪码，凭码随时查看办理进度。",
            en="Tell us what stands in your enterprise's way. You receive a tracking code that shows how the "
               "case "
               "proceeds at any time."),
    sections=(COMPANY, CONTACT, PROBLEM, MEETING),
    topic_field="topic",
    text_field="text",
    requester_field="company",
    contact_field="contact",
    mobile_field="mobile",
    email_field="email",
    departments_field="departments",
    consent=T(
        "我们收集企业名称、信用代码、联系人姓名、手机和诉求内容，仅用于分派、对接、答复和回访本诉求，"
        "只有经办的协调员和相关部门可以看到。"
        "办结满三年后删除联系方式，统计只使用不含个人信息的数据。您可以凭追踪码查询，或联系协调员更正、"
        "删除。提交即表示同意。",
        en="We keep the name and credit code of the enterprise, the contact's name and mobile number and "
           "what you "
           "write, only to assign, discuss, answer and follow up this case. Only the coordinators and "
           "departments "
           "who handle it can see them. Contact details are deleted three years after the case is closed; "
           "statistics "
           "use no personal data. You can look the case up with your tracking code, and ask a coordinator to "
           "correct "
           "or delete your data. By submitting you agree."),
)
