"""`duijie plugins form-schema`, as another program's author calls it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from duijie.cli import main


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path))


def test_it_prints_a_schema_that_is_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["plugins", "form-schema", "rural", "--language", "en"])
    assert done.exit_code == 0, done.output
    schema = json.loads(done.stdout)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == "Bring a matter from your village"
    assert schema["properties"]["plots"]["items"]["properties"]["plot_holder"]["x-private"] is True
    named = CliRunner().invoke(main, ["plugins", "form-schema", "rural", "--form", "rural_case"])
    assert json.loads(named.stdout)["title"] == "农村诉求填报"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["nobody"], "there are: community, enterprise, rural"), (["rural", "--form", "x"], "there are: rural_case")],
)
def test_what_is_not_there_is_told_with_what_is(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["plugins", "form-schema", *arguments])
    assert done.exit_code == 1
    assert said in " ".join(done.stderr.split())
