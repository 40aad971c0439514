import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import duijie.web
from duijie.domain.errors import Problem
from duijie.domain.forms.conditions import condition_from_json
from duijie.domain.forms.custom import CustomType
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section, eq, has
from duijie.domain.text import T
from duijie.web.fields import FormView, UploadedFile, form_view, kept_files

PAGE = """{% from "fields/form.html" import form_fields, error_summary, consent_box, draft_notice %}
{{ draft_notice() }}{{ error_summary(view) }}{{ form_fields(view) }}{{ consent_box(view) }}"""
RURAL, URBAN = T("农村社区", en="Rural"), T("城市社区", en="Urban")
AREAS = [("xigang", T("西港村", en="Xigang"), RURAL), ("dagang", T("大港村", en="Dagang"), RURAL),
         ("nanmen", T("南门", en="Nanmen"), URBAN)]  # fmt: skip
LEVEL = CustomType("eldercare.level", FieldType.TEXT, T("等级", en="Level"), lambda _: None, input_mode="numeric")
DEPARTMENTS = [("tax", T("区税务局", en="Tax Bureau")), ("water", T("自来水公司", en="Water Company"))]


def few(*keys: str) -> tuple[Choice, ...]:
    return tuple(Choice(k, T(f"选项{k}", en=f"Option {k}")) for k in keys)


def asked(key: str, kind: FieldType, **more: Any) -> Field:
    return Field(key, kind, T(f"问题{key}", en=f"Question {key}"), **more)


UTILITIES = eq("topic", "g")
FORM = Form(
    "f", T("填报", en="File"), topic_field="topic", text_field="text", requester_field="who",
    contact_field="person", consent=T("用于办理。", en="Used for handling."),
    sections=(Section(T("内容", en="Content"), (
        asked("who", FieldType.TEXT, required=True, hint=T("与执照<一致>", en="As on the <licence>")),
        asked("person", FieldType.TEXT),
        asked("mobile", FieldType.MOBILE, required=True),
        asked("email", FieldType.EMAIL),
        asked("code", FieldType.CREDIT_CODE),
        asked("day", FieldType.DATE),
        asked("topic", FieldType.CHOICE, required=True, choices=few(*"abcdefg")),
        asked("scale", FieldType.CHOICE, choices=few("up", "down")),
        asked("kva", FieldType.NUMBER, unit=T.same("kVA"), show_if=UTILITIES),
        asked("sum", FieldType.MONEY, show_if=UTILITIES),
        asked("sure", FieldType.YES_NO, required=True),
        asked("times", FieldType.CHOICES, choices=few("am", "pm")),
        asked("departments", FieldType.DEPARTMENTS),
        asked("text", FieldType.LONG_TEXT, required=True, maximum=2000),
        asked("files", FieldType.ATTACHMENTS),
        asked("note", FieldType.NOTE),
        asked("trade", FieldType.CHOICE, choices=few("x"), other=True),
        asked("card", FieldType.IDENTITY),
        asked("village", FieldType.AREA),
        asked("care", FieldType.CUSTOM, custom="eldercare.level"),
        asked("plots", FieldType.REPEAT, unit=T("地块", en="Plot"), maximum=3, fields=(
            asked("plot_no", FieldType.TEXT, required=True, hint=T("见证书", en="On the title")),
            asked("kind", FieldType.CHOICES, choices=few("p", "q"), other=True),
            asked("deep", FieldType.LONG_TEXT, show_if=has("kind", "q")),
        )),
    )),),
)  # fmt: skip


