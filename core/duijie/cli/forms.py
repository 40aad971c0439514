"""plugins form-from-xlsx, plugins form-schema: forms from Excel, and forms for other programs."""

import json
import re
import sys
from pathlib import Path

import click
from rich.console import Console

from duijie.bootstrap import open_office
from duijie.domain.errors import NotFound, Refused
from duijie.domain.forms.schema import form_as_schema
from duijie.domain.text import LANGUAGES, T
from duijie.settings import Settings

errors = Console(stderr=True, soft_wrap=True, highlight=False)


@click.command("form-from-xlsx")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of printing; must not exist.")
@click.option("--force", is_flag=True, help="Overwrite the file that --out names.")
def form_from_xlsx(file: Path, out: Path | None, force: bool) -> None:
    """Turn an XLSForm workbook into the Python source of a form.

    Remarks name sheet, row and column. With an error nothing is written.
    """
    # openpyxl takes a quarter of a second to import, and no other command needs it.
    from duijie.cli.xlsform import form_of, read_workbook, source_of

    if out is not None and out.exists() and not force:
        raise Refused(T(f"{out} 已经存在，没有改动；要覆盖请加 --force。",
                        en=f"{out} exists and was not changed; add --force to overwrite it."))
    built = form_of(read_workbook(file), re.sub(r"\W+", "_", file.stem, flags=re.ASCII))
    for note in built.notes.warnings:
        errors.print(f"提示 note  {note}", markup=False)
    for note in built.notes.errors:
        errors.print(f"错误 error {note}", markup=False)
    if built.form is None:
        errors.print(f"有 {len(built.notes.errors)} 处错误，没有写出任何文件。\n"
                     f"{len(built.notes.errors)} errors; nothing was written.", style="red")  # fmt: skip
        sys.exit(1)
    source = source_of(built.form)
    if out is None:
        click.echo(source, nl=False)
        return
    out.write_text(source, encoding="utf-8")
    asked = len(list(built.form.paths()))
    errors.print(f"已写入 {out}，共 {asked} 题。\nWrote {out}: {asked} questions.", style="green")


@click.command("form-schema")
@click.argument("group")
@click.option("--form", "key", help="Key of the form; the group's first one without it.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Of titles and descriptions.")
def form_schema(group: str, key: str | None, language: str) -> None:
    """Print the JSON Schema (draft 2020-12) of the answers to a group's form."""
    office = open_office(Settings.from_environment())
    parts = office.groups.get(group)
    if parts is None:
        known = ", ".join(p.group.key for p in office.groups)
        raise NotFound(T(f"没有顾问团“{group}”，现有：{known}。", en=f"There is no group {group!r}; there are: {known}."))
    form = next((f for f in parts.forms if key in (None, f.key)), None)
    if form is None:
        known = ", ".join(f.key for f in parts.forms)
        raise NotFound(T(f"没有表单“{key}”，现有：{known}。", en=f"There is no form {key!r}; there are: {known}."))
    departments = [(d.key, d.name) for d in parts.departments]
    schema = form_as_schema(form, language, departments=departments)
    click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
