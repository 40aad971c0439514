"""plugins check: every mistake with plugin, hook, file and line; nothing for a sound one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from visits import lay_out

Run = Callable[..., Result]
ROOT = Path(__file__).parents[4]


def problems(run: Run, path: Path) -> list[dict[str, Any]]:
    result = run("plugins", "check", str(path), "--json")
    found: list[dict[str, Any]] = json.loads(result.stdout)
    assert result.exit_code == (1 if found else 0)
    return found


def said(run: Run, path: Path) -> list[str]:
    return [f"{Path(p['place'].partition(':')[0]).name} {p['hook']} {p['text']}" for p in problems(run, path)]


def test_a_sound_plugin_passes_and_no_database_is_made(run: Run, site: Path) -> None:
    sound = run("plugins", "check", str(lay_out(site)))
    assert sound.stdout == "没有发现问题 / no problems\n"
    assert not (site.parent / "data").exists()


def test_the_groups_of_this_repository_pass_as_one_distribution(run: Run) -> None:
    assert problems(run, ROOT) == []


def test_every_mistake_is_named_with_its_place(run: Run, site: Path) -> None:
    package = lay_out(site)
    (package / "py.typed").unlink()
    (package / "templates").mkdir()
    (package / "templates" / "page.html").write_text('{{ t("只有中文") }}\n<p>走访</p>\n')
    models = (package / "models.py").read_text()
    (package / "models.py").write_text(models + "    stars: Mapped[int]\n")
    plugin = (package / "plugin.py").read_text().replace('T("查看", en="See visits")', 'T("查看", en="查看")')
    (package / "plugin.py").write_text(plugin + '\n\n@hookimpl\ndef duijie_grups() -> list[T]:\n    return []\n')
    found = said(run, package)
    for start, part in (
        ("visits", "py.typed is missing"),
        ("page.html", "a template stands in templates/visits/"),
        ("page.html", "is said in one language only"),
        ("page.html", "Chinese outside of t(…)"),
        ("plugin.py", "the English text has Chinese in it"),
        ("plugin.py duijie_grups", "did you mean duijie_groups?"),
    ):
        assert any(line.startswith(start) and part in line for line in found), (start, part, found)
    last = next(p for p in problems(run, package) if p["hook"] == "duijie_grups")
    lines = (package / "plugin.py").read_text().splitlines()
    assert lines[int(last["place"].rpartition(":")[2]) - 1] in ("@hookimpl", "def duijie_grups() -> list[T]:")


def test_migrations_that_do_not_make_the_models_are_told(run: Run, site: Path) -> None:
    package = lay_out(site)
    models = (package / "models.py").read_text()
    (package / "models.py").write_text(models + "    stars: Mapped[int]\n")
    (found,) = said(run, package)
    assert found == ("plugin.py duijie_tables column x_visits_visit.stars: "
                     "the models have it and the migrations do not make it")


@pytest.mark.parametrize(
    ("code", "said_"),
    [
        ("import nothing_like_it\n", "nothing_like_it"),
        ("def broken(:\n", "SyntaxError"),
        ("raise SystemExit(3)\n", "SystemExit(3)"),
        ("while True:\n    pass\n", "did not load within 5 s"),
    ],
)
def test_what_cannot_be_loaded_is_a_problem_and_not_the_end(run: Run, site: Path, code: str, said_: str) -> None:
    package = lay_out(site)
    (package / "plugin.py").write_text(code)
    (found,) = problems(run, package)
    assert (found["plugin"], found["hook"]) == ("visits", "load")
    assert said_ in found["text"]


def test_a_folder_without_a_plugin_is_refused(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        refused = run("plugins", "check", str(path))
        assert refused.exit_code == 1
        assert "没有" in refused.stderr
