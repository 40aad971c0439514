"""Writes the reference pages of docs/plugins from the code they describe: ``python tests/plugin_reference.py``.

A test compares the pages with what this would write, so they cannot be out of date.
"""

import ast
import builtins
import inspect
import re
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from duijie import api
from duijie.hooks import specs
from duijie.hooks.lint import HOOKS, family_of
from duijie.hooks.markers import Family

FOLDER = Path(__file__).parents[1] / "docs" / "plugins"
EXAMPLE = ("bell", "followup", "intake", "letter", "models", "pages", "roster")
"""Modules of examples/eldercare_advisors that examples in docstrings speak of."""

FLASK = ("Blueprint", "render_template")
MADE = "<!-- Written by tests/plugin_reference.py from the docstrings; edit those. -->\n"

FAMILIES = {
    Family.DECLARE: (
        "What a group is, as data.", "once, when duijie starts", "none",
        "What is wrong is left out and named; an implementation that raises loses its own answer, one that hangs or "
        "ends its process leaves the whole plugin out. Everything else starts.",
    ),
    Family.PROVIDE: (
        "What duijie can do besides. The answers hold functions, which are called later.", "once, when duijie starts", "none",
        "As for declare. A function that fails when it is called costs the one thing it was called for: that file, "
        "that message (it is tried again), that panel (a box says so), that page (503).",
    ),
    Family.DECIDE: (
        "An opinion, while somebody waits.", "when the question comes up",
        "core's own where something is about to be written; `context.store` only reads",
        "An implementation that raises or takes too long has no opinion; the work goes on without it.",
    ),
    Family.OBSERVE: (
        "What happened, or how the plugin is.", "in the background",
        "after core's commit; `context.store.write()` is one of its own",
        "An implementation that fails is told again after 10 s, 1 min, 5 min and 15 min; then the event is given up for "
        "it and the fault stays on the plugin's page.",
    ),
}  # fmt: skip
HEALTH = (
    "", "when `duijie plugins doctor` runs, and when the administrator opens the plugin's page",
    "none of core's; `context.store.write()` is one of its own", "The failure is shown in the place of the findings.",
)  # fmt: skip

HOOKS_INTRO = """# Hooks

An implementation is a module-level function of the plugin's entry module, marked with `hookimpl`. It takes those of
the arguments below that it wants, by name and in any order; a name that is not below is refused with the file and
line. `context` ([Context](values.md)) may be asked for by every hook of the decide and observe families.

The examples are those of [`examples/eldercare_advisors`](../../examples/eldercare_advisors/README.md); each runs.

| family | what it is for | time for one call |
|---|---|---|
"""

VALUES_INTRO = """# Values: all of `duijie.api`

Everything a plugin imports. All dataclasses are frozen; build them with keyword or positional arguments in the order
shown. Importing `duijie.api` loads neither Flask nor SQLAlchemy.
"""

SECTIONS = {
    "duijie.domain.text": "Texts and people", "duijie.domain.roles": "Texts and people",
    "duijie.hooks.capabilities": "What a plugin brings", "duijie.hooks.values": "Groups, files, messages",
    "duijie.domain.forms.": "Forms", "duijie.domain.rules": "Follow-up rules",
    "duijie.hooks.facts": "What hooks are told", "duijie.hooks.context": "What hooks are told",
    "duijie.hooks.page": "Pages", "duijie.hooks.policies": "Pages",
}  # fmt: skip
OTHERS = "Marks and versions"
PLAIN = {
    "API_VERSION": "The major version of this API: 1. A plugin names the one it was written for in `Plugin.api`.",
    "hookimpl": "Marks a function as a plugin's implementation of a hook.",
}


def hooks_page() -> str:
    """``docs/plugins/hooks.md``."""
    rows = "".join(f"| {f.value} | {FAMILIES[f][0]} | {f.seconds:g} s |\n" for f in Family)
    return MADE + HOOKS_INTRO + rows + "".join(_hook(name) for name in HOOKS)


