"""A plugin that brings a little of everything, for the administrator's pages: settings with a secret, a permission, a
job, a channel, a figure, a letter; it says how it is, and fails when told to."""

from typing import Any

from duijie.api import (
    CaseFacts,
    Choice,
    Context,
    Document,
    Field,
    FieldType,
    Finding,
    Job,
    Option,
    Permission,
    Plugin,
    Role,
    Suggestion,
    T,
    hookimpl,
)

ADDRESS = Field("address", FieldType.TEXT, T("网关地址", en="Gateway"), required=True, maximum=60,
                hint=T("由服务商提供", en="Your provider tells you"))  # fmt: skip
TOKEN = Field("token", FieldType.TEXT, T("密钥", en="Key"), minimum=12)
LIMIT = Field("limit", FieldType.NUMBER, T("每天最多", en="At most a day"), unit=T("条", en="messages"), minimum=1,
              maximum=500)  # fmt: skip
TONE = Field("tone", FieldType.CHOICE, T("语气", en="Tone"),
             choices=(Choice("plain", T("简洁", en="Plain")), Choice("warm", T("亲切", en="Warm"))))  # fmt: skip


class BusyPlugin:
    """``fails``: its suggestions raise."""

    def __init__(self) -> None:
        self.fails = False
        self.seen: list[Any] = []

    @hookimpl
    def duijie_plugin(self) -> Plugin:
        return Plugin(
            1, T("短信网关", en="Text messages"), T("把提醒发到手机。", en="Sends reminders to phones."),
            options=(Option(ADDRESS), Option(TOKEN, secret=True), Option(LIMIT, 100), Option(TONE, "plain")),
            permissions=(Permission("send", T("群发短信", en="Send to many"), (Role.COORDINATOR,)),),
        )  # fmt: skip

    @hookimpl
    def duijie_jobs(self) -> list[Job]:
        return [Job("count", T("清点余额", en="Count the balance"), self.count, every_minutes=30)]

    @hookimpl
    def duijie_documents(self, group: str) -> list[Document]:
        note = Document("note", T("便函", en="Note"), "便函-{name}.txt", "text/plain", _note, about="case")
        return [note] if group == "enterprise" else []

    @hookimpl
    def duijie_suggest_departments(self, case: CaseFacts) -> list[Suggestion]:
        if self.fails:
            raise RuntimeError(f"no answer for {case.number}")
        return []

    @hookimpl
    def duijie_health(self, context: Context) -> list[Finding]:
        if self.fails:
            raise RuntimeError("the gateway is silent")
        self.seen.append(dict(context.settings))
        return [Finding("warn", T("余额不足。", en="The balance is low."), T("请充值。", en="Top it up."))]

    def count(self, context: Context) -> T:
        """The job."""
        return T(f"余额 {context.settings['limit']} 条", en=f"{context.settings['limit']} messages left")


def _note(data: Any, language: str) -> bytes:
    return f"{language} {data['number']} {data['requester']} {data['answers']}".encode()
