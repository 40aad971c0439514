"""The plan commands on files: solve, check, explain, and files that cannot be read."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from duijie.cli import main
from duijie.matchmaking.sat.race import end_all

DZN = """nBusiness = 3; nMeetings = 3; nTables = 1; nTotalSlots = 4; nMorningSlots = 2;
requested = [|1, 2,3, |1, 3,3, |2, 3,2, |];
forbidden = [{0}, {0,2}, {0}];
fixed = [1,0,0];
precedences = [{}, {1}, {}];
"""
OWN = {"format": "duijie-timetable", "version": 2, "slots": 1, "desks": [{"key": "w", "name": "自来水公司"}],
       "parties": [{"key": "a"}, {"key": "b"}],
       "requests": [{"key": "r", "party": "a", "desks": ["w"]}, {"key": "s", "party": "b", "desks": ["w"], "waited": 3}]}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["plan", *map(str, arguments)])


@pytest.fixture
def dzn(tmp_path: Path):
    file = tmp_path / "small.dzn"
    file.write_text(DZN, encoding="utf-8")
    yield file
    end_all()


def test_what_is_solved_passes_the_check_and_a_change_does_not(dzn: Path, tmp_path: Path) -> None:
    picture = tmp_path / "drawn.svg"
    solved = run("solve", dzn, "--fairness", "2", "--time-limit", "60", "--picture", picture, "--json")
    squares = ElementTree.parse(picture).getroot().findall("{http://www.w3.org/2000/svg}rect[@rx]")
    assert len(squares) == 2 * 3  # each of three meetings in the rows of both
    found = json.loads(solved.stdout)
    assert (found["status"], found["objective"], found["bound"], found["assignment"]) == ("optimal", 1, 1, [1, 2, 3])
    timetable = tmp_path / "found.json"
    timetable.write_text(solved.stdout, encoding="utf-8")
    checked = run("check", dzn, timetable, "--fairness", "2", "--json")
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["breaks"] == 1
    timetable.write_text("[1, 1, 3]", encoding="utf-8")
    assert run("check", dzn, timetable).exit_code == 1
    assert run("check", dzn, timetable, "--fairness", "0").exit_code == 1


def test_an_own_file_says_who_is_not_heard_and_why_it_collides(tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps(OWN), encoding="utf-8")
    found = json.loads(run("solve", file, "--json").stdout)
    assert found["assignment"] == [None, 1]
    assert "自来水公司" in found["unplaced"]["r"]["zh"]
    assert "自来水公司" in run("explain", file).stdout
    assert json.loads(run("explain", file, "--json").stdout)["relaxations"][0]["en"].startswith("one more representative")


@pytest.mark.parametrize(("name", "content"), [
    ("bad.dzn", "nBusiness = 2;"), ("bad.json", "{"), ("other.json", "{}"), ("bytes.json", "\udcff"),
])
def test_a_bad_file_is_refused_in_both_languages(tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    refused = run("solve", file)
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert "file" in refused.output.lower() or "cannot be read" in refused.output


def test_a_bad_timetable_is_refused(dzn: Path, tmp_path: Path) -> None:
    timetable = tmp_path / "t.json"
    for content in ("[1]", '{"m1": "x"}', "nothing"):
        timetable.write_text(content, encoding="utf-8")
        assert run("check", dzn, timetable).exit_code == 1
