"""plugins enable, disable, retry: the administrator's switches, for when no page can be opened."""

import click
from rich.console import Console

from duijie.cli.opening import current_office
from duijie.domain.errors import NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services.plugins import state
from duijie.services.work import Work

console = Console()
NAME = click.argument("name")


@click.command()
@NAME
def enable(name: str) -> None:
    """Switch the plugin NAME on everywhere; running servers notice within seconds."""
    with current_office() as office:
        with office.write(SYSTEM) as work:
            _known(work, name)
            state.switch(work, name, active=True)
        here = name in office.plugins.names()
    _say(T(f"已启用 {name}", en=f"{name} is on"), None if here else _NOT_IN)


@click.command()
@NAME
def disable(name: str) -> None:
    """Switch the plugin NAME off everywhere; its data stays."""
    with current_office() as office, office.write(SYSTEM) as work:
        _known(work, name)
        state.switch(work, name, active=False)
    _say(T(f"已停用 {name}，数据保留", en=f"{name} is off; its data stays"))


@click.command()
@NAME
def retry(name: str) -> None:
    """Let the plugin NAME, which rests because it kept failing, try again now."""
    with current_office() as office, office.write(SYSTEM) as work:
        _known(work, name)
        state.try_again(work, name)
    _say(T(f"{name} 将重新试用", en=f"{name} is tried again"))


def _known(work: Work, name: str) -> None:
    """Raise NotFound, in words, for a name of which nothing is known."""
    try:
        state.known(work, name)
    except NotFound:
        raise NotFound(T(f"没有名为“{name}”的插件。duijie plugins list 列出全部。",
                         en=f"There is no plugin {name!r}; duijie plugins list shows them all.")) from None


def _say(what: T, more: T | None = None) -> None:
    console.print(f"{what.zh}\n{what.en}", style="green", highlight=False)
    if more:
        console.print(f"{more.zh}\n{more.en}", style="yellow", highlight=False)


_NOT_IN = T("注意：这个插件目前没有载入，请运行 duijie plugins doctor 查看原因。",
            en="Note: the plugin is not loaded now; duijie plugins doctor says why.")
