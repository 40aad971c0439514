"""user add: the first accounts."""

import click
from rich.console import Console

from duijie.bootstrap import open_office
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.text import T
from duijie.services import accounts, keys, passwords
from duijie.settings import Settings

console = Console()


@click.group()
def user() -> None:
    """Accounts."""


@user.command()
@click.argument("login")
@click.option("--name", required=True, help="Name as the Chinese pages show it.")
@click.option("--name-en", default="", help="Name as the English pages show it; the same when empty.")
@click.option("--role", "role_name", required=True, type=click.Choice([r.value for r in Role]))
@click.option("--area", default="", help="Area key, for coordinators and area administrators.")
@click.option("--department", default="", help="Department key, for representatives.")
@click.option("--email", default="", help="Address for reminders.")
@click.option("--password", default="", help="Empty: one is made and shown once.")
def add(login: str, name: str, name_en: str, role_name: str, area: str, department: str, email: str, password: str) -> None:
    """Add an account LOGIN with one role and print its password once."""
    office = open_office(Settings.from_environment())
    password = password or passwords.random_password()
    with office.write(SYSTEM) as work:
        role = Role(role_name)
        of_area = keys.area_id(work, area) if area else None
        of_department = keys.department_id(work, department) if department else None
        added = accounts.add_user(work, login, T(name, en=name_en or name), password, email=email)
        accounts.grant(work, added, role, area_id=of_area, department_id=of_department)
    console.print(f"{login}  {password}", style="bold")
