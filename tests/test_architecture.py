"""The house stands as it was drawn: who imports whom, what the core may know, how long a room may be.

Every test collects all violations as ``file:line what`` and fails with the list.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core" / "duijie"
PLUGINS = ROOT / "plugins"
PAGES = CORE / "web" / "templates"
STATIC = CORE / "web" / "static"

EVERYTHING = ("",)
MAY_IMPORT = {
    "domain": (),
    "matchmaking": ("domain",),
    "likeness": (),
    "hooks": ("domain",),
    "api": ("hooks", "domain"),
    "settings": (),
    "storage": ("domain",),
    "services": ("domain", "matchmaking", "likeness", "storage", "hooks"),
    "schedule": ("services", "domain", "settings"),
    "web": ("services", "domain", "settings", "storage.queries", "hooks"),
    "cli": ("services", "domain", "matchmaking", "settings", "schedule", "web", "bootstrap", "builtin.routing", "likeness",
            "demo", "storage.schema", "tools"),
    "builtin": ("api",),
    "demo": ("services", "domain", "hooks", "storage", "settings", "schedule"),
    "bootstrap": EVERYTHING,
    "plugin_host": ("hooks", "domain", "plugin_inside"),
    "plugin_inside": EVERYTHING,
    "testing": EVERYTHING,
    "tools": ("services", "domain", "hooks", "storage", "settings", "bootstrap"),
}
"""Layer by layer what may be imported besides itself; a dotted name allows that module and what is below it.

