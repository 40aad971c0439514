"""plugins doctor: how the installation and each of its plugins are."""

import json
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from duijie.domain.text import T
from duijie.services.plugins import inventory
from duijie.settings import Settings
from duijie.tools.doctor import Checked, Report, examine

console = Console()
MARKS = {"ok": "[green]✓[/green]", "warn": "[yellow]![/yellow]", "error": "[red]✗[/red]"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Examine plugins, database, calendar, mail, scheduler, disk and settings; fails when something is wrong."""
    report = examine(Settings.from_environment())
    if as_json:
        click.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _print(report)
    if not report.well:
        raise SystemExit(1)


def _print(report: Report) -> None:
    table = Table("插件 plugin", "版本 version", "API", "状态 state", "钩子 hooks（次 calls，秒 s，最慢 slowest）", "最近错误 last error")
    for checked in report.plugins:
        one, state = checked.standing, inventory.STATES[checked.standing.state]
        table.add_row(one.plugin, one.version, str(one.api or "—"), f"{state.zh} {state.en}", _hooks(checked), _last(checked))
    console.print(table)
    for checked in report.plugins:
        _print_findings(T(f"插件 {checked.standing.plugin}", en=f"Plugin {checked.standing.plugin}"), checked.findings)
    for title, findings in report.about.values():
        _print_findings(title, findings)
    end = "[green]一切正常 / all is well[/green]" if report.well else "[red]有问题需要处理 / something is wrong[/red]"
    console.print(end)


def _print_findings(title: T, findings: Iterable[Any]) -> None:
    for number, finding in enumerate(findings):
        if not number:
            console.print(f"\n[bold]{escape(title.zh)} {escape(title.en) if title.en != title.zh else ''}[/bold]")
        console.print(f"  {MARKS[finding.level]} {escape(finding.text.zh)}\n    {escape(finding.text.en)}", highlight=False)
        if finding.advice:
            console.print(f"    → {escape(finding.advice.zh)}  {escape(finding.advice.en)}", highlight=False)


def _hooks(checked: Checked) -> str:
    taken = {time.hook: f"（{time.calls}，{time.seconds:.2f}，{time.slowest:.3f}）" for time in checked.times}
    names = dict.fromkeys([*checked.standing.hooks, *taken])
    return "\n".join(f"{name.removeprefix('duijie_')}{taken.get(name, '')}" for name in names)


def _last(checked: Checked) -> str:
    return escape(f"{checked.last[0]:%Y-%m-%d %H:%M} UTC {checked.last[1]}: {checked.last[2][:300]}") if checked.last else ""


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "well": report.well,
        "plugins": [_plugin(checked) for checked in report.plugins],
        "installation": {key: [_finding(f) for f in findings] for key, (_, findings) in report.about.items()},
    }


def _plugin(checked: Checked) -> dict[str, Any]:
    one = checked.standing
    at, hook, said = checked.last or (None, "", "")
    return {
        "plugin": one.plugin, "package": one.package, "version": one.version, "api": one.api, "state": one.state,
        "reason": one.reason, "groups": list(one.groups), "hooks": list(one.hooks),
        "last_error": {"at": at.isoformat(), "hook": hook, "error": said} if at else None,
        "times": [{"hook": t.hook, "calls": t.calls, "seconds": t.seconds, "slowest": t.slowest, "failures": t.failures}
                  for t in checked.times],
        "findings": [_finding(finding) for finding in checked.findings],
    }  # fmt: skip


def _finding(finding: Any) -> dict[str, Any]:
    advice = finding.advice.as_json() if finding.advice else None
    return {"level": finding.level, "text": finding.text.as_json(), "advice": advice}
