"""Where a plugin's code is: from a distribution's folder (its pyproject.toml) or from the package itself."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.hooks.markers import PROJECT

PYPROJECT: Final = "pyproject.toml"
_PARENTS: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One plugin: its name, its module, the folder of its package, and the folder that goes on the path."""

    name: str
    module: str
    package: Path
    root: Path

    @property
    def file(self) -> Path:
        """The file of the plugin's module."""
        inner = self.root.joinpath(*self.module.split("."))
        return inner / "__init__.py" if inner.is_dir() else inner.with_suffix(".py")


def places(path: Path) -> list[Place]:
    """The plugins at ``path``: a folder with a pyproject.toml that names entry points, or a package's folder.

    Raises Refused, in words, where there is none.
    """
    here = path.resolve()
    if not here.is_dir():
        raise Refused(T(f"没有文件夹 {path}。", en=f"There is no folder {path}."))
    if (here / PYPROJECT).is_file():
        return list(_of_distribution(here)) or _refuse(path)
    return [_of_package(here)] if (here / "__init__.py").is_file() else _refuse(path)


def _refuse(path: Path) -> list[Place]:
    raise Refused(T(
        f"{path} 中没有插件：需要在 pyproject.toml 中声明入口点组 duijie，或是一个带 __init__.py 和 plugin.py 的包。",
        en=f"There is no plugin in {path}: it needs a pyproject.toml with entry points of the group duijie, or must be a "
        "package with __init__.py and plugin.py.",
    ))  # fmt: skip


def _of_distribution(folder: Path) -> Iterator[Place]:
    project = read(folder / PYPROJECT)
    for name, value in points(project).items():
        module = value.partition(":")[0].strip()
        first = module.partition(".")[0]
        root = next((root for root in _roots(folder, project) if _is_here(root, first)), None)
        if root is None:
            raise Refused(T(f"插件“{name}”指向 {module}，但在 {folder} 下找不到 {first}。",
                            en=f"The plugin {name!r} leads to {module}, but there is no {first} below {folder}."))
        package = root / first
        yield Place(name, module, package if package.is_dir() else root, root)


def _of_package(folder: Path) -> Place:
    module = f"{folder.name}.plugin" if (folder / "plugin.py").is_file() else folder.name
    return Place(_name_above(folder, module) or folder.name, module, folder, folder.parent)


def _name_above(folder: Path, module: str) -> str | None:
    """The name under which a distribution further up registers the module."""
    for above in folder.parents[:_PARENTS]:
        if (above / PYPROJECT).is_file():
            return next((name for name, value in points(read(above / PYPROJECT)).items() if value == module), None)
    return None


def read(file: Path) -> dict[str, Any]:
    """A pyproject.toml. Raises Refused naming what is wrong in it."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(T(f"{file} 读不懂：{error}", en=f"{file} cannot be read: {error}")) from None


def points(project: Mapping[str, Any]) -> dict[str, str]:
    """The entry points of plugins: name → module."""
    found = project.get("project", {}).get("entry-points", {}).get(PROJECT, {})
    return {str(name): str(value) for name, value in found.items()}


def _roots(folder: Path, project: Mapping[str, Any]) -> Iterator[Path]:
    """Where the sources may stand, as the usual build backends are told."""
    yield folder
    yield folder / "src"
    tool = project.get("tool", {})
    build = tool.get("hatch", {}).get("build", {})
    for one in build.get("dev-mode-dirs", ()):
        yield folder / str(one)
    for one in build.get("targets", {}).get("wheel", {}).get("packages", ()):
        yield (folder / str(one)).parent
    for one in tool.get("setuptools", {}).get("packages", {}).get("find", {}).get("where", ()):
        yield folder / str(one)


def _is_here(root: Path, first: str) -> bool:
    return (root / first / "__init__.py").is_file() or (root / f"{first}.py").is_file()
