"""``duijie plugins``: advisory groups and other plugins, for those who write them and those who run them."""

import click

from duijie.cli.forms import form_from_xlsx, form_schema
from duijie.cli.plugins.checking import check
from duijie.cli.plugins.doctor import doctor
from duijie.cli.plugins.listing import list_plugins
from duijie.cli.plugins.making import new
from duijie.cli.plugins.removing import remove
from duijie.cli.plugins.switching import disable, enable, retry


@click.group()
def plugins() -> None:
    """Advisory groups and other plugins."""


for command in (list_plugins, new, check, doctor, enable, disable, retry, remove, form_from_xlsx, form_schema):
    plugins.add_command(command)
