"""What can be seen in a plugin's files without running them: texts of one language, files in the wrong place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from duijie.tools.places import Place

Seen = tuple[str, str]
"""(``file:line``, what is wrong)."""

_CHINESE: Final = re.compile("[一-鿿]")
_CALL: Final = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(,|\))""")


def problems(place: Place) -> Iterator[Seen]:
    """Everything that is wrong with the plugin's files."""
    if place.package == place.root:  # a single module
        yield from texts(place.file)
        return
    if not (place.package / "py.typed").is_file():
        yield str(place.package), "py.typed is missing: type checkers pass over the annotations of a package without it"
    for file in sorted(place.package.rglob("*.py")):
        if "migrations" not in file.relative_to(place.package).parts:
            yield from texts(file)
    for file in sorted(place.package.rglob("*.html")):
        yield from _template(file, place)


def texts(file: Path) -> Iterator[Seen]:
    """Calls of ``T`` in a Python file that lack a language. A file that is no Python is told of when it is loaded."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "T" and (fault := _fault(node)):
            yield f"{file}:{node.lineno}", fault


def _fault(call: ast.Call) -> str:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [*call.args, *(named[key] for key in ("zh", "en") if key in named)]
    if len(given) < 2:
        return "this text is said in one language only: T(\"中文\", en=\"English\")"
    zh, en = (_said(node) for node in given[:2])
    if zh is None or en is None:
        return ""  # made elsewhere; the value itself is looked at when the plugin is loaded
    if bool(zh.strip()) != bool(en.strip()):
        return "this text is empty in one language"
    if _CHINESE.search(en):
        return f"the English text has Chinese in it: {en[:60]}"
    return f"the Chinese text is not translated: {zh[:60]}" if zh == en and re.search("[A-Za-z]{4}", zh) else ""


def _said(node: ast.expr) -> str | None:
    """What a literal says, the places of an f-string left out; None for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _template(file: Path, place: Place) -> Iterator[Seen]:
    below = ("templates", place.name)
    if file.relative_to(place.package).parts[:2] != below:
        yield str(file), f"a template stands in {'/'.join(below)}/, so that no other plugin's has the same name"
    source = file.read_text(encoding="utf-8", errors="replace")
    for found in _CALL.finditer(source):
        line = source[: found.start()].count("\n") + 1
        if found.group(2) != ",":
            yield f"{file}:{line}", f"{found.group(1)} is said in one language only: t(\"中文\", \"English\")"
    bare = re.sub(r"\{#.*?#\}|\bt\((?:[^()]|\([^()]*\))*\)", lambda m: "\n" * m.group().count("\n"), source, flags=re.DOTALL)
    for number, line_text in enumerate(bare.splitlines(), start=1):
        if _CHINESE.search(line_text):
            yield f"{file}:{number}", f"Chinese outside of t(…), which an English page would show: {line_text.strip()[:60]}"
