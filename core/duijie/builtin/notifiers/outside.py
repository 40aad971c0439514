"""Channels to places outside: robots of groups in messengers, and webhooks. They do nothing until one is set up."""

from duijie.api import Field, FieldType, Notifier, Option, Pace, Plugin, T, hookimpl
from duijie.builtin.notifiers import robots, webhook

_INTRANET = Field(
    "intranet", FieldType.LONG_TEXT, T("允许连接的内网主机", en="Hosts of your own network that may be reached"),
    hint=T("一行一个主机名、地址或网段，如 10.1.2.0/24。没有写在这里的内网地址一律不连接。",
           en="One host name, address or network a line, such as 10.1.2.0/24. No other inner address is ever connected to."),
)  # fmt: skip
_WECOM = T("在群设置中添加群机器人，复制它的 Webhook 地址；不需要密钥。",
           en="Add a robot in the group's settings and copy its webhook address; no secret is needed.")
_DINGTALK = T("在群设置中添加自定义机器人，安全设置选“加签”，复制地址和以 SEC 开头的密钥。",
              en="Add a custom robot in the group's settings, choose signing as its security, and copy the address and the "
              "secret that begins with SEC.")
_FEISHU = T("在群设置中添加自定义机器人，打开“签名校验”，复制地址和密钥。",
            en="Add a custom bot in the group's settings, switch signature checking on, and copy the address and the secret.")
_WEBHOOK = T("填写接收系统的地址，并与对方约定一个密钥。办理事件以 JSON 发送，只含编号和状态，不含个人信息。",
             en="Enter the other system's address and agree on a secret with it. Events are sent as JSON: numbers and states, no "
             "personal data.")


@hookimpl
def duijie_plugin() -> Plugin:
    """Who this is."""
    return Plugin(
        1, T("群机器人与 Webhook", en="Group robots and webhooks"),
        T("把提醒发到企业微信、钉钉、飞书群，把办理事件发给其他系统；在“渠道”页添加后才会发送。",
          en="Posts reminders to groups in WeCom, DingTalk and Feishu, and events to other systems, once one is added on the "
          "page Channels."),
        options=(Option(_INTRANET),),
    )  # fmt: skip


@hookimpl
def duijie_notifiers() -> list[Notifier]:
    """Three robots, each at the pace its maker allows, and the webhook."""
    minute = 60.0
    return [
        Notifier("wecom", T("企业微信群机器人", en="WeCom group robot"), "outlet", robots.to_wecom, timeout=25,
                 paces=(Pace(20, minute),), guide=_WECOM),
        Notifier("dingtalk", T("钉钉群机器人", en="DingTalk group robot"), "outlet", robots.to_dingtalk, timeout=25,
                 paces=(Pace(20, minute),), guide=_DINGTALK),
        Notifier("feishu", T("飞书群机器人", en="Feishu group robot"), "outlet", robots.to_feishu, timeout=25,
                 paces=(Pace(5, 1.0), Pace(100, minute)), off_the_hour=True, guide=_FEISHU),
        Notifier("webhook", T("Webhook（给其他系统）", en="Webhook (to another system)"), "outlet", webhook.send, timeout=25,
                 keyed=True, of_events=True, guide=_WEBHOOK),
    ]  # fmt: skip
