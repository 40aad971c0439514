"""plugins list: what is installed, where it comes from, and what is wrong with it."""

import json
from contextlib import closing
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from duijie.bootstrap import open_office
from duijie.services.plugins import inventory
from duijie.settings import Settings

console = Console()


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_plugins(as_json: bool) -> None:
    """List plugins: version, groups, state, and faults met while loading."""
    with closing(open_office(Settings.from_environment())) as office:
        found = inventory.standings(office)
    if as_json:
        click.echo(json.dumps([_row(one) for one in found], ensure_ascii=False, indent=2))
        return
    table = Table("插件 plugin", "版本 version", "顾问团 groups", "状态 state", "问题 faults")
    for one in found:
        state = inventory.STATES[one.state]
        faults = escape("\n".join(_faults(one)))
        table.add_row(one.plugin, one.version, ", ".join(one.groups), f"{state.zh} {state.en}", faults)
    console.print(table)


def _row(one: inventory.Standing) -> dict[str, Any]:
    return {
        "plugin": one.plugin, "name": one.name.as_json(), "package": one.package, "version": one.version,
        "groups": list(one.groups), "state": one.state, "reason": one.reason, "faults": _faults(one),
    }  # fmt: skip


def _faults(one: inventory.Standing) -> list[str]:
    return [f"{fault.hook}: {fault.error}" for fault in one.faults]
