"""Makes a plugin to start from: the files of the folder ``scaffold`` with the plugin's own names in them."""

import importlib.util
import keyword
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duijie
from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.hooks.declared import KEY
from duijie.hooks.loading import name_problem, packages

FILES: Final = Path(duijie.__file__).parent / "scaffold"
SUFFIX: Final = ".tmpl"
PACKAGE: Final = "package"
"""The folder of the scaffold that becomes the plugin's package."""

_PLACE: Final = re.compile(r"@@(\w+)@@")
_PLAIN: Final = re.compile(r"""[^\x00-\x1f"'\\<>{}@`|]{1,60}""")
_ENDING: Final = "_advisors"


@dataclass(frozen=True, slots=True)
class Titles:
    """What the group is called; made from the plugin's name where empty."""

    zh: str = ""
    en: str = ""


def make(name: str, folder: Path, titles: Titles = Titles()) -> Path:
    """Make the folder ``folder/name`` with a whole plugin in it; answers it. All of it is written, or nothing.

    Raises Refused for a name or title that will not do, and for a folder that is there already.
    """
    target = folder / name
    _check_name(name)
    if target.exists():
        raise Refused(T(f"{target} 已经存在，请换一个名称或文件夹。",
                        en=f"{target} exists already; choose another name or folder."))
    values = _values(name, titles)
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder))
    try:
        for source in files():
            inside = _named(source.relative_to(FILES), name)
            (draft / inside).parent.mkdir(parents=True, exist_ok=True)
            (draft / inside).write_text(_filled(source.read_text(encoding="utf-8"), values), encoding="utf-8")
        draft.chmod(0o755)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def files() -> Iterator[Path]:
    """The files of the scaffold."""
    return (path for path in sorted(FILES.rglob(f"*{SUFFIX}")) if path.is_file())


def _named(inside: Path, name: str) -> Path:
    parts = [name if part == PACKAGE else part for part in inside.parts]
    return Path(*parts[:-1], parts[-1].removesuffix(SUFFIX))


def _filled(text: str, values: dict[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found[1]], text)


def _values(name: str, titles: Titles) -> dict[str, str]:
    key = name.removesuffix(_ENDING).strip("_")
    if not KEY.fullmatch(key):
        raise Refused(_BAD_NAME.fill(name=name, why=f"group key {key!r}"))
    words = key.replace("_", " ")
    letters = re.sub("[^A-Z]", "", key.upper())
    values = {
        "name": name, "key": key, "prefix": (letters + "XXX")[:3], "distribution": name.replace("_", "-"),
        "title": titles.zh.strip() or f"{words}服务顾问团", "title_en": titles.en.strip() or f"{words.capitalize()} advisers",
        "version": duijie.__version__,
    }  # fmt: skip
    for title in (values["title"], values["title_en"]):
        if not _PLAIN.fullmatch(title):
            raise Refused(T(f"名称“{title}”不能用：最多 60 字，不能有引号、尖括号、花括号等符号。",
                            en=f"The title {title!r} will not do: at most 60 characters, without quotes, brackets and the like."))
    if re.search("[一-鿿]", values["title_en"]):
        raise Refused(T("英文名称中不能有汉字。", en="The English title must not have Chinese in it."))
    return values


def _check_name(name: str) -> None:
    if problem := name_problem(name):
        raise Refused(_BAD_NAME.fill(name=name, why=problem))
    if keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise Refused(_BAD_NAME.fill(name=name, why="it is a word or module of Python itself"))
    if taken := packages().get(name):
        raise Refused(T(f"已安装的插件包 {taken[0]} 已经用了“{name}”这个名称，请换一个。",
                        en=f"The installed package {taken[0]} has a plugin named {name!r} already; choose another name."))
    if _is_importable(name):
        raise Refused(T(f"已有名为“{name}”的 Python 模块，请换一个名称。",
                        en=f"There is a Python module named {name!r} already; choose another name."))


def _is_importable(name: str) -> bool:
    found = importlib.util.find_spec(name)
    return found is not None and found.origin is not None  # a mere folder of that name is no module


_BAD_NAME = T("“{name}”不能作插件名称：请用 2 至 40 个小写字母、数字和下划线，以字母开头，不以 duijie 开头（{why}）。",
              en="{name!r} will not do as a plugin's name: {why}.")
