"""init, migrate, serve, worker: a real installation."""

from dataclasses import fields

import click
from rich.console import Console
from rich.table import Table

from duijie.bootstrap import make_app, make_scheduler, open_office
from duijie.cli.opening import ready, safely, start_options, started
from duijie.cli.running import End, Server
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import areas, calendars, rosters
from duijie.services.plugins import upgrading
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage import schema

console = Console()


@click.command()
@click.option("--district", default="", help="Name of the district at the root of the areas.")
def init(district: str) -> None:
    """Make the database, the calendar and the rosters of the installed groups; safe to run again."""
    office = open_office(Settings.from_environment())
    schema.upgrade(office.database)
    _upgrade_plugins(office)
    with office.write(SYSTEM) as work:
        calendars.seed(work)
        rosters.seed(work)
        if district and not areas.all_of(work):
            areas.add(work, "district", T.same(district), "district", None)
    console.print("数据库已就绪。下一步：duijie user add\nThe database is ready. Next: duijie user add", style="green")


@click.command()
def migrate() -> None:
    """Bring the database to this release's tables, and each plugin's own tables to the plugin's."""
    office = open_office(Settings.from_environment())
    before = schema.current(office.database)
    schema.upgrade(office.database)
    console.print(f"{before or '∅'} → {schema.current(office.database)}")
    _upgrade_plugins(office)
    with office.write(SYSTEM) as work:
        rosters.seed(work)  # of groups that have come since; what is there stays


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run the scheduler in this process too.")
@start_options
def serve(host: str, port: int, worker: bool, safe_mode: bool, strict: bool) -> None:
    """Serve the pages, and unless told otherwise send what is due."""
    settings = Settings.from_environment(**safely({}, safe_mode))
    office = ready(started(settings, strict=strict))
    server = Server(make_app(settings, office), host, port, settings.web_threads)
    scheduler = make_scheduler(office) if worker else None
    end = End()
    if scheduler:
        scheduler.start()
    server.start()
    console.print(f"http://{host}:{server.port}", style="bold")
    end.wait()
    server.stop()
    if scheduler:
        scheduler.stop()
    office.close()


@click.command()
@start_options
def worker(safe_mode: bool, strict: bool) -> None:
    """Run follow-up rules and send reminders, without pages. Any number of workers may run."""
    office = ready(started(Settings.from_environment(**safely({}, safe_mode)), strict=strict))
    scheduler = make_scheduler(office)
    end = End()
    scheduler.start()
    console.print("worker 正在运行；Ctrl+C 结束。 Worker running; Ctrl+C ends it.")
    end.wait()
    scheduler.stop()
    office.close()


@click.command("settings")
def show_settings() -> None:
    """List every setting with its variable, its value and what it is for."""
    settings = Settings.from_environment()
    table = Table("variable", "value", "what it is for")
    for item in fields(settings):
        value = getattr(settings, item.name)
        secret = item.name in ("secret_key", "smtp_password", "imap_password") and value
        table.add_row(f"DUIJIE_{item.name.upper()}", "••••" if secret else str(value), item.metadata["help"])
    console.print(table)


def _upgrade_plugins(office: Office) -> None:
    """Upgrade the plugins' tables and say what became of them; one that fails costs only itself."""
    for done in upgrading.upgrade_all(office):
        if done.problem:
            console.print(f"[red]{done.plugin} 的数据表没有升级，其余照常：[/red]\n"
                          f"The tables of {done.plugin} were not upgraded; everything else was:", highlight=False)
            console.print(f"  {done.problem}", markup=False, highlight=False)
        elif done.before != done.after:
            console.print(f"{done.plugin}: {done.before or '∅'} → {done.after}", highlight=False)
