"""plugins check: the lint, without a server and without a database."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from duijie.tools import checking

console = Console()


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(path: Path, as_json: bool) -> None:
    """Say all that is wrong with the plugin in PATH: a distribution's folder or a package's."""
    found = checking.check(path)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            console.print(str(one), markup=False, highlight=False, soft_wrap=True)
        if found:
            console.print(f"{len(found)} 个问题 / problems: {len(found)}", style="red")
        else:
            console.print("没有发现问题 / no problems", style="green")
    if found:
        raise SystemExit(1)
