"""plugins new: a plugin to start from."""

from pathlib import Path

import click
from rich.console import Console

from duijie.tools import scaffold

console = Console()


@click.command()
@click.argument("name")
@click.option("--dir", "folder", default=".", show_default=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder in which the folder NAME is made.")
@click.option("--title", default="", help="The group's name in Chinese, such as 养老服务顾问团.")
@click.option("--title-en", default="", help="The group's name in English, such as Eldercare advisers.")
def new(name: str, folder: Path, title: str, title_en: str) -> None:
    """Make a plugin NAME with a group, a form, a roster, rules and tests that pass at once."""
    made = scaffold.make(name, folder, scaffold.Titles(title, title_en))
    console.print(f"已生成 {made}\nMade {made}", style="green", highlight=False)
    console.print(
        f"\n  cd {made}\n  pip install -e '.[test]'\n  pytest\n  duijie plugins check .\n", highlight=False, soft_wrap=True,
        markup=False,
    )