class Elements(HTMLParser):
    """All start tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def by_id(self, wanted: str) -> dict[str, str | None]:
        found = [a for _, a in self.tags if a.get("id") == wanted]
        assert len(found) == 1, (wanted, found)
        return found[0]

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [a for _, a in self.tags if a.get("name") == name]


def draw(view: FormView, language: str = "zh") -> str:
    folder = str(next(iter(duijie.web.__path__))) + "/templates"
    jinja = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    jinja.globals.update(
        t=lambda zh, en: en if language == "en" else zh, tr=lambda text: text.to(language) if text else ""
    )
    return jinja.from_string(PAGE).render(view=view)


@pytest.fixture
def empty() -> Elements:
    return Elements(draw(form_view(FORM, departments=DEPARTMENTS, areas=AREAS, custom={LEVEL.key: LEVEL})))


@pytest.mark.parametrize(
    ("key", "attributes"),
    [
        ("who", {"type": "text", "aria-required": "true", "aria-describedby": "field-who-hint"}),
        ("person", {"autocomplete": "name"}),
        ("mobile", {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        ("email", {"type": "email", "inputmode": "email", "autocomplete": "email"}),
        ("code", {"autocapitalize": "characters", "autocomplete": "off"}),
        ("day", {"type": "date"}),
        ("kva", {"inputmode": "decimal", "aria-describedby": "field-kva-unit"}),
        ("sum", {"inputmode": "decimal", "class": "input input--short"}),
        ("text", {"aria-required": "true", "aria-describedby": "field-text-count"}),
        ("files", {"type": "file", "multiple": None}),
        ("card", {"type": "text", "autocomplete": "off", "data-no-draft": ""}),
        ("care", {"type": "text", "inputmode": "numeric"}),
        ("village", {"class": "input"}),
    ],
)
def test_each_type_has_its_input(empty: Elements, key: str, attributes: dict[str, str | None]) -> None:
    drawn = empty.by_id(f"field-{key}")
    assert drawn["name"] == key
    assert attributes.items() <= drawn.items()
    assert "aria-invalid" not in drawn


def test_every_input_has_a_label_and_every_reference_an_end() -> None:
    problems = [Problem(f.key, T("错", en="Wrong")) for f in FORM.fields()]
    problems += [Problem(f"plots.1.{key}", T("错", en="Wrong")) for key in ("plot_no", "kind", "deep", "kind.other")]
    view = form_view(FORM, {"plots": [{}, {}]}, problems, departments=DEPARTMENTS, areas=AREAS)
    drawn = Elements(draw(view))
    ids = [a["id"] for _, a in drawn.tags if "id" in a]
    assert len(ids) == len(set(ids))
    labelled = {a["for"] for tag, a in drawn.tags if tag == "label"}
    inputs = [a for tag, a in drawn.tags if tag in {"input", "select", "textarea"}]
    assert {a["id"] for a in inputs if a.get("type") != "hidden"} == labelled
    for _, attributes in drawn.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
    links = [a["href"] for tag, a in drawn.tags if tag == "a"]
    assert {f"#{i}" for i in ids} >= {link for link in links if link != "#field-note"}


def test_few_choices_are_cards_and_many_a_list(empty: Elements) -> None:
    assert [a["value"] for a in empty.named("scale")] == ["up", "down", ""]
    assert [a["type"] for a in empty.named("scale")] == ["radio"] * 3
    assert [a["value"] for a in empty.named("sure")] == ["yes", "no"]
    assert empty.by_id("field-topic")["class"] == "input"
    assert [a["value"] for a in empty.named("departments")] == ["tax", "water"]
    assert [a["type"] for a in empty.named("times")] == ["checkbox", "checkbox"]


def test_departments_are_not_asked_when_there_are_none() -> None:
    assert Elements(draw(form_view(FORM))).named("departments") == []


def test_conditional_neighbours_share_one_labelled_block() -> None:
    html = draw(form_view(FORM))
    assert html.count("data-conditional") == 3  # two of them in a row, and in the one to copy
    assert "如“问题topic”选择“选项g”，请填写：" in html
    wrappers = {a["data-field"]: a for _, a in Elements(html).tags if "data-field" in a}
    assert set(wrappers) == {f.key for _, f in FORM.paths()} - {"departments", "village"}
    for key in ("kva", "sum"):
        assert condition_from_json(json.loads(wrappers[key]["data-show-if"] or "")) == UTILITIES
    assert wrappers["sum"]["data-type"] == "money"
    assert "data-show-if" not in wrappers["who"]


def test_what_was_typed_is_drawn_again() -> None:
    typed = {
        "who": "甲\"<b>", "kva": "1,25", "sum": "12.5", "sure": "no", "topic": "g", "scale": "down",
        "times": ["pm"], "departments": ["tax"], "text": "\n第一行\n<script>",
    }  # fmt: skip
    view = form_view(FORM, typed, departments=DEPARTMENTS)
    html = draw(view)
    drawn = Elements(html)
    assert view.rerendered
    assert drawn.by_id("field-who")["value"] == "甲\"<b>"
    assert drawn.by_id("field-kva")["value"] == "1,25"
    assert drawn.by_id("field-sum")["value"] == "12.5"
    checked = {(a["name"], a["value"]) for _, a in drawn.tags if "checked" in a}
    assert checked == {("sure", "no"), ("scale", "down"), ("times", "pm"), ("departments", "tax")}
    assert [a["value"] for tag, a in drawn.tags if tag == "option" and "selected" in a] == ["g"]
    assert "\n\n第一行\n&lt;script&gt;</textarea>" in html


@pytest.mark.parametrize(
    ("fen", "shown"), [(1250, "12.50"), (8000, "80"), (0, "0"), (123456789, "1234567.89")]
)
def test_stored_answers_are_drawn_as_people_type_them(fen: int, shown: str) -> None:
    drawn = Elements(draw(form_view(FORM, {"sum": fen, "sure": True, "kva": 630})))
    assert drawn.by_id("field-sum")["value"] == shown
    assert drawn.by_id("field-kva")["value"] == "630"
    assert "checked" in drawn.by_id("field-sure")


def test_odd_values_are_drawn_as_nothing() -> None:
    view = form_view(FORM, {f.key: {"a": [1]} for f in FORM.fields()}, departments=DEPARTMENTS)
    assert not [a for _, a in Elements(draw(view)).tags if "checked" in a or "selected" in a]


def test_errors_stand_above_and_beside() -> None:
    problems = [
        Problem("mobile", T("请填写“手机”。", en="Please fill in: Mobile")),
        Problem("times", T("请选择。", en="Please choose.")),
        Problem("consent", T("请先同意。", en="Please agree first.")),
        Problem("", T("请稍后再试。", en="Please try again later.")),
    ]
    html = draw(form_view(FORM, {}, problems))
    drawn = Elements(html)
    assert "有 4 处需要更正" in html
    links = [a["href"] for tag, a in drawn.tags if tag == "a"]
    assert links == ["#field-mobile", "#field-times", "#field-consent"]
    assert drawn.by_id("field-mobile")["aria-invalid"] == "true"
    assert drawn.by_id("field-mobile")["aria-describedby"] == "field-mobile-error"
    assert drawn.by_id("field-consent")["aria-invalid"] == "true"
    assert html.count("请稍后再试。") == 1
    assert html.count("请填写“手机”。") == 2
    assert html.count("field--error") == 3


def test_no_summary_without_problems(empty: Elements) -> None:
    assert not [a for _, a in empty.tags if a.get("class") == "error-summary"]


def test_uploaded_files_are_listed_and_can_be_removed() -> None:
    files = {"files": [UploadedFile("照片.jpg", 3_500_000, "t1"), UploadedFile("a.pdf", 800, "t2")]}
    html = draw(form_view(FORM, {}, files=files))
    drawn = Elements(html)
    assert [a["value"] for a in drawn.named("files.kept")] == ["t1", "t2"]
    assert [a["value"] for a in drawn.named("files.removed")] == ["t1", "t2"]
    assert "3.3 MB" in html
    assert "1 KB" in html
    posted = {"files.kept": ["t1", "t2"], "files.removed": ["t1"]}
    assert kept_files(FORM, lambda name: posted.get(name, [])) == {"files": ["t2"]}


def test_english_pages_hold_no_chinese_and_the_other_way_round() -> None:
    view = form_view(FORM, {}, [Problem("who", T("错。", en="Wrong."))], departments=DEPARTMENTS, areas=AREAS,
                     files={"files": [UploadedFile("a.pdf", 800, "t")]})  # fmt: skip
    english = draw(view, "en")
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r'data-show-if="[^"]*"', "", english))
    assert "If “Question topic” is “Option g”, please fill in:" in english
    chinese = re.sub(r"<[^>]*>|__row__|问题\w+|选项\w+|kVA|a\.pdf|KB|&lt;|&gt;", "", draw(view))
    assert not re.search(r"[A-Za-z]", chinese)


def test_areas_stand_under_their_kind_and_other_has_its_line(empty: Elements) -> None:
    headings = [a["label"] for tag, a in empty.tags if tag == "optgroup"]
    assert headings == ["农村社区", "城市社区"]
    assert [a["value"] for a in empty.named("trade")] == ["x", "other", ""]
    assert empty.by_id("field-trade-other")["name"] == "trade.other"
    assert not Elements(draw(form_view(FORM))).named("village")


def test_rows_are_drawn_as_they_were_typed_and_one_to_copy() -> None:
    typed = {"plots": [{"plot_no": "A-1"}, {"kind": ["q", "other"], "kind.other": "茶园", "deep": "深"}]}
    drawn = Elements(draw(form_view(FORM, typed)))
    assert [a["value"] for a in drawn.named("plots")] == ["0", "1", "__row__"]
    assert drawn.by_id("field-plots-0-plot_no")["value"] == "A-1"
    assert drawn.by_id("field-plots-1-kind-other")["value"] == "茶园"
    assert [a["value"] for a in drawn.named("plots.1.kind") if "checked" in a] == ["q", "other"]
    assert drawn.by_id("field-plots-__row__-plot_no")["value"] == ""
    (add,) = [a for tag, a in drawn.tags if a.get("name") == "add"]
    assert (add["value"], add["formaction"], "disabled" in add) == ("plots", "#field-plots-2", False)
    full = Elements(draw(form_view(FORM, {"plots": [{}, {}, {}]})))
    assert [a for tag, a in full.tags if a.get("name") == "add" and "disabled" in a]
    assert len(Elements(draw(form_view(FORM))).named("plots")) == 2  # an empty row, and the one to copy


def test_a_mistake_in_a_row_is_named_in_the_summary_and_stands_in_its_row() -> None:
    problems = [Problem("plots.1.plot_no", T("请填写“问题plot_no”。", en="Please fill in: Question plot_no")),
                Problem("plots.0.deep", T("太长。", en="Too long.")), Problem("plots", T("最多 3 项。", en="At most 3."))]
    html = draw(form_view(FORM, {"plots": [{}, {}]}, problems))
    drawn = Elements(html)
    links = [a["href"] for tag, a in drawn.tags if tag == "a"]
    assert links == ["#field-plots-1-plot_no", "#field-plots-0-deep", "#field-plots"]
    assert ">地块 2：请填写“问题plot_no”。<" in html
    assert ">地块 1，问题deep：太长。<" in html
    assert drawn.by_id("field-plots-1-plot_no")["aria-describedby"] == "field-plots-1-plot_no-hint field-plots-1-plot_no-error"
    assert "field--error" in str(drawn.by_id("field-plots")["class"])
    assert "aria-invalid" not in drawn.by_id("field-plots-0-plot_no")
