"""plugins remove: take a plugin out; with --purge its data too, after that has been kept in a file."""

from pathlib import Path

import click
from rich.console import Console

from duijie.cli.opening import current_office
from duijie.domain.errors import Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services.plugins import inventory, removal
from duijie.services.work import Office

console = Console()


@click.command()
@click.argument("name")
@click.option("--purge", is_flag=True, help="Delete the plugin's own tables and settings too, after exporting them.")
@click.option("--export", "file", type=click.Path(dir_okay=False, path_type=Path), help="File (zip) to keep them in.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(name: str, purge: bool, file: Path | None, yes: bool) -> None:
    """Switch the plugin NAME off for good and keep its data; with --purge --export FILE delete its data."""
    if purge and file is None:
        raise Refused(T("彻底删除前必须先导出：请加上 --export 文件名.zip。",
                        en="Data is exported before it is deleted: add --export FILE.zip."))
    if file is not None and not purge:
        raise Refused(T("--export 与 --purge 一起使用。", en="--export goes with --purge."))
    if file is None:
        _switch_off(name)
    else:
        _purge(name, file, yes)
    _uninstall(name)


def _switch_off(name: str) -> None:
    with current_office() as office, office.write(SYSTEM) as work:
        left = removal.switch_off(work, name)
    console.print(f"{name} 已停用，数据保留；诉求和会议照常可查。\n"
                  f"{name} is off for good. Its data stays; cases and meetings stay readable.",
                  style="green", highlight=False)
    _tell(left)


def _purge(name: str, file: Path, yes: bool) -> None:
    with current_office() as office:
        _ask(office, name, file, yes)
        removal.purge(office, name, file)
    console.print(f"已导出到 {file}，数据已删除；诉求、会议和名册不受影响。\n"
                  f"Exported to {file} and deleted. Cases, meetings and rosters are untouched.", style="green", highlight=False)


def _ask(office: Office, name: str, file: Path, yes: bool) -> None:
    with office.read(SYSTEM) as work:
        left = removal.remains(work.session, name)
    _tell(left)
    if left and not yes:
        click.confirm(f"导出到 {file} 后删除以上内容，无法撤销。继续吗？\n"
                      f"Export to {file}, then delete all of it for good?", abort=True)


def _tell(left: removal.Remains) -> None:
    for table, rows in {**left.tables, **{name: rows for name, rows in left.kept.items() if rows}}.items():
        console.print(f"  {table}: {rows} 行 rows", highlight=False)


def _uninstall(name: str) -> None:
    """How the code itself goes: that is pip's business."""
    package = inventory.package_of(name)
    if package and package.lower() != "duijie":
        console.print(f"卸载程序包 / to uninstall the package:  pip uninstall {package}", highlight=False)
    elif package:
        console.print("它随 duijie 一起安装，停用即可，不能单独卸载。\n"
                      "It comes with duijie; being switched off is all there is to do.",
                      highlight=False)
