"""The reference of the plugin API is what the code says: every hook with its exact signature, every name."""

import re
from pathlib import Path

import plugin_reference
import pytest

from duijie import api
from duijie.hooks.lint import HOOKS, family_of

PAGES = {"hooks.md": plugin_reference.hooks_page, "values.md": plugin_reference.values_page}
HOOKS_MD = (plugin_reference.FOLDER / "hooks.md").read_text()
VALUES_MD = (plugin_reference.FOLDER / "values.md").read_text()


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_what_the_docstrings_say(page: str) -> None:
    kept = (plugin_reference.FOLDER / page).read_text()
    assert kept == PAGES[page](), "run: python tests/plugin_reference.py"


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_stands_there_whole(hook: str) -> None:
    """Its signature as in specs.py, and what, when, transaction, returns, errors, example, since."""
    part = HOOKS_MD.partition(f"\n## `{hook}`\n")[2].partition("\n## ")[0]
    assert f"```text\n{plugin_reference.signature_of(hook)}\n```" in part
    for word in ("**Family**", "**When**", "**Transaction**", "**Returns**", "**Errors**", "- Since 0."):
        assert word in part
    assert family_of(hook).value in part
    assert f"def {hook}(" in part, "an example that implements it"


def test_every_name_of_the_api_stands_there_with_a_line() -> None:
    rows = dict(re.findall(r"^\| `(\w+)[^`]*` \| (.*) \|$", VALUES_MD, re.MULTILINE))
    assert set(rows) == set(api.__all__)
    assert not [name for name, line in rows.items() if len(line) < 15]


def test_the_readme_has_every_hook_with_its_arguments() -> None:
    """The table in README.md leaves types out, and nothing else."""
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    for hook in HOOKS:
        bare = re.sub(r": (?:[^,()\[\]]|\[[^\]]*\])+(?=[,)])", "", plugin_reference.signature_of(hook).partition(" -> ")[0])
        assert f"| `{bare}` | {family_of(hook).value} |" in readme, bare


def test_the_names_of_the_guide_exist() -> None:
    """What pages of the guide define or call as a hook is one."""
    for page in plugin_reference.FOLDER.glob("*.md"):
        assert not set(re.findall(r"(?:def |`)(duijie_[a-z_]+)\(", page.read_text())) - set(HOOKS), page.name
