"""What an installation cannot do because no plugin brings it, or because the one that does is switched off."""

from dataclasses import dataclass
from typing import Final

from duijie.domain.text import T
from duijie.services import offers
from duijie.services.work import Work

_INSTALL: Final = T("请安装带来它的插件并重新启动。", en="Install a plugin that brings it and start again.")
_SAFE: Final = T("duijie 以 DUIJIE_PLUGINS=none 启动，没有载入任何插件。请去掉这项设置并重新启动。",
                 en="duijie was started with DUIJIE_PLUGINS=none and loaded no plugin. Remove that setting and start again.")
_SWITCH: Final = T("带来它的插件已停用，请在“插件”中启用。",
                   en="The plugin that brings it is switched off: switch it on under Plugins.")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not there: what it means for people, and what to do about it."""

    what: T
    means: T
    advice: T


def missing(work: Work, which: str) -> list[Missing]:
    """Groups, routing, channels, documents: what there is none of. ``which`` is the setting ``plugins``."""
    office = work.office
    catalogue, on = office.catalogue, office.switches.is_on
    routers = office.plugins.implements("duijie_suggest_departments")
    documents = {key: [d for d in catalogue.documents.get("", []) if d.item.key == key] for key in ("ledger", "minutes")}
    reach = [one for one in office.notifiers.values() if one.address_of != "outlet"]  # a group is nobody in particular
    return [
        Missing(what, means, _SAFE if which == "none" else _SWITCH if installed else _INSTALL)
        for working, installed, what, means in (
            (offers.groups(work), len(catalogue.groups), T("顾问团", en="Advisory groups"),
             T("没有填报表单，不能提交诉求、召集对接会。已有的诉求仍可查看和答复。",
               en="Without forms no case can be filed and no meeting called. Cases that are here can be read and answered.")),
            ([r for r in routers if on(r)], routers, T("分派建议", en="Suggested departments"),
             T("交办时不会推荐部门，由协调员自行选择。", en="Nobody suggests departments; coordinators choose by themselves.")),
            (reach, catalogue.notifiers, T("通知渠道", en="Channels"),
             T("邀请和提醒无法送达任何人。", en="Invitations and reminders reach nobody.")),
            ([d for d in documents["ledger"] if on(d.plugin)], documents["ledger"], T("台账工作簿", en="The ledger's workbook"),
             T("台账只能导出 CSV。", en="The ledger can be taken out as CSV only.")),
            ([d for d in documents["minutes"] if on(d.plugin)], documents["minutes"], T("会议纪要文件", en="Minutes as a file"),
             T("纪要只能在页面上查看和打印。", en="Minutes can be read and printed, but not taken out as a Word file.")),
        )
        if not working
    ]  # fmt: skip
