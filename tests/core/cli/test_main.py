"""The list of commands: it is written down, so that it can be shown without importing what the commands need."""

import subprocess
import sys

import click

from duijie.cli.main import COMMANDS, main


def test_the_list_says_what_each_command_says_of_itself() -> None:
    context = click.Context(main)
    for name, place in COMMANDS.items():
        command = main.get_command(context, name)
        assert command is not None
        assert (command.name, command.get_short_help_str(200)) == (name, place.help)


def test_help_and_a_plan_load_neither_pages_nor_a_database() -> None:
    asked = "import sys; from duijie.cli import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    for arguments in (["--help"], ["plan", "--help"]):
        done = subprocess.run([sys.executable, "-c", asked, *arguments], capture_output=True, text=True, check=True)
        assert not {"flask", "sqlalchemy", "openpyxl", "apscheduler"} & set(done.stdout.split())


def test_a_command_that_is_not_there_is_named() -> None:
    assert main.get_command(click.Context(main), "clean") is None
