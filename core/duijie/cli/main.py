"""``duijie``: the commands and the settings they share."""

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Final, NamedTuple

import click

from duijie import __version__
from duijie.domain.errors import DuijieError, Invalid
from duijie.domain.text import T


class Place(NamedTuple):
    """Where a command stands below `duijie.cli`, and what the list of commands says of it."""

    module: str
    name: str
    help: str


# Each command is imported when it is run: all of them together take seconds. A test compares the words with theirs.
COMMANDS: Final = {
    "calendar": Place("calendar", "calendar", "The working-day calendar."),
    "demo": Place(
        "demo", "demo", "Start a demo with invented people: pages and scheduler in one process, all accounts printed.",
    ),
    "init": Place(
        "server", "init", "Make the database, the calendar and the rosters of the installed groups; safe to run again.",
    ),
    "mail": Place("mail", "mail", "Answers that people's calendar programs send by mail."),
    "migrate": Place(
        "server", "migrate", "Bring the database to this release's tables, and each plugin's own tables to the plugin's.",
    ),
    "plan": Place("plan", "plan", "Timetables of meetings, from a .dzn file of the literature or a JSON file of duijie's own."),
    "plugins": Place("plugins", "plugins", "Advisory groups and other plugins."),
    "routing": Place("routing", "routing", "Suggested departments and similar problems: measure them, learn them anew."),
    "serve": Place("server", "serve", "Serve the pages, and unless told otherwise send what is due."),
    "settings": Place("server", "show_settings", "List every setting with its variable, its value and what it is for."),
    "user": Place("users", "user", "Accounts."),
    "worker": Place("server", "worker", "Run follow-up rules and send reminders, without pages."),
}


class Commands(click.Group):
    """Prints our own errors as one clear line, in both languages, and exits with 1. Imports a command that is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click calls it
        """All commands, by name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click calls it
        """The command of that name."""
        if (place := COMMANDS.get(cmd_name)) is None:
            return None
        found: click.Command = getattr(import_module(f"duijie.cli.{place.module}"), place.name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # what click itself says, and how it ends
        except DuijieError as error:
            _say_all([p.message for p in error.problems] if isinstance(error, Invalid) else [error.message])
        except ValueError as error:  # a setting that cannot be read
            _say(f"[red]{error}[/red]")
        except OSError as error:
            _say(f"[red]文件或目录不可用：[/red]\nA file or folder cannot be used:\n{error}")
        except Exception as error:
            from sqlalchemy.exc import OperationalError  # slow, and only some commands need a database

            if not isinstance(error, OperationalError):
                raise
            _say(f"[red]数据库打不开，请检查 DUIJIE_DATABASE_URL 和数据库服务。[/red]\n"
                 f"The database cannot be opened; check DUIJIE_DATABASE_URL and the database server.\n{error.orig}")
        sys.exit(1)


def _say_all(texts: Iterable[T]) -> None:
    from rich.markup import escape  # only when something went wrong

    for text in texts:
        _say(f"[red]{escape(text.zh)}[/red]\n{escape(text.en)}")


def _say(text: str) -> None:
    from rich.console import Console  # only when something went wrong

    Console(stderr=True).print(text)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="duijie")
def main() -> None:
    """对接 duijie: from a filed case to a kept promise.

    Settings come from DUIJIE_* environment variables; `duijie settings` lists them.
    """
