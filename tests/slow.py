"""Tests marked ``slow`` are run on CI, with ``--all``, and by whoever picks tests: not by the everyday whole run."""

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the tests marked slow as well, as CI does")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Decide once, before workers are started: they are handed the options and follow them."""
    if not hasattr(config, "workerinput"):
        option = config.option
        picked = config.args_source is not config.ArgsSource.TESTPATHS or option.keyword or option.markexpr
        option.all = bool(option.all or os.environ.get("CI") or picked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out, and let pytest say how many."""
    if config.option.all:
        return
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("slow")])
    items[:] = [item for item in items if not item.get_closest_marker("slow")]
