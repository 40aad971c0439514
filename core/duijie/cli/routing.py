"""routing evaluate, routing similar: how good suggestions are on labelled cases; routing rebuild: learn anew."""

import csv
import json
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from duijie.builtin.routing.evaluate import Labelled, evaluate
from duijie.domain.encodings import decoded
from duijie.domain.errors import Invalid, Problem, Refused
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.likeness.evaluate import Text, evaluate_similar
from duijie.settings import Settings

console = Console()
_NEEDED: Final = frozenset({"label", "id", "topic"})
_LINE: Final = ""  # beside a row's columns: the number of its (last) line
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def routing() -> None:
    """Suggested departments and similar problems: measure them, learn them anew."""


@routing.command("rebuild")
@click.option("--group", "group_key", help="The key of one advisory group; all groups without it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rebuild_command(group_key: str | None, as_json: bool) -> None:
    """Learn the confirmed assignments anew, in order, as the nightly job does."""
    # The measures beside it need no database, and a database takes a second to import.
    from duijie.bootstrap import open_office
    from duijie.services import relearning

    office = open_office(Settings.from_environment())
    keys = [parts.group.key for parts in office.groups]
    if group_key and group_key not in keys:
        raise Refused(T(f"没有“{group_key}”。现有：{'、'.join(keys)}",
                        en=f"There is no “{group_key}”. Known: {', '.join(keys)}"))
    found = {}
    for key in [group_key] if group_key else keys:
        with office.read(SYSTEM) as work:
            total = len(relearning.lessons_of(work, key))
        with Progress(console=Console(stderr=True), disable=as_json, transient=True) as progress:
            task = progress.add_task(key, total=total)
            found[key] = relearning.rebuild(office, key, lambda n, p=progress, t=task: p.advance(t, n))  # type: ignore[misc]
    _print(found, as_json)


@routing.command("evaluate")
@click.option("--train", "train_file", type=FILE, required=True, help="CSV with columns label,title,body to learn from.")
@click.option("--test", "test_file", type=FILE, required=True, help="CSV with the same columns to be measured on.")
@click.option("--texts", "texts_file", type=FILE,
              help='JSON: {"label": {"department": name, "text": responsibility text}}.')
@click.option("--n", "limit", type=click.IntRange(0), help="Learn only so many cases.")
@click.option("--seed", default=0, show_default=True, help="Draws the order of learning.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate_command(
    train_file: Path, test_file: Path, texts_file: Path | None, limit: int | None, seed: int, as_json: bool
) -> None:
    """Learn one case at a time, then route the test cases and print every figure."""
    train, test = labelled(train_file), labelled(test_file)
    texts = read_texts(texts_file) if texts_file else None
    with Progress(console=Console(stderr=True), disable=as_json, transient=True) as progress:
        task = progress.add_task("learning", total=min(len(train), len(train) if limit is None else limit))
        found = evaluate(train, test, texts, n=limit, seed=seed, each=lambda: progress.advance(task))
    _print(found, as_json)


@routing.command("similar")
@click.option("--messages", "messages_file", type=FILE, required=True, help="CSV with columns id,title,body.")
@click.option("--gold", "gold_file", type=FILE, required=True, help="CSV with columns id,topic.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def similar_command(messages_file: Path, gold_file: Path, as_json: bool) -> None:
    """Search for each case of the gold file among all messages, group them, and print every figure."""
    said = _each_once(messages_file, rows(messages_file, "id", "title", "body"))
    messages = [Text(row["id"], row["title"], row["body"]) for row in said]
    gold = {row["id"]: row["topic"] for row in _each_once(gold_file, rows(gold_file, "id", "topic"))}
    if gold.keys().isdisjoint(message.key for message in messages):
        name = messages_file.name
        raise _invalid(gold_file, T(f"其中的编号都不在 {name} 里", en=f"none of its ids stands in {name}"))
    _print(evaluate_similar(messages, gold), as_json)


def labelled(file: Path) -> list[Labelled]:
    """The labelled cases of a CSV file."""
    return [Labelled(row["label"], row["title"], row["body"]) for row in rows(file, "label", "title", "body")]


def rows(file: Path, *columns: str) -> list[dict[str, str]]:
    """The rows of a CSV file that must have ``columns``: UTF-8, or GB 18030 as Excel saves it.

    Invalid names missing columns, lines without a label, id or topic, and what is no CSV.
    """
    reader = csv.DictReader(StringIO(_text(file), newline=""), strict=True)
    usual = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        missing = ", ".join(c for c in columns if c not in (reader.fieldnames or ()))
        if missing:
            raise _invalid(file, T(f"缺少列：{missing}", en=f"missing columns: {missing}"))
        found = [{column: row[column] or "" for column in columns} | {_LINE: str(reader.line_num)} for row in reader]
    except csv.Error as error:
        line = reader.line_num
        raise _invalid(file, T(f"第 {line} 行附近读不出来，请检查引号",
                               en=f"cannot be read near line {line}; check the quotes")) from error
    finally:
        csv.field_size_limit(usual)  # it is the whole process's, and others rely on it
    if not found:
        raise _invalid(file, T("没有数据行", en="no rows"))
    for row in found:
        if empty := next((c for c in columns if c in _NEEDED and not row[c].strip()), None):
            raise _invalid(file, T(f"第 {row[_LINE]} 行没有填 {empty}", en=f"line {row[_LINE]} has no {empty}"))
    return found


def _text(file: Path) -> str:
    if (text := decoded(file.read_bytes())) is not None:
        return text
    raise _invalid(file, T("不是 UTF-8 或 GB 18030 编码的 CSV 文件", en="not a CSV file in UTF-8 or GB 18030"))


def _each_once(file: Path, found: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows, when no id stands twice: only the last of two would be searched, and figures would be of fewer."""
    seen: dict[str, str] = {}
    for row in found:
        if (first := seen.setdefault(row["id"], row[_LINE])) is not row[_LINE]:
            raise _invalid(file, T(f"编号 {row['id']} 出现在第 {first} 行和第 {row[_LINE]} 行",
                                   en=f"the id {row['id']} stands in line {first} and in line {row[_LINE]}"))
    return found


def read_texts(file: Path) -> dict[str, tuple[str, str]]:
    """Label to (department's name, responsibility text) from a JSON file."""
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
        return {str(label): (str(entry["department"]), str(entry["text"])) for label, entry in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _invalid(file, T("应为 {标签: {department, text}} 形式的 JSON",
                               en="should be JSON of the form {label: {department, text}}")) from error


def _invalid(file: Path, what: T) -> Invalid:
    return Invalid(Problem("file", T(f"{file.name}：{what.zh}", en=f"{file.name}: {what.en}")))


def _print(found: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table("figure", "value")
    for name, value in found.items():
        parts = value.items() if isinstance(value, Mapping) else [("", value)]
        for part, number in parts:
            table.add_row(f"{name}.{part}".rstrip("."), str(number))
    console.print(table)
