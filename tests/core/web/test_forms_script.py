"""forms.js in a real browser, on a page drawn from a declared form, under a strict content policy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, Route, expect

import duijie.web
from duijie.domain.errors import Problem
from duijie.domain.forms.validate import from_html, validate
from duijie.domain.forms.values import Choice, Field, FieldType, Form, Section, all_of, eq, filled, ge, has
from duijie.domain.text import T
from duijie.web.fields import form_view

pytestmark = pytest.mark.browser

WEB = Path(next(iter(duijie.web.__path__)))
VECTORS = json.loads(
    (Path(__file__).parents[1] / "domain" / "forms" / "condition_vectors.json").read_text(encoding="utf-8")
)
ORIGIN = "http://forms.test"
PAGE = """<!doctype html><html lang="zh-CN"><title>填报</title><script src="/forms.js" defer></script>
{% from "fields/form.html" import form_fields, error_summary, consent_box, draft_notice %}
{{ draft_notice() }}{{ error_summary(view) }}
<form method="post" action="/sent" novalidate data-draft-key="k"{{ " data-rerendered" if view.rerendered }}>
{{ form_fields(view) }}{{ consent_box(view) }}<button name="go" value="1">提交</button></form></html>"""
SENT = """<!doctype html><title>已收到</title><p data-clear-draft="k">已收到</p>
<script src="/forms.js"></script>"""


def asked(key: str, kind: FieldType, **more: Any) -> Field:
    return Field(key, kind, T.same(f"Q {key}"), **more)


FORM = Form(
    "f", T.same("F"), topic_field="topic", text_field="text", requester_field="who", consent=T.same("C"),
    sections=(Section(T.same("S"), (
        asked("who", FieldType.TEXT, required=True),
        asked("topic", FieldType.CHOICE, choices=tuple(Choice(k, T.same(k.upper())) for k in ("a", "b"))),
        asked("kva", FieldType.NUMBER, show_if=eq("topic", "a")),
        asked("large", FieldType.TEXT, show_if=ge("kva", 1000)),
        asked("sum", FieldType.MONEY),
        asked("rich", FieldType.TEXT, show_if=ge("sum", 100_00)),
        asked("sure", FieldType.YES_NO),
        asked("why", FieldType.TEXT, show_if=eq("sure", False)),
        asked("times", FieldType.CHOICES, choices=tuple(Choice(k, T.same(k.upper())) for k in ("am", "pm"))),
        asked("lunch", FieldType.TEXT, show_if=has("times", "pm")),
        asked("day", FieldType.DATE),
        asked("holiday", FieldType.TEXT, show_if=filled("day")),
        asked("text", FieldType.LONG_TEXT, maximum=10),
        asked("plots", FieldType.REPEAT, show_if=eq("topic", "a"), maximum=3, fields=(
            asked("mu", FieldType.NUMBER),
            asked("wide", FieldType.TEXT, show_if=all_of(ge("mu", 10), ge("kva", 5))),
            asked("crop", FieldType.CHOICES, choices=(Choice("rice", T.same("RICE")),), other=True),
            asked("sort", FieldType.TEXT, show_if=has("crop", "other")),
        )),
        asked("map", FieldType.TEXT, show_if=filled("plots")),
    )),),
)  # fmt: skip


def draw(**options: Any) -> str:
    jinja = Environment(loader=FileSystemLoader(WEB / "templates"), autoescape=True)
    jinja.globals.update(t=lambda zh, en: zh, tr=lambda text: text.zh if text else "")
    return jinja.from_string(PAGE).render(view=form_view(FORM, **options))


class Site:
    """What the browser is served, and how often something was sent."""

    def __init__(self) -> None:
        self.html = draw()
        self.sent: list[str] = []
        self.answer = True

    def serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        headers = {"Content-Security-Policy": "default-src 'self'"}
        if path == "/forms.js":
            script = (WEB / "static" / "forms.js").read_text(encoding="utf-8")
            route.fulfill(body=script, content_type="text/javascript", headers=headers)
        elif path == "/sent":
            self.sent.append(route.request.post_data or "")
            status = 200 if self.answer else 204
            body = SENT if self.answer else ""
            route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8", headers=headers)
        else:
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8", headers=headers)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    context.route("**/*", site.serve)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    tab.goto(ORIGIN)
    yield tab
    context.close()
    assert wrong == []


def shown(page: Page) -> set[str]:
    script = "all => all.filter(e => !e.closest('[hidden]')).map(e => e.dataset.field)"
    return set(page.locator("[data-field]").evaluate_all(script))


ROW = {"plots", "mu", "crop"}  # what a row asks at first, where topic is "a"
ALWAYS = {"who", "topic", "sum", "sure", "times", "day", "text"}


def test_the_browser_agrees_with_python_on_every_vector(page: Page) -> None:
    script = """all => all.map(v => duijieForms.holds(
        v.condition, v.row ? duijieForms.rowScope(v.answers, v.row, v.keys) : v.answers))"""
    assert page.evaluate(script, VECTORS) == [v["expected"] for v in VECTORS]


def test_questions_appear_and_go_with_their_answers(page: Page) -> None:
    assert shown(page) == ALWAYS
    assert page.locator("#field-kva").is_disabled()
    page.get_by_label("A", exact=True).check()
    assert shown(page) == ALWAYS | ROW | {"kva"}
    page.locator("#field-kva").fill("１，２００")
    assert shown(page) == ALWAYS | ROW | {"kva", "large"}
    page.get_by_label("B", exact=True).check()
    assert shown(page) == ALWAYS
    page.locator("#field-sum").fill("99.99")
    assert shown(page) == ALWAYS
    page.locator("#field-sum").fill("￥100")
    page.get_by_label("否", exact=True).check()
    page.get_by_label("PM", exact=True).check()
    page.locator("#field-day").fill("2026-11-27")
    assert shown(page) == ALWAYS | {"rich", "why", "lunch", "holiday"}


def test_browser_and_server_show_the_same(page: Page) -> None:
    page.get_by_label("A", exact=True).check()
    for kva, money in [("1,000", "100"), ("1,00", "1e5"), ("+1000.5", "100.001"), ("", " 1,000 元 "), ("x", "-100")]:
        page.locator("#field-kva").fill(kva)
        page.locator("#field-sum").fill(money)
        page.locator("#field-large").evaluate("e => e.value = 'x'")
        page.locator("#field-rich").evaluate("e => e.value = 'x'")
        sent = {"who": "x", "topic": "a", "kva": kva, "sum": money, "large": "x", "rich": "x"}
        kept = validate(FORM, sent).answers
        assert shown(page) & {"large", "rich"} == kept.keys() & {"large", "rich"}, (kva, money)


def test_a_draft_survives_a_closed_tab_and_goes_when_sent(page: Page, site: Site) -> None:
    page.locator("#field-who").fill("甲公司")
    page.get_by_label("A", exact=True).check()
    page.locator("#field-kva").fill("630")
    page.locator("#field-consent").check()
    page.goto("about:blank")
    page.goto(ORIGIN)
    expect(page.locator("#field-who")).to_have_value("甲公司")
    expect(page.locator("#field-kva")).to_have_value("630")
    expect(page.locator("#field-consent")).not_to_be_checked()
    expect(page.locator("[data-draft-notice]")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    page.goto(ORIGIN)
    expect(page.locator("#field-who")).to_have_value("")
    expect(page.locator("[data-draft-notice]")).to_be_hidden()


def test_a_draft_can_be_discarded(page: Page) -> None:
    page.locator("#field-who").fill("甲公司")
    page.reload()
    page.get_by_role("button", name="清空重填").click()
    expect(page.locator("#field-who")).to_have_value("")
    page.reload()
    expect(page.locator("#field-who")).to_have_value("")


def test_what_the_server_drew_again_wins_over_the_draft(page: Page, site: Site) -> None:
    page.locator("#field-who").fill("旧")
    site.html = draw(values={"who": "新"}, problems=[Problem("text", T.same("请填写。"))])
    page.reload()
    expect(page.locator("#field-who")).to_have_value("新")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="请填写。").click()
    expect(page.locator("#field-text")).to_be_focused()


def test_characters_left_are_counted_as_the_server_does(page: Page) -> None:
    expect(page.locator("#field-text-count")).to_have_text("还可以输入 10 字")
    page.locator("#field-text").fill("水管🙂 ")
    expect(page.locator("#field-text-count")).to_have_text("还可以输入 7 字")
    page.locator("#field-text").fill("一" * 12)
    expect(page.locator("#field-text-count")).to_have_text("超出 2 字，请删减")


def test_a_form_is_sent_once(page: Page, site: Site) -> None:
    site.answer = False  # the page stays, as on a slow line
    button = page.get_by_role("button", name="提交")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.dispatch_event("click")
    page.wait_for_timeout(200)
    assert len(site.sent) == 1
    assert "go=1" in site.sent[0]


def test_without_scripts_every_question_is_open_and_says_when(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.route("**/*", site.serve)
    page = context.new_page()
    page.goto(ORIGIN)
    expect(page.locator("#field-kva")).to_be_visible()
    expect(page.get_by_text("如“Q topic”选择“A”，请填写：").first).to_be_visible()
    expect(page.get_by_text("如“Q mu”不小于 10，且“Q kva”不小于 5，请填写：")).to_be_visible()
    expect(page.get_by_label("提交时删掉这一项")).to_be_visible()
    context.close()


def sent_by(page: Page) -> dict[str, list[str]]:
    """What the browser would send of the rows: hidden questions are not part of it."""
    script = """form => [...new FormData(form).entries()].filter(([name]) => /^(plots|map)/.test(name))"""
    found: dict[str, list[str]] = {}
    for name, value in page.locator("form").evaluate(script):
        found.setdefault(name, []).append(value)
    return found


def test_conditions_in_rows_see_their_own_row_and_what_is_around_it(page: Page) -> None:
    page.get_by_label("A", exact=True).check()
    page.locator("#field-kva").fill("5")
    page.locator("#field-plots-0-mu").fill("９")
    page.locator("[data-add-row]").click()
    page.locator("#field-plots-1-mu").fill("10")
    assert page.locator("#field-plots-0-wide").is_hidden()
    assert page.locator("#field-plots-1-wide").is_visible()
    assert "map" in shown(page)
    page.locator("#field-plots-1-wide").fill("林场")
    page.locator("#field-kva").fill("4")
    assert page.locator("#field-plots-1-wide").is_hidden()
    page.locator("#field-kva").fill("6")
    page.locator("#field-plots-0-crop-1").check()
    page.locator("#field-plots-0-crop-other").fill("茶")
    page.locator("#field-plots-0-sort").fill("红茶")
    page.get_by_label("B", exact=True).check()
    assert sent_by(page) == {}
    page.get_by_label("A", exact=True).check()
    posted = sent_by(page)
    assert posted == {
        "plots": ["0", "1"], "plots.0.mu": ["９"], "plots.0.crop": ["other"], "plots.0.crop.other": ["茶"],
        "plots.0.sort": ["红茶"], "plots.1.mu": ["10"], "plots.1.wide": ["林场"], "map": [""],
    }  # fmt: skip
    raw = from_html(FORM, lambda name: posted.get(name, []))
    kept = validate(FORM, {"who": "x", "topic": "a", "kva": "6", **raw})
    assert kept.problems == ()
    assert kept.answers["plots"] == [
        {"mu": 9, "crop": ["other"], "crop.other": "茶", "sort": "红茶"}, {"mu": 10, "wide": "林场"},
    ]  # fmt: skip


def test_rows_end_at_their_maximum_and_are_back_after_a_reload(page: Page) -> None:
    page.get_by_label("A", exact=True).check()
    add = page.locator("[data-add-row]")
    for _ in range(2):
        add.click()
    expect(add).to_be_disabled()
    expect(page.locator("[data-row-said]")).to_have_text("已添加第 3 项")
    for row, mu in enumerate(("1", "2", "3")):
        page.locator(f"#field-plots-{row}-mu").fill(mu)
    page.locator("[data-remove-row]").nth(1).click()
    expect(page.locator("[data-row-said]")).to_have_text("已删除，现有 2 项")
    expect(add).to_be_enabled()
    page.reload()
    expect(page.locator("[data-row]")).to_have_count(2)
    assert [e.input_value() for e in page.locator("[name$='.mu']").all()] == ["1", "3"]
    page.get_by_role("button", name="清空重填").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_label("A", exact=True).check()
    expect(page.locator("[name$='.mu']")).to_have_value("")
