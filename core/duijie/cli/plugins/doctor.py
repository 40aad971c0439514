"""plugins doctor: how the installation and each of its plugins are."""

import json
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

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
    for checked in report.plugins:
        _print_plugin(checked)
    for title, findings in report.about.values():
        if findings:
            console.print(f"\n[bold]{escape(title.zh)} {escape(title.en) if title.en != title.zh else ''}[/bold]")
        _print_findings(findings)
    end = "[green]没有错误 / no errors[/green]" if report.well else "[red]有问题需要处理 / something is wrong[/red]"
    console.print(f"\n{end}")


def _print_plugin(checked: Checked) -> None:
    one, state = checked.standing, inventory.STATES[checked.standing.state]
    api = f" · API {one.api}" if one.api else ""
    console.print(f"[bold]{one.plugin}[/bold] {one.version}{api} · {state.zh} {state.en}", highlight=False)
    if one.hooks:
        console.print(f"  钩子 hooks: {', '.join(name.removeprefix('duijie_') for name in one.hooks)}", highlight=False)
    for time in checked.times:
        console.print(f"  用时 time: {time.hook.removeprefix('duijie_')} {time.seconds:.2f} s，{time.calls} 次 calls，"
                      f"最慢 slowest {time.slowest:.3f} s，失败 failures {time.failures}", highlight=False)
    if checked.last:
        at, hook, said = checked.last
        console.print(escape(f"  最近错误 last error: {at:%Y-%m-%d %H:%M} UTC {hook}: {said[:300]}"), highlight=False)
    _print_findings(checked.findings)


def _print_findings(findings: Iterable[Any]) -> None:
    for finding in findings:
        console.print(f"  {MARKS[finding.level]} {escape(finding.text.zh)}\n    {escape(finding.text.en)}", highlight=False)
        if finding.advice:
            console.print(f"    → {escape(finding.advice.zh)}\n      {escape(finding.advice.en)}", highlight=False)


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
