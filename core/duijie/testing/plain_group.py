"""A group for tests of plugins that bring none of their own: channels, rules, pages, vetoes."""

from duijie.api import (
    Act,
    AdvisoryGroup,
    Anchor,
    Choice,
    Department,
    Field,
    FieldType,
    Form,
    MeetingTemplate,
    Plugin,
    Rule,
    Section,
    Step,
    T,
    Topic,
    Who,
    WorkingDays,
    hookimpl,
)

NAME = "plain_group"
KEY = "plain"
TOPICS = (Topic("repairs", T("维修", en="Repairs")), Topic("advice", T("咨询", en="Advice")))
GROUP = AdvisoryGroup(
    key=KEY, name=T("测试顾问团", en="Plain group"), summary=T("测试用", en="For tests"),
    requester_noun=T("居民", en="resident"), case_prefix="PLAIN", topics=TOPICS,
    meeting=MeetingTemplate(T("对接会", en="Meeting")),
)  # fmt: skip
FORM = Form(
    key="plain_case", title=T("诉求填报", en="Bring a matter"), topic_field="topic", text_field="text",
    requester_field="requester", contact_field="requester", mobile_field="mobile", email_field="email",
    sections=(Section(T("诉求", en="The matter"), (
        Field("requester", FieldType.TEXT, T("姓名", en="Name"), required=True, private=True),
        Field("mobile", FieldType.MOBILE, T("手机", en="Mobile"), required=True, private=True),
        Field("email", FieldType.EMAIL, T("邮箱", en="E-mail"), private=True),
        Field("topic", FieldType.CHOICE, T("类别", en="Topic"), required=True,
              choices=tuple(Choice(topic.key, topic.label) for topic in TOPICS)),
        Field("text", FieldType.LONG_TEXT, T("内容", en="What"), required=True),
    )),),
)  # fmt: skip
DUE = Rule("due", T("到期督办", en="When it is due"), Anchor.LEAD_DUE, (
    Step(WorkingDays(1), Act.ESCALATE, (Who.LEAD,), T("{number} 已逾期。", en="{number} is overdue.")),
))  # fmt: skip


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(1, GROUP.name)


@hookimpl
def duijie_groups() -> list[AdvisoryGroup]:
    """The plain group."""
    return [GROUP]


@hookimpl
def duijie_intake_forms(group: str) -> list[Form]:
    """Name, mobile number, topic, what it is about."""
    return [FORM] if group == KEY else []


@hookimpl
def duijie_departments(group: str) -> list[Department]:
    """Two departments."""
    return [Department("works", T("工程办", en="Works office"), "维修、道路、路灯", ("repairs",)),
            Department("civil", T("民政办", en="Civil affairs"), "咨询、补贴、救助", ("advice",))] if group == KEY else []


@hookimpl
def duijie_follow_up_rules(group: str) -> list[Rule]:
    """One rule."""
    return [DUE] if group == KEY else []
