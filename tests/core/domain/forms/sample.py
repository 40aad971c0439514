"""A form with a field of every type, for the tests beside it."""

from duijie.domain.forms.values import (
    Choice,
    Field,
    FieldType,
    Form,
    Section,
    all_of,
    eq,
    filled,
    ge,
    has,
    is_in,
    negate,
)
from duijie.domain.text import T


def choices(*keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(key, T(f"选项{key}", en=f"Option {key}")) for key in keys)


FORM = Form(
    key="sample",
    title=T("诉求填报", en="File a case"),
    intro=T("请如实填写。", en="Please fill in truthfully."),
    consent=T("同意用于办理诉求。", en="I agree to its use for handling the case."),
    topic_field="topic",
    text_field="text",
    requester_field="company",
    contact_field="contact",
    mobile_field="mobile",
    email_field="email",
    departments_field="departments",
    sections=(
        Section(
            T("单位信息", en="About you"),
            (
                Field("company", FieldType.TEXT, T("企业名称", en="Enterprise"), required=True),
                Field("credit_code", FieldType.CREDIT_CODE, T("统一社会信用代码", en="Credit code")),
                Field("contact", FieldType.TEXT, T("联系人", en="Contact"), required=True, private=True),
                Field("mobile", FieldType.MOBILE, T("手机", en="Mobile"), required=True, private=True,
                      hint=T("用于通知进展", en="To tell you of progress")),
                Field("email", FieldType.EMAIL, T("邮箱", en="E-mail"), private=True),
                Field("founded", FieldType.DATE, T("成立日期", en="Founded on")),
            ),
        ),
        Section(
            T("诉求", en="Your case"),
            (
                Field("topic", FieldType.CHOICE, T("诉求类别", en="Category"), required=True,
                      choices=choices("labour", "utilities", "land", "a", "b", "c", "d")),
                Field("text", FieldType.LONG_TEXT, T("诉求内容", en="What happened"), required=True,
                      minimum=5),
                Field("capacity", FieldType.NUMBER, T("申请容量", en="Capacity"), unit=T.same("kVA"),
                      minimum=1, maximum=100000, required=True, show_if=eq("topic", "utilities")),
                Field("account", FieldType.TEXT, T("户号", en="Customer number"),
                      show_if=eq("topic", "utilities"), maximum=20),
                Field("why_large", FieldType.TEXT, T("大容量用途", en="Use of the large capacity"),
                      show_if=all_of(ge("capacity", 1000), negate(filled("account")))),
                Field("owed", FieldType.YES_NO, T("是否欠薪", en="Wages owed?"), required=True,
                      show_if=eq("topic", "labour")),
                Field("amount", FieldType.MONEY, T("欠薪金额", en="Wages owed"), minimum=0,
                      maximum=100_000_00, show_if=eq("owed", True)),
                Field("times", FieldType.CHOICES, T("可到会时段", en="When you can come"), maximum=2,
                      choices=choices("am", "pm", "eve")),
                Field("evening", FieldType.TEXT, T("晚间电话", en="Evening phone"),
                      show_if=has("times", "eve")),
                Field("departments", FieldType.DEPARTMENTS, T("期望对接部门", en="Departments")),
                Field("place", FieldType.PLACE, T("地点", en="Place"),
                      show_if=is_in("topic", "land", "utilities")),
                Field("files", FieldType.ATTACHMENTS, T("附件", en="Attachments"), required=True),
                Field("note", FieldType.NOTE, T("我们会在 3 个工作日内联系您。",
                                                en="We will call within 3 working days.")),
            ),
        ),
    ),
)

GOOD = {
    "company": "舟山某某机械有限公司",
    "contact": "李伟",
    "mobile": "13800000000",
    "topic": "land",
    "text": "厂房没有产权证，无法抵押贷款。希望协助办理。",
}
