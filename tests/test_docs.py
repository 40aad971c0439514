"""What README.md and docs/ say is true: the code runs, the links lead somewhere, the lists are whole."""

import ast
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from duijie import settings
from duijie.cli import main
from duijie.hooks import specs

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted(
    [README, *ROOT.glob("CHANGELOG.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*/README.md"),
     *ROOT.glob("examples/*/README.md")]
)
PROMPT = "$ "


@dataclass(frozen=True)
class Block:
    """A block of code on a page: its language, where it stands, and the file that it is (``title=…``) or nothing."""

    page: Path
    line: int
    language: str
    text: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """The fenced blocks of all pages in one of ``languages``."""
    found = []
    for page in PAGES:
        source = page.read_text()
        for match in re.finditer(r"^```(\w*)([^\n]*)\n(.*?)^```", source, re.MULTILINE | re.DOTALL):
            line = source[: match.start()].count("\n") + 1
            title = re.search(r"title=(\S+)", match.group(2))
            found.append(Block(page, line, match.group(1), match.group(3), title.group(1) if title else ""))
    return [block for block in found if block.language in languages]


def commands() -> list[tuple[Block, list[str]]]:
    """Each command line of the shell blocks, split into words."""
    return [
        (block, shlex.split(line.strip().removeprefix(PROMPT), comments=True))
        for block in blocks("", "sh", "bash", "shell", "console")
        for line in block.text.replace("\\\n", " ").splitlines()
        if re.match(r"\s*(\$ )?(python3 run|(\.venv/bin/)?duijie) ", line)
    ]


RUN = """
import json, sys, traceback
for where, text in json.load(sys.stdin):
    try:
        exec(compile(text, where, "exec"), {"__name__": "__main__"})
    except BaseException:
        print(where, traceback.format_exc())
"""


def test_code_runs(tmp_path: Path) -> None:
    """Every Python block is a whole program: whoever copies it has it run. Files of the tutorial are run by its own test."""
    example = str(ROOT / "examples" / "eldercare_advisors")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([example, os.environ.get("PYTHONPATH", "")])}
    programs = json.dumps([(str(block), block.text) for block in blocks("python") if not block.title])
    done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, env=environment, input=programs,
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert not done.stdout, done.stdout


def test_links_lead_somewhere() -> None:
    """Links within the repository name a file, and an anchor a heading of it."""
    broken = []
    for page in PAGES:
        for match in re.finditer(r"\]\(([^)\s]+)\)", _without_code(page.read_text())):
            target, _, anchor = match.group(1).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            path = (page.parent / target).resolve() if target else page
            if not path.exists() or (anchor and anchor not in _anchors(path)):
                broken.append(f"{page.relative_to(ROOT)}: {match.group(1)}")
    assert not broken, "\n".join(broken)


def test_readme_says_how_to_run_and_test_it() -> None:
    """The two commands that CI and everybody else use."""
    said = [" ".join(words) for _, words in commands()]
    assert "python3 run demo" in said
    assert "python3 run test" in said
    assert "python3 run test" in (ROOT / ".ci" / "run").read_text()


def test_commands_exist() -> None:
    """Every ``duijie …`` line of a page names a command and options that there are."""
    wrong = []
    for block, words in commands():
        if words and Path(words[0]).name == "duijie":
            wrong += [f"{block}: {' '.join(words)}: {fault}" for fault in _faults(main, words[1:])]
        if words[:2] == ["python3", "run"] and words[2] not in ("demo", "test"):
            wrong.append(f"{block}: {' '.join(words)}")
    assert not wrong, "\n".join(wrong)


def test_variables_exist() -> None:
    """Every DUIJIE_* variable on a page is a setting."""
    known = {f"DUIJIE_{name.upper()}" for name in settings.Settings.__dataclass_fields__}
    wrong = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        for name in sorted(set(re.findall(r"\bDUIJIE_[A-Z0-9_]+\b", page.read_text())) - known)
    ]
    assert not wrong, "\n".join(wrong)


def test_readme_lists_every_hook() -> None:
    """The hook table is whole, and names no hook that is gone."""
    table = set(re.findall(r"^\|\s*`(duijie_\w+)", README.read_text(), re.MULTILINE))
    assert table == {name for name, _ in inspect.getmembers(specs, inspect.isfunction) if _is_hook(name)}


def test_every_hook_says_what_it_is_for() -> None:
    """A plugin's author reads the docstring: what, when, what to return, and since which version."""
    for name, hook in inspect.getmembers(specs, inspect.isfunction):
        if _is_hook(name):
            assert len((hook.__doc__ or "").split()) > 10, name


def test_every_setting_is_explained() -> None:
    for name, setting in settings.Settings.__dataclass_fields__.items():
        assert setting.metadata["help"].endswith("."), name


def test_the_examples_of_the_api_are_python() -> None:
    """Indented examples in the hooks' docstrings can at least be parsed."""
    for name, hook in inspect.getmembers(specs, inspect.isfunction):
        for example in re.findall(r"::\n\n((?:    .*\n|\n)+)", inspect.getdoc(hook) or ""):
            try:
                ast.parse(inspect.cleandoc(example))
            except SyntaxError as error:
                pytest.fail(f"{name}: {error}")


def _faults(command: click.Command, words: list[str]) -> list[str]:
    """What is wrong with a command line: an unknown command or option."""
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return [f"there is no command {words[0]}"]
        command, words = found, words[1:]
    known = {"--help", "--version", *(o for p in command.params for o in (*p.opts, *p.secondary_opts))}
    given = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [f"there is no option {option}" for option in given if option not in known]


def _is_hook(name: str) -> bool:
    return name.startswith("duijie_")


def _without_code(source: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", source, flags=re.MULTILINE | re.DOTALL))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+\s+(.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
