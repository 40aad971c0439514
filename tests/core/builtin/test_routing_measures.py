"""Figures against values worked out by hand, and the commands that print them."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from duijie.builtin.routing import evaluate as ev
from duijie.builtin.routing.measures import calibration_error, coverage_at, macro_f1, top
from duijie.cli.routing import routing
from duijie.domain.errors import Invalid
from duijie.likeness.measures import average_precision, b_cubed

TEXTS = {"水务": ("供水公司", "自来水供应、水管维修、停水抢修"), "教育": ("教育局", "招生入学、转学、教师、校园安全")}
LABELLED = [(("水务", "家里停水", f"水管坏了{n}天") if n % 2 else ("教育", "孩子转学", f"问了老师{n}次")) for n in range(20)]


def test_macro_f1_weighs_labels_alike() -> None:
    assert macro_f1([("a", "a"), ("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx((0.8 + 2 / 3) / 2)
    assert macro_f1([]) == 0


def test_top_counts_ranks() -> None:
    assert top([0, 1, 2, 5], 2) == 0.5
    assert top([], 1) == 0


def test_calibration_error_is_the_gap_between_said_and_seen() -> None:
    assert calibration_error([(0.8, True)] * 8 + [(0.8, False)] * 2) == pytest.approx(0)
    assert calibration_error([(1.0, True), (1.0, False)]) == pytest.approx(0.5)
    assert calibration_error([]) == 0


def test_coverage_is_the_largest_share_that_is_right_enough() -> None:
    chances = [(0.9, True), (0.8, True), (0.7, False), (0.6, True)]
    assert coverage_at(chances, 0.95) == 0.5
    assert coverage_at(chances, 0.75) == 1
    assert coverage_at([], 0.95) == 0


def test_average_precision_by_hand() -> None:
    assert average_precision(["x", "no", "y"], {"x", "y"}) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(["no"], {"x"}) == 0
    assert average_precision(["x"], set()) == 0


def test_b_cubed_by_hand() -> None:
    precision, recall, f1 = b_cubed([["a", "b", "other"], ["c"]], {"a": "t", "b": "u", "c": "u"})
    assert precision == pytest.approx((0.5 + 0.5 + 1) / 3)
    assert recall == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert f1 == pytest.approx(2 / 3)
    assert b_cubed([], {}) == (0, 0, 0)


def test_new_department_and_deletion() -> None:
    rows = [ev.Labelled(*row) for row in LABELLED]
    assert ev.new_department(rows, rows, TEXTS, n=5) == {"教育": 1.0, "水务": 1.0}
    router = ev.Router(ev.roster(sorted(TEXTS), TEXTS))
    shown = ev.explained(router, rows)
    assert shown.moved >= 0.5
    assert 2 <= shown.characters <= 30
    assert 0 < shown.share < 1
    assert ev.explained(router, []).share == 0
    assert ev.without("水管，又水管", ["水管"]) == "  ，又  "


def write(file: Path, columns: str, rows: list[tuple[str, ...]]) -> str:
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([columns.split(","), *rows])
    return str(file)


@pytest.fixture
def cases(tmp_path: Path) -> str:
    return write(tmp_path / "cases.csv", "label,title,body", LABELLED)


def test_evaluate_prints_every_figure(tmp_path: Path, cases: str) -> None:
    texts = tmp_path / "texts.json"
    texts.write_text(json.dumps({k: {"department": d, "text": t} for k, (d, t) in TEXTS.items()}), encoding="utf-8")
    ran = CliRunner().invoke(routing, ["evaluate", "--train", cases, "--test", cases, "--texts", str(texts), "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.output)
    shares = {"macro_f1", "top1", "top2", "top3", "ece", "coverage_at_95", "predict_ms"}
    assert set(found) == shares | {"n", "test", "departments", "learn_ms", "model_bytes", "cold"}
    assert set(found["cold"]) == shares
    assert (found["n"], found["test"], found["departments"]) == (20, 20, 2)
    assert found["top1"] == found["cold"]["top1"] == found["macro_f1"] == 1
    assert 0 < found["model_bytes"] < 1_000_000


def test_evaluate_learns_n_and_prints_a_table(cases: str) -> None:
    ran = CliRunner().invoke(routing, ["evaluate", "--train", cases, "--test", cases, "--n", "4"])
    assert ran.exit_code == 0, ran.output
    assert "macro_f1" in ran.output
    assert "cold" not in ran.output


def test_similar_prints_every_figure(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    messages = [(f"w{n}", "金桂花园停水", "二期没有自来水") for n in range(4)]
    messages += [(f"o{n}", chr(0x5000 + n) * 3, chr(0x6000 + n) * 3) for n in range(6)]
    asked = write(tmp_path / "m.csv", "id,title,body", messages)
    gold = write(tmp_path / "g.csv", "id,topic", [(f"w{n}", "停水") for n in range(4)])
    ran = CliRunner().invoke(routing, ["similar", "--messages", asked, "--gold", gold, "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.output)
    assert (found["messages"], found["queries"]) == (10, 4)
    assert (found["hit_at_5"], found["p_at_5"], found["map"], found["b3"]) == (1, 0.6, 1, 1)
    assert (found["shown_precision"], found["shown_recall"]) == (1, 1)
    assert csv.field_size_limit() == limit  # it is the whole process's


@pytest.mark.parametrize(("content", "says"), [
    (b"label,title\nx,y\n", "body"), (b"label,title,body\n", "no rows"), (b"label,title,body\n\xff\xfe\n", "UTF-8"),
    (b'label,title,body\na,b,c\na,"never closed,c\nb,b,c\n', "near line"),
    (b"label,title,body\na,b,c\n,b,c\n", "line 3 has no label"),
])
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, cases: str, content: bytes, says: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(content)
    ran = CliRunner().invoke(routing, ["evaluate", "--train", str(bad), "--test", cases])
    assert isinstance(ran.exception, Invalid)
    assert says in ran.exception.message.en
    assert "bad.csv" in ran.exception.message.zh


def test_a_file_as_excel_saves_it_in_china_is_read(tmp_path: Path, cases: str) -> None:
    saved = tmp_path / "excel.csv"
    saved.write_bytes(Path(cases).read_text(encoding="utf-8-sig").encode("gb18030"))
    ran = CliRunner().invoke(routing, ["evaluate", "--train", str(saved), "--test", cases, "--json"])
    assert ran.exit_code == 0, ran.exception
    assert json.loads(ran.output)["top1"] == 1, "the same words as in the other encoding"


def test_figures_of_fewer_cases_than_were_given_are_refused(tmp_path: Path) -> None:
    once = write(tmp_path / "m.csv", "id,title,body", [("1", "停水", ""), ("2", "停电", "")])
    twice = write(tmp_path / "twice.csv", "id,title,body", [("1", "停水", ""), ("1", "停电", "")])
    gold = write(tmp_path / "g.csv", "id,topic", [("1", "停水")])
    other = write(tmp_path / "other.csv", "id,topic", [("7", "停水")])
    for messages, topics, said in ((twice, gold, "in line 2 and in line 3"), (once, other, "none of its ids stands in m.csv")):
        ran = CliRunner().invoke(routing, ["similar", "--messages", messages, "--gold", topics])
        assert isinstance(ran.exception, Invalid)
        assert said in ran.exception.message.en


def test_texts_of_another_form_say_so(tmp_path: Path, cases: str) -> None:
    bad = tmp_path / "texts.json"
    bad.write_text('{"a": "b"}', encoding="utf-8")
    ran = CliRunner().invoke(routing, ["evaluate", "--train", cases, "--test", cases, "--texts", str(bad)])
    assert isinstance(ran.exception, Invalid)
    assert "responsib" not in ran.exception.message.en
    assert "department" in ran.exception.message.en
