"""An XLSForm workbook, as a coordinator writes it, becomes a form; what cannot be read says where and what to do."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from duijie.cli import main
from duijie.cli.xlsform import Built, form_of, read_workbook, source_of
from duijie.domain.errors import Refused
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.values import (
    Choice,
    Condition,
    Field,
    FieldType,
    Form,
    Section,
    all_of,
    any_of,
    eq,
    filled,
    ge,
    has,
    is_in,
    lt,
    ne,
    negate,
)
from duijie.domain.text import T

EXAMPLE = Path(__file__).parents[3] / "docs" / "plugins" / "example_form.xlsx"
Sheet = Sequence[Sequence[Any]]
HEAD = ["type", "name", "label::中文 (zh)", "label::English (en)", "required", "relevant", "constraint", "appearance"]
BASE: Sheet = [
    ["select_one topic", "topic", "类别", "Topic", "yes"],
    ["text", "text", "内容", "What", "yes", "", "", "multiline"],
    ["text", "requester", "姓名", "Name", "yes"],
]
CHOICES: Sheet = [
    ["list_name", "name", "label::中文 (zh)", "label::English (en)"],
    ["topic", "land", "地", "Land"], ["topic", "noise", "噪声", "Noise"],
    ["yn", "yes", "是", "Yes"], ["yn", "no", "否", "No"], ["num", 1, "一", "One"], ["num", 2, "二", "Two"],
]  # fmt: skip
SETTINGS: Sheet = [["form_title::中文 (zh)", "form_title::English (en)", "form_id"], ["表", "Form", "my_form"]]


def workbook(folder: Path, rows: Sheet, head: Sequence[str] = HEAD, **sheets: Sheet) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, content in {"survey": [head, *BASE, *rows], "choices": CHOICES, "settings": SETTINGS, **sheets}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    path = folder / "表单.xlsx"
    book.save(path)
    return path


def built(folder: Path, rows: Sheet, **more: Any) -> Built:
    return form_of(read_workbook(workbook(folder, rows, **more)), "fallback")


def form(folder: Path, rows: Sheet, **more: Any) -> Form:
    found = built(folder, rows, **more)
    assert found.form is not None, [str(note) for note in found.notes.errors]
    return found.form


def told(notes: Sequence[Any]) -> list[tuple[str, int, str]]:
    return [(n.sheet, n.row, n.column) for n in notes]


def again(source: str) -> Form:
    names: dict[str, Any] = {}
    exec(source, names)  # the whole point: what was written is a form
    made = names["FORM"]
    assert isinstance(made, Form)
    return made


def test_the_example_of_the_docs(tmp_path: Path) -> None:
    out = tmp_path / "intake.py"
    done = CliRunner().invoke(main, ["plugins", "form-from-xlsx", str(EXAMPLE), "--out", str(out)])
    assert done.exit_code == 0, done.output
    made = again(out.read_text(encoding="utf-8"))
    assert form_problems(made) == []
    assert made == form_of(read_workbook(EXAMPLE), "x").form
    assert (made.topic_field, made.text_field, made.mobile_field) == ("topic", "text", "mobile")
    assert made.find("meters").fields[0].private  # type: ignore[union-attr]
    assert made.find("noise_source").other  # type: ignore[union-attr]
    assert made.consent is not None


def test_every_type_has_its_field(tmp_path: Path) -> None:
    rows = [
        ["note", "hello", "你好", "Hello"], ["integer", "n", "数", "N", "", "", ". > 0 and . < 10"],
        ["decimal", "d", "数", "D", "", "", "(. >= 0.5) and . <= 2"], ["date", "day", "日", "Day"],
        ["select_multiple topic", "many", "多", "Many", "", "", "count-selected(.) <= 1"],
        ["select_one topic or_other", "with_other", "另", "Other"], ["image", "pictures", "照片", "Pictures"],
        ["geopoint", "place", "地点", "Place"], ["money", "sum", "金额", "Sum", "", "", ". <= 100"],
        ["identity", "person", "证", "Id"], ["area", "village", "村", "Village"], ["yes_no", "sure", "是否", "Sure"],
        ["acknowledge", "agreed", "我同意", "I agree"], ["start", "begun"], ["text", "short", "短", "Short", "", "",
                                                                       "string-length(.) < 20"],
    ]  # fmt: skip
    made = form(tmp_path, rows)
    kinds = {f.key: f.type for f in made.fields()}
    assert kinds == {
        "topic": FieldType.CHOICE, "text": FieldType.LONG_TEXT, "requester": FieldType.TEXT, "hello": FieldType.NOTE,
        "n": FieldType.NUMBER, "d": FieldType.NUMBER, "day": FieldType.DATE, "many": FieldType.CHOICES,
        "with_other": FieldType.CHOICE, "pictures": FieldType.ATTACHMENTS, "place": FieldType.PLACE,
        "sum": FieldType.MONEY, "person": FieldType.IDENTITY, "village": FieldType.AREA, "sure": FieldType.YES_NO,
        "short": FieldType.TEXT,
    }  # fmt: skip
    bounds = {f.key: (f.minimum, f.maximum) for f in made.fields() if (f.minimum, f.maximum) != (None, None)}
    assert bounds == {"n": (1, 9), "d": (0.5, 2), "many": (None, 1), "sum": (None, 10000), "short": (None, 19)}
    assert made.consent == T("我同意", en="I agree")
    assert (made.key, made.title) == ("my_form", T("表", en="Form"))


@pytest.mark.parametrize(
    ("relevant", "condition"),
    [
        ("${topic} = 'land'", eq("topic", "land")),
        ("'land' = ${topic}", eq("topic", "land")),
        ('${topic} != "land"', ne("topic", "land")),
        ("${topic}=‘land’", eq("topic", "land")),
        ("selected(${many}, 'land') and ${n} >= 3", all_of(has("many", "land"), ge("n", 3))),
        ("selected(${topic}, 'land')", eq("topic", "land")),
        ("not(${n} < 5) or ${requester} != ''", any_of(negate(lt("n", 5)), filled("requester"))),
        ("${requester} = ''", negate(filled("requester"))),
        ("${n} > 1.5", all_of(ge("n", 1.5), ne("n", 1.5))),
        ("5 >= ${n}", any_of(lt("n", 5), eq("n", 5))),
        ("${sum} >= 100", ge("sum", 10000)),
        ("${sure} = 'yes' and ${topic} = 'land' or ${num} = 1",
         any_of(all_of(eq("sure", True), eq("topic", "land")), eq("num", "1"))),
        ("${sure} = true() and (${topic} = 'land' or ${topic} = 'noise')",
         all_of(eq("sure", True), any_of(eq("topic", "land"), eq("topic", "noise")))),
        ("count-selected(${many}) > 0", filled("many")),
    ],
)
def test_a_relevant_becomes_a_condition(tmp_path: Path, relevant: str, condition: Condition) -> None:
    rows = [["select_multiple topic", "many", "多", "Many"], ["integer", "n", "数", "N"], ["money", "sum", "元", "Y"],
            ["yes_no", "sure", "是否", "Sure"], ["select_one num", "num", "几", "Which"],
            ["text", "shown", "显示", "Shown", "", relevant]]  # fmt: skip
    assert form(tmp_path, rows).find("shown").show_if == condition  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("relevant", "said"),
    [
        ("${later} = 'x'", "does not stand before this row"),
        ("${shown} = 'x'", "does not stand before this row"),
        ("${topic} = 'sea'", "is no choice of 'topic'; there are: land, noise"),
        ("${topic} = ${requester}", "two questions cannot be compared"),
        ("${many} = 'land'", "use selected(${many}, 'land')"),
        ("${requester} >= 3", "is no number"),
        ("${n} = 'many'", "cannot be compared with 'many'"),
        ("${sure} = 'maybe'", "only 'yes' or 'no'"),
        ("regex(${requester}, '^A')", "Expected one of"),
        ("(${n} = 1", "check brackets"),
        ("${n} = 1 xor ${n} = 2", "Not understood from 'xor'"),
        ("${n} + 1 = 2", "Not understood from '+ 1 = 2'"),
        ("${n} = ", "at 'the end'"),
        ("${n}", "Expected one of"),
        ("count-selected(${many}) > 2", "only ask whether anything"),
        ("(" * 30 + "${n} = 1" + ")" * 30, "Too many brackets"),
        ("${topic} = 'land", "Not understood"),
    ],
)
def test_what_is_not_understood_says_where_and_what_to_do(tmp_path: Path, relevant: str, said: str) -> None:
    rows = [["select_multiple topic", "many", "多", "Many"], ["integer", "n", "数", "N"],
            ["yes_no", "sure", "是否", "Sure"], ["text", "shown", "显示", "Shown", "", relevant],
            ["text", "later", "后", "Later"]]  # fmt: skip
    found = built(tmp_path, rows)
    assert found.form is None
    (note,) = found.notes.errors
    assert (note.sheet, note.row, note.column) == ("survey", 8, "relevant")
    assert said in note.message.en
    assert "工作表 survey 第 8 行 relevant 列：" in str(note)


def test_groups_are_sections_and_repeats_are_rows(tmp_path: Path) -> None:
    rows = [
        ["begin group", "g", "组", "Group", "", "${topic} = 'land'"],
        ["text", "a", "甲", "A"], ["begin_repeat", "plots", "地块", "Plots", "", "${a} != ''"],
        ["integer", "mu", "亩", "Mu"], ["text", "why", "为何", "Why", "", "${mu} >= 10 and ${topic} = 'land'"],
        ["end_repeat"], ["text", "b", "乙", "B", "", "${plots} != ''"], ["end group"], ["text", "c", "丙", "C"],
    ]  # fmt: skip
    made = form(tmp_path, rows)
    titles = [(s.title.zh, [f.key for f in s.fields]) for s in made.sections]
    assert titles == [("填报内容", ["topic", "text", "requester"]), ("组", ["a", "plots", "b"]), ("填报内容", ["c"])]
    land = eq("topic", "land")
    plots = made.find("plots")
    assert plots is not None
    assert plots.show_if == all_of(land, filled("a"))
    assert [(f.key, f.show_if) for f in plots.fields] == [("mu", None), ("why", all_of(ge("mu", 10), land))]
    assert made.find("b").show_if == all_of(land, filled("plots"))  # type: ignore[union-attr]


WRONG: Mapping[str, tuple[Sheet, tuple[str, int, str], str]] = {
    "unknown type": ([["rank topic", "r", "排", "Rank"]], ("survey", 5, "type"), "Use one of them, or delete the row"),
    "no type": ([["", "r", "排", "Rank"]], ("survey", 5, "type"), "There is no type"),
    "no such list": ([["select_one towns", "r", "镇", "Town"]], ("survey", 5, "type"), "no list 'towns'"),
    "no label": ([["text", "r"]], ("survey", 5, "label"), "write the question"),
    "Chinese name": ([["text", "姓名", "姓名", "Name"]], ("survey", 5, "name"), "lower-case letters"),
    "quoted answer": ([["text", "r", "您好 ${requester}", "Hi"]], ("survey", 5, "label"), "plain words"),
    "end without begin": ([["end group"]], ("survey", 5, "type"), "has no begin group"),
    "begin without end": ([["begin group", "g", "组", "G"]], ("survey", 5, "type"), "does not end"),
    "repeat in repeat": ([["begin repeat", "a", "甲", "A"], ["text", "x", "甲", "X"], ["begin repeat", "b", "乙", "B"],
                          ["end repeat"], ["end repeat"]], ("survey", 7, "type"), "within a repeat"),
    "same key twice": ([["text", "text", "又", "Again"]], ("survey", 0, ""), "'text' stands 2 times"),
    "markup": ([["text", "r", "<b>粗</b>", "Bold"]], ("survey", 0, ""), "HTML tag"),
    "picture in a repeat": ([["begin repeat", "a", "甲", "A"], ["image", "p", "照", "P"], ["end repeat"]],
                            ("survey", 0, ""), "cannot be repeated"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_mistakes_name_sheet_row_and_column_and_write_nothing(tmp_path: Path, name: str) -> None:
    rows, place, said = WRONG[name]
    out = tmp_path / "intake.py"
    path = workbook(tmp_path, rows)
    done = CliRunner().invoke(main, ["plugins", "form-from-xlsx", str(path), "--out", str(out)])
    assert done.exit_code == 1
    assert "没有写出任何文件" in done.output
    assert not out.exists()
    found = form_of(read_workbook(path), "x").notes.errors
    assert place in told(found)
    assert any(said in n.message.en for n in found), [n.message.en for n in found]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    rows = [["rank x", "r", "排", "R"], ["text", "s", "文", "S", "", "${nobody} = 1"], ["text", "大", "文", "S"]]
    assert told(built(tmp_path, rows).notes.errors) == [
        ("survey", 5, "type"), ("survey", 6, "relevant"), ("survey", 7, "name"),
    ]  # fmt: skip


def test_what_is_left_out_or_guessed_is_a_note(tmp_path: Path) -> None:
    head = [*HEAD, "default", "hint::Français (fr)"]
    rows = [
        ["start", "begun"], ["text", "My-Name.2", "名", "Name"], ["text", "odd", "怪", "Odd", "${text} = 1"],
        ["integer", "n", "数", "N", "", "", "regex(., '^1')"], ["text", "d", "默认", "D", "", "", "", "", "x", "aide"],
    ]  # fmt: skip
    found = built(tmp_path, rows, head=head)
    assert found.form is not None
    assert found.form.find("my_name_2")
    assert not found.form.find("odd").required  # type: ignore[union-attr]
    places = {(n.row, n.column) for n in found.notes.warnings}
    assert places >= {(5, "type"), (6, "name"), (7, "required"), (8, "constraint"), (9, "default"),
                      (9, "hint::français (fr)"), (2, "topic_field"), (2, "text_field"), (2, "requester_field")}  # fmt: skip


def test_chinese_alone_stands_in_for_english(tmp_path: Path) -> None:
    survey: Sheet = [["type", "name", "label", "required", "appearance"], ["select_one topic", "topic", "类别", "yes"],
                     ["text", "text", "内容", "yes", "multiline"], ["text", "requester", "姓名", "yes"]]  # fmt: skip
    choices: Sheet = [["list name", "name", "label"], ["topic", "land", "地"]]
    found = built(tmp_path, [], survey=survey, choices=choices, settings=[["form_title"], ["表"]])
    assert found.form is not None
    assert found.form.find("topic").label == T.same("类别")  # type: ignore[union-attr]
    assert found.form.key == "fallback"
    missing = [(n.sheet, n.row) for n in found.notes.warnings if n.column.startswith(("label", "form_title"))]
    assert missing == [("choices", 2), ("survey", 2), ("survey", 3), ("survey", 4), ("settings", 2)]


def test_a_form_without_its_roles_says_what_to_write(tmp_path: Path) -> None:
    survey: Sheet = [["type", "name", "label"], ["integer", "n", "数"]]
    found = built(tmp_path, [], survey=survey)
    assert any("add a column topic_field" in n.message.en for n in found.notes.errors)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_what_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(Refused, match="另存为"):
        read_workbook(path)


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "intake.py"
    out.write_text("mine", encoding="utf-8")
    arguments = ["plugins", "form-from-xlsx", str(EXAMPLE), "--out", str(out)]
    assert CliRunner().invoke(main, arguments).exit_code == 1
    assert out.read_text(encoding="utf-8") == "mine"
    assert CliRunner().invoke(main, [*arguments, "--force"]).exit_code == 0
    assert again(out.read_text(encoding="utf-8")).key == "community_case"
    printed = CliRunner().invoke(main, ["plugins", "form-from-xlsx", str(EXAMPLE)])
    assert printed.stdout == out.read_text(encoding="utf-8")


A = T('说“好” "quoted" \\ 反斜杠\n第二行', en="it's \"here\" \u3000\u200b")
EVERYTHING = Form(
    "everything", T.same("表"), (Section(A, (
        Field("topic", FieldType.CHOICE, A, required=True, choices=(Choice("a", A), Choice("b\"'", A))),
        Field("r", FieldType.REPEAT, T("很长的标题" * 12, en="a very long title " * 8), minimum=1, maximum=4, unit=A, fields=(
            Field("c", FieldType.CUSTOM, A, custom="p.x", private=True, hint=A),
            Field("n", FieldType.NUMBER, A, unit=T.same("kVA"), minimum=-0.5, maximum=1e6, show_if=eq("topic", "a")),
        )),
        Field("o", FieldType.CHOICES, A, choices=(Choice("x", A),), other=True, show_if=any_of(
            all_of(ne("topic", "a"), negate(filled("r")), is_in("topic", "a", "b\"'")), eq("topic", "a"))),
        Field("p", FieldType.TEXT, A, show_if=all_of(has("o", "x"), any_of(ge("topic", 1), lt("topic", 2.5)))),
        Field("q", FieldType.YES_NO, A), Field("s", FieldType.TEXT, A, show_if=eq("q", False)),
    )), Section(T.same("空"), ())),
    "topic", "p", "p", title_field="p", intro=A, consent=A,
)  # fmt: skip


@pytest.mark.parametrize("name", ["everything", "enterprise", "community", "rural"])
def test_source_is_the_form_and_laid_out_as_a_formatter_would(tmp_path: Path, name: str) -> None:
    module = "" if name == "everything" else f"{name}_advisors.intake"
    made = EVERYTHING if not module else __import__(module, fromlist=["FORM"]).FORM
    source = source_of(made)
    assert again(source) == made
    path = tmp_path / "intake.py"
    path.write_text(source, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--isolated", "--diff"], ["format", "--isolated", "--line-length=120", "--diff"],
                    ["check", "--isolated", "--select=E4,E7,E9,F,I,D100"]):  # fmt: skip
        done = subprocess.run([*ruff, *command, str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "import duijie.api" not in source
    assert source.count("import") == 1
