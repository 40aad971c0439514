"""plugins list: what is installed and what is wrong with it."""

import json

import click
from rich.console import Console
from rich.table import Table

from duijie.bootstrap import open_office
from duijie.cli.forms import form_from_xlsx, form_schema
from duijie.settings import Settings

console = Console()


@click.group()
def plugins() -> None:
    """Advisory groups and other plugins."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_plugins(as_json: bool) -> None:
    """List plugins, their groups, and faults met while loading."""
    office = open_office(Settings.from_environment())
    rows = [
        {"plugin": name, "groups": [p.group.key for p in office.groups if p.plugin == name],
         "faults": [f"{f.hook}: {f.error}" for f in office.plugins.faults if f.plugin == name]}
        for name in sorted({*office.plugins.names(), *(f.plugin for f in office.plugins.faults)})
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("plugin", "groups", "faults")
    for row in rows:
        table.add_row(str(row["plugin"]), ", ".join(row["groups"]), "\n".join(row["faults"]))
    console.print(table)


plugins.add_command(form_from_xlsx)
plugins.add_command(form_schema)