``cli`` starts things (servers, the scheduler, the demo), migrates the database, measures the router and plans from files;
``demo`` fills a database with invented people and cases, some of them in the past, where no service takes anybody.
"""

FOR_TYPES_ONLY = {"web": ("storage.models",), "cli": ("storage.models",), "schedule": ("storage.models",)}
"""What a layer may import under ``if TYPE_CHECKING`` besides."""

THE_GROUPS = re.compile(r"""(enterprise|community|rural)_advisors|["'/](enterprise|community|rural)["'/]""")
WORDS_OF_GROUPS = ("企业", "社区", "村")
MAY_SAY_SO = {
    "services/meetings/naming.py": "shortens names of places and firms by their endings, in any group",
    "builtin/routing/": "a lexicon of what people write about, whoever they are",
    "builtin/notifiers/": "企业微信 is the name of a messenger",
    "demo/": "the invented town has communities and villages: it is data, like a plugin's",
}

SWITCH = '"中文" if language == "en"'  # the link to the other language is written in that language

LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def sources(*roots: Path) -> list[Path]:
    """All Python files below ``roots`` but migrations, which are generated and never changed again."""
    found = sorted(path for root in roots for path in root.rglob("*.py") if "versions" not in path.parts)
    assert found, f"there is no Python file below {roots}"
    return found


def templates() -> list[Path]:
    """Every template of the core and of the plugins."""
    return sorted([*PAGES.rglob("*.html"), *PLUGINS.glob("*/templates/**/*.html")])


def tree(path: Path) -> ast.Module:
    """The file's syntax."""
    return ast.parse(path.read_text(), filename=str(path))


def at(path: Path, line: int, what: str) -> str:
    """One violation, in the form that editors open."""
    return f"{path.relative_to(ROOT)}:{line} {what}"


def imports(path: Path) -> Iterator[tuple[int, str, bool]]:
    """(line, dotted name, only for types) of every import of the file; relative ones are written out."""
    module = tree(path)
    guarded = {
        id(inner)
        for node in ast.walk(module)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, id(node) in guarded) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(CORE.parent if CORE in path.parents else PLUGINS).parts[: -node.level]
            start = ".".join([*above, node.module or ""]) if node.level else node.module or ""
            yield from ((node.lineno, f"{start}.{alias.name}", id(node) in guarded) for alias in node.names)


def layer_of(path: Path) -> str:
    """The layer that a file of the core belongs to; empty for the package itself."""
    first = path.relative_to(CORE).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


def allowed(layer: str, name: str, for_types: bool) -> bool:
    """Whether ``layer`` may import ``name``, a dotted name below duijie without "duijie."."""
    names = (layer, *MAY_IMPORT[layer], *(FOR_TYPES_ONLY.get(layer, ()) if for_types else ()))
    return MAY_IMPORT[layer] == EVERYTHING or any(name == n or name.startswith(f"{n}.") for n in names)


def test_every_layer_is_in_the_table() -> None:
    """A new folder of the core says first what it may import."""
    unknown = {layer_of(path) for path in sources(CORE)} - set(MAY_IMPORT) - {""}
    assert not unknown, f"the table of layers says nothing about {', '.join(sorted(unknown))}"


def test_layers_import_only_what_lies_below_them() -> None:
    wrong = [
        at(path, line, f"{layer} imports {name}")
        for path in sources(CORE)
        if (layer := layer_of(path)) in MAY_IMPORT
        for line, name, for_types in imports(path)
        if name.startswith("duijie.")
        and name != "duijie.__version__"
        and not allowed(layer, name.removeprefix("duijie."), for_types)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_would_catch_a_wrong_import() -> None:
    """The rule bites: each of these has been somebody's mistake somewhere."""
    assert not allowed("domain", "services.work", for_types=False)
    assert not allowed("builtin", "domain.text", for_types=False)
    assert not allowed("web", "storage.models.Case", for_types=False)
    assert allowed("web", "storage.models.Case", for_types=True)
    assert not allowed("web", "storage.models_of_mine", for_types=True)
    assert allowed("web", "storage.queries.scope", for_types=False)


def test_the_domain_needs_only_the_standard_library() -> None:
    """Nothing that must be installed: the rules can be read and run by anybody."""
    wrong = [
        at(path, line, name)
        for path in sources(CORE / "domain")
        for line, name, _ in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names | {"duijie"}
    ]
    assert not wrong, "\n".join(wrong)


def test_plugins_import_only_the_api() -> None:
    others = {path.name for path in PLUGINS.iterdir() if (path / "__init__.py").exists()}
    wrong = []
    for path in sources(PLUGINS):
        own = path.relative_to(PLUGINS).parts[0]
        for line, name, _ in imports(path):
            first = name.split(".")[0]
            if first == "duijie" and not name.startswith("duijie.api."):
                wrong.append(at(path, line, f"a plugin imports {name}"))
            if first in others - {own}:
                wrong.append(at(path, line, f"{own} imports the plugin {first}"))
    assert not wrong, "\n".join(wrong)


def test_nothing_imports_the_folders_core_and_plugins() -> None:
    """They are folders; as packages their names would collide with other people's."""
    wrong = [
        at(path, line, f"imports {name}")
        for path in sources(CORE, PLUGINS)
        for line, name, _ in imports(path)
        if name.split(".")[0] in ("core", "plugins")
    ]
    wrong += [str(path) for path in (CORE.parent / "__init__.py", PLUGINS / "__init__.py") if path.exists()]
    assert not wrong, "\n".join(wrong)


def test_an_import_inside_a_function_says_why() -> None:
    wrong = []
    for path in sources(CORE, PLUGINS):
        lines = path.read_text().splitlines()
        inner = {
            node.lineno
            for function in ast.walk(tree(path))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        for line in sorted(inner):
            above = next(n for n in range(line - 1, 0, -1) if n not in inner)  # one reason for several
            near = lines[line - 1].partition("#")[2] + lines[above - 1].partition("#")[2]
            if not near.strip():
                wrong.append(at(path, line, "imports inside a function without a comment that says why"))
    assert not wrong, "\n".join(wrong)


def test_the_core_knows_none_of_the_groups() -> None:
    """The three groups are plugins like a stranger's: not one of their keys stands in the core."""
    wrong = [
        at(path, number, line.strip())
        for path in [*sources(CORE), *templates(), *sorted(STATIC.glob("*.js"))]
        if CORE in path.parents and not path.relative_to(CORE).as_posix().startswith(tuple(MAY_SAY_SO))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if THE_GROUPS.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_core_says_no_word_of_one_group() -> None:
    """Texts for one kind of group come from its plugin; exceptions stand in `MAY_SAY_SO` with reasons."""
    wrong = [
        at(path, number, line.strip())
        for path in [*sources(CORE), *templates(), *sorted(STATIC.glob("*.js"))]
        if CORE in path.parents and not path.relative_to(CORE).as_posix().startswith(tuple(MAY_SAY_SO))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if any(word in line for word in WORDS_OF_GROUPS)
    ]
    assert not wrong, "\n".join(wrong)


def test_rooms_are_small() -> None:
    """No file over 400 lines and no function over 50: then it wants to be two."""
    wrong = []
    for path in sources(CORE, PLUGINS):
        length = len(path.read_text().splitlines())
        if length > LONGEST_FILE:
            wrong.append(at(path, 1, f"has {length} lines"))
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    wrong.append(at(path, node.lineno, f"{node.name} has {length} lines"))
    assert not wrong, "\n".join(wrong)


def test_pages_load_nothing_from_elsewhere() -> None:
    """An office without internet sees every page whole. Name spaces of XML are names, not addresses."""
    wrong = []
    for path in [*templates(), *sorted(p for p in STATIC.rglob("*") if p.suffix in (".css", ".js", ".svg"))]:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            rest = re.sub(r"""["']http://www\.w3\.org/(1999|2000)/[A-Za-z/]+["']""", "", line)
            if re.search(r"https?://|src=[\"']//|url\(\s*[\"']?//|@import", rest):
                wrong.append(at(path, number, line.strip()[:100]))
    assert not wrong, "\n".join(wrong)


def test_pages_hold_no_script_and_no_style() -> None:
    """The content security policy would refuse them: behaviour and looks stand in static files."""
    inline = re.compile(r"""<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=["']|javascript:""", re.I)
    wrong = [
        at(path, number, line.strip()[:100])
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if inline.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_python_builds_no_inline_style_either() -> None:
    """Pictures made on the server use attributes of their own (fill, x, width) and classes."""
    wrong = [
        at(path, number, line.strip()[:100])
        for path in sources(CORE / "web")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"<style\b|\sstyle=[\"']|\son[a-z]+=\\?[\"']", line)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("root", [CORE, PLUGINS, ROOT / "benchmarks"], ids=lambda path: path.name)
def test_every_text_is_there_in_both_languages(root: Path) -> None:
    """``T("中文", en="English")``: both, in their own language. ``T("", "")`` stands for no text at all."""
    wrong = [
        at(path, node.lineno, fault)
        for path in sources(root)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "T"
        if (fault := fault_of(node))
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "said",
    ['T("好")', 'T("好", en="")', 'T("Good", en="Good")', 'T("好", en="好的")', 'T(f"{n} 条", "")'],
)
def test_a_text_that_lacks_a_language_is_found(said: str) -> None:
    assert fault_of(ast.parse(said, mode="eval").body)


def fault_of(call: ast.expr) -> str:
    """What is wrong with a call of ``T``; empty when nothing is."""
    assert isinstance(call, ast.Call)
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    chinese, english, *_ = [*call.args[:1], *([named["zh"]] if "zh" in named else []), *call.args[1:2],
                            *([named["en"]] if "en" in named else []), None, None]  # fmt: skip
    if chinese is None or english is None:
        return "is not said in both languages"
    zh, en = _text(chinese), _text(english)
    written = all(isinstance(text, ast.Constant | ast.JoinedStr) for text in (chinese, english))
    if written and bool(zh.strip()) != bool(en.strip()):
        return "is empty in one language"
    if written and zh == en and re.search(r"[A-Za-z]{4}", re.sub(r"\{[^}]*\}", "", zh)):
        return "is not Chinese in the Chinese text"
    return f"has Chinese in the English text: {en}" if re.search(r"[一-鿿]", en) else ""


def test_every_text_of_a_page_is_there_in_both_languages() -> None:
    """``{{ t("中文", "English") }}``, and no Chinese outside of it that an English page would show."""
    wrong = []
    for path in templates():
        source = re.sub(r"\{#.*?#\}", _newlines, path.read_text(), flags=re.DOTALL)
        for found in re.finditer(r"""\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*(,|\))""", source):
            line = source[: found.start()].count("\n") + 1
            if found.group(2) != ",":
                wrong.append(at(path, line, f"{found.group(1)} is said in one language"))
            elif re.search(r"[A-Za-z]{4}", found.group(1)) and not re.search(r"[一-鿿]", found.group(1)):
                wrong.append(at(path, line, f"{found.group(1)} is not Chinese"))
        unsaid = re.sub(r"\bt\((?:[^()]|\([^()]*\))*\)", _newlines, source).replace(SWITCH, "")
        for number, text in enumerate(unsaid.splitlines(), start=1):
            if re.search(r"[一-鿿]", text):
                wrong.append(at(path, number, f"Chinese outside of t(): {text.strip()[:80]}"))
    assert not wrong, "\n".join(wrong)


def test_every_package_says_what_it_is() -> None:
    wrong = [
        at(path, 1, "has no docstring")
        for path in sources(CORE, PLUGINS)
        if path.name == "__init__.py" and not ast.get_docstring(tree(path))
    ]
    assert not wrong, "\n".join(wrong)


def _text(node: ast.expr) -> str:
    return "".join(str(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Constant))


def _newlines(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")