def values_page() -> str:
    """``docs/plugins/values.md``."""
    found: dict[str, list[str]] = {title: [] for title in (*SECTIONS.values(), OTHERS)}
    for name in api.__all__:
        value = getattr(api, name)
        found[_section(value)].append(f"| `{name}{_shape(value)}` | {_line(name, value)} |\n")
    parts = (f"\n## {title}\n\n| name | what it is |\n|---|---|\n{''.join(rows)}" for title, rows in found.items() if rows)
    return MADE + VALUES_INTRO + "".join(parts)


def signature_of(name: str) -> str:
    """A hook's signature as it stands in specs.py: ``duijie_groups() -> list[AdvisoryGroup]``."""
    function = next(n for n in ast.parse(Path(specs.__file__).read_text()).body
                    if isinstance(n, ast.FunctionDef) and n.name == name)
    assert function.returns is not None
    return f"{name}({ast.unparse(function.args)}) -> {ast.unparse(function.returns)}"


def example_of(name: str) -> str:
    """The example in a hook's docstring as a whole program."""
    found = re.search(r"::\n\n((?:    .*\n|\n)+)", inspect.getdoc(HOOKS[name]) or "")
    assert found, name
    code = inspect.cleandoc(found.group(1))
    tree = ast.parse(code)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    imports = []
    for module, names in (("duijie.api", api.__all__), ("eldercare_advisors", EXAMPLE), ("flask", FLASK)):
        if wanted := sorted(used & set(names) - bound):
            imports.append(f"from {module} import {', '.join(wanted)}")
            used -= set(wanted)
    assert not used - bound - set(dir(builtins)) - {"__name__"}, (name, used - bound)
    return "\n".join(imports) + "\n\n\n" + re.sub(r"\n\n(?=@|def )", "\n\n\n", code) + "\n"


def _hook(name: str) -> str:
    said = inspect.getdoc(HOOKS[name]) or ""
    what, _, rest = said.partition("\n\n")
    text, since = re.sub(r"::\n\n(?:    .*\n|\n)+", ".\n\n", rest).rsplit("\n\n", 1)
    family = family_of(name)
    _, when, transaction, errors = HEALTH if name == "duijie_health" else FAMILIES[family]
    return (
        f"\n## `{name}`\n\n```text\n{signature_of(name)}\n```\n\n{_flat(what)} {_flat(text)}\n\n"
        f"- **Family**: {family.value}. **When**: {when}. **Time**: {family.seconds:g} s.\n- **Transaction**: {transaction}.\n"
        f"- **Returns**: `{signature_of(name).rsplit(' -> ', 1)[1]}`.\n- **Errors**: {errors}\n- {since}\n\n"
        f"```python\n{example_of(name)}```\n"
    )


def _flat(text: str) -> str:
    """A docstring's paragraph in Markdown: one line, code in single backquotes."""
    return " ".join(text.split()).replace("``", "`").replace("..", ".").replace("…).", "…).")


def _section(value: Any) -> str:
    module = getattr(value, "__module__", "")
    return next((title for start, title in SECTIONS.items() if module.startswith(start)), OTHERS)


def _shape(value: Any) -> str:
    if is_dataclass(value) and isinstance(value, type):
        return f"({', '.join(f.name + _default(f) for f in fields(value))})"
    if inspect.isfunction(value):
        return f"({', '.join(map(_argument, inspect.signature(value).parameters.values()))})"
    return ""


def _default(one: Any) -> str:
    return "" if one.default is MISSING and one.default_factory is MISSING else "=…"


def _argument(one: inspect.Parameter) -> str:
    stars = "*" if one.kind is inspect.Parameter.VAR_POSITIONAL else ""
    return stars + one.name + ("" if one.default is inspect.Parameter.empty else "=…")


def _line(name: str, value: Any) -> str:
    if name in PLAIN:
        return PLAIN[name]
    said = _flat(inspect.getdoc(value) or "")
    members = ", ".join(f"`{one.name}`" for one in value) if isinstance(value, type) and issubclass(value, Enum) else ""
    return said.replace("|", "\\|") + (f" {members}." if members else "")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "hooks.md").write_text(hooks_page())
    (FOLDER / "values.md").write_text(values_page())
