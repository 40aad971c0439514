"""demo: an empty folder becomes a running town."""

import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from duijie.bootstrap import make_app, make_scheduler
from duijie.cli.opening import safely, start_options, started
from duijie.cli.running import End, Server
from duijie.demo import build
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import demo_accounts, forms, passwords
from duijie.services.plugins import upgrading
from duijie.services.work import Office
from duijie.settings import Settings

console = Console()


@click.command()
@click.option("--dir", "folder", default="demo-data", show_default=True, type=click.Path(file_okay=False, path_type=Path),
              help="Folder for the demo; an earlier demo in it goes on where it was.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--size", default="small", show_default=True, type=click.Choice(["small", "article"]),
              help="article: a meeting of 7 departments and 100 enterprises.")
@start_options
def demo(folder: Path, host: str, port: int, size: str, safe_mode: bool, strict: bool) -> None:
    """Start a demo with invented people: pages and scheduler in one process, all accounts printed."""
    began = time.monotonic()
    settings = Settings.from_environment(**safely({
        "data_dir": folder, "database_url": "", "demo": True, "mail_dir": str(folder / "mail"), "smtp_host": "",
        "public_url": f"http://{host}:{port}",
    }, safe_mode))  # fmt: skip
    office = started(settings, strict=strict)
    if build.empty(office):
        build.build(office, passwords.random_password(), size, lambda what: console.print(f"[dim]… {what}[/dim]"))
    upgrading.upgrade_all(office)  # what fails is the plugin's fault, shown on its page
    office = forms.settled(office)
    server = Server(make_app(settings, office), host, port, settings.web_threads)
    scheduler = make_scheduler(office)
    end = End()
    server.start()
    scheduler.start()
    _welcome(office, f"http://{host}:{server.port}/", time.monotonic() - began)
    end.wait()
    server.stop()
    scheduler.stop()
    office.close()


def _welcome(office: Office, address: str, seconds: float) -> None:
    with office.read(SYSTEM) as work:
        accounts = demo_accounts.kept(work)
    table = Table("身份 role", "登录名 sign-in name", "密码 password", title="演示账号 Demo accounts")
    for account in accounts:
        table.add_row(_both(account.role), account.login, account.password)
    console.print(table)
    console.print(f"[bold green]{address}[/bold green]  ({seconds:.1f} s)  ·  Ctrl+C 结束 ends it")


def _both(text: T) -> str:
    return f"{text.zh}  {text.en}"
