"""``duijie``: the commands and the settings they share."""

import sys

import click
from rich.console import Console
from sqlalchemy.exc import OperationalError

from duijie import __version__
from duijie.cli import calendar, mail, plan, plugins, routing, server, users
from duijie.cli.demo import demo
from duijie.domain.errors import DuijieError

console = Console(stderr=True)


class Commands(click.Group):
    """Prints our own errors as one clear line, in both languages, and exits with 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DuijieError as error:
            console.print(f"[red]{error.message.zh}[/red]\n{error.message.en}")
        except ValueError as error:  # a setting that cannot be read
            console.print(f"[red]{error}[/red]")
        except OperationalError as error:
            console.print(f"[red]数据库打不开，请检查 DUIJIE_DATABASE_URL 和数据库服务。[/red]\n"
                          f"The database cannot be opened; check DUIJIE_DATABASE_URL and the database server.\n{error.orig}")
        except OSError as error:
            console.print(f"[red]文件或目录不可用：[/red]\nA file or folder cannot be used:\n{error}")
        sys.exit(1)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="duijie")
def main() -> None:
    """对接 duijie: from a filed case to a kept promise.

    Settings come from DUIJIE_* environment variables; `duijie settings` lists them.
    """


main.add_command(demo)
main.add_command(server.init)
main.add_command(server.migrate)
main.add_command(server.serve)
main.add_command(server.worker)
main.add_command(server.show_settings)
main.add_command(users.user)
main.add_command(plan.plan)
main.add_command(plugins.plugins)
main.add_command(routing.routing)
main.add_command(calendar.calendar)
main.add_command(mail.mail)
