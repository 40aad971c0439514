"""Rows 17 to 22 of the battery: a bad plugin costs its own users only. Each one misbehaves for real, in its own process."""

import os
import time

import kept
import pytest
from bad_plugins import GROUP, HEAD, Yard, group_of
from town import small_settings

from duijie.api import CaseFacts, Suggestion
from duijie.bootstrap import make_app
from duijie.hooks.hosted import host_of
from duijie.services.work import Office
from duijie.settings import Settings

CASE = CaseFacts(None, "lamps", "area", "lamps", "路灯", "路灯不亮")
PATIENCE = 8.0
"""Seconds in which an answer must come although a plugin hangs: its budget is one second, and this machine may be busy."""

SUGGESTS = HEAD + """
@hookimpl
def duijie_suggest_departments(case):
    {body}
    return [Suggestion("power", 0.5, (T("因为", en="because"),))]
"""
FOREVER = 'import re; re.match(r"(a+)+$", "a" * 64 + "!")'  # holds Python's lock: no thread of that process goes on
WAYS_TO_FAIL = {
    "raise": 'raise RuntimeError("broken on purpose")',
    "exit": "import sys; sys.exit(3)",
    "end the process": "import os; os._exit(3)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "sleep": "import time; time.sleep(600)",
    "loop": "while True: pass",
    "regular expression": FOREVER,
    "ten megabytes": 'return [Suggestion("power", 0.5, (T("a" * 10_000_000, en="b"),))]',
    "ten million items": "return [case] * 10_000_000",
    "somebody else's class": "import decimal, fractions; return [fractions.Fraction(1, 3)]",
    "a function": "return lambda: 1",
    "a number": "return 5",
    "eat all memory": 'return "x" * (64 << 30)',
    "print on the line": 'import os; [os.write(fd, b"garbage" * 10) for fd in range(3, 1024) if fd_open(fd)]',
}  # fmt: skip
FD_OPEN = """
import os
def fd_open(fd):
    try:
        os.fstat(fd)
        return True
    except OSError:
        return False
"""


def said(office: Office, plugin: str) -> str:
    return "\n".join(f"{f.hook}: {f.error}" for f in office.plugins.faults if f.plugin == plugin)


@pytest.mark.parametrize("way", WAYS_TO_FAIL)
def test_whatever_a_plugin_does_the_others_answers_stay(yard: Yard, way: str) -> None:
    yard.write("bad", SUGGESTS.format(body=WAYS_TO_FAIL[way]) + FD_OPEN)
    yard.write("good", SUGGESTS.format(body="pass"))
    with yard.office("bad", "good") as office:
        began = time.monotonic()
        found = office.plugins.ask_for("duijie_suggest_departments", Suggestion, case=CASE, candidates=[])
        assert time.monotonic() - began < PATIENCE
        assert [(name, s.department) for name, s in found] == [("good", "power")]
        assert "duijie_suggest_departments" in said(office, "bad")
        # and the next question finds it started anew, and it fails anew
        again = office.plugins.ask_for("duijie_suggest_departments", Suggestion, case=CASE, candidates=[])
        assert len(again) == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('raise ImportError("nothing there")', "ImportError"), ("def (", "SyntaxError"), ("import sys; sys.exit()", "SystemExit"),
        ("import os; os._exit(1)", "process ended with code 1"), ("import time; time.sleep(600)", "did not load"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_loaded_is_left_out(yard: Yard, source: str, expected: str) -> None:
    yard.install("bad", source)
    yard.install("good", group_of("lamps"))
    with yard.installed() as office:
        assert "lamps" in [parts.group.key for parts in office.groups]
        assert "bad" not in office.plugins.names()
        assert expected in said(office, "bad")
        assert os.getpid()  # this process is still here


def test_a_plugin_in_this_process_is_guarded_too(yard: Yard) -> None:
    yard.install("bad", "import sys; sys.exit()")
    yard.install("good", SUGGESTS.format(body="raise SystemExit"))
    with yard.installed(plugin_processes=False) as office:
        assert office.plugins.ask("duijie_suggest_departments", only="good", case=CASE, candidates=[]) == []
        assert "SystemExit" in said(office, "bad")
        assert "SystemExit" in said(office, "good")
        assert host_of(office.plugins.plugin("good")) is None


def test_one_of_three_forms_fails_and_the_other_two_are_served(yard: Yard) -> None:
    for name, forms in (("lamps", "[form()]"), ("roads", "1 / 0"), ("parks", "[form()]")):
        yard.write(name, group_of(name, forms))
    with yard.office("lamps", "roads", "parks") as office:
        assert [parts.group.key for parts in office.groups] == ["lamps", "parks"]
        assert "ZeroDivisionError" in said(office, "roads")
        assert "no intake form" in said(office, "roads")


WRONG_FORMS = {
    "None": ("None", "no intake form"),
    "a wrong type": ("['a form']", "answered str, expected Form"),
    "ten megabytes": ("[form(label=T('内' * 10_000_000, en='x'))]", "more than 1024 KB"),
    "an HTML label": ("[form(label=T('<script>alert(1)</script>', en='x'))]", "'text'"),
    "a field twice": ("[form(Field('text', FieldType.TEXT, T('二', en='two')))]", "'text'"),
    "no label": ("[form(label=T('', en='x'))]", "'text'"),
    "a topic that is not there": ("[__import__('dataclasses').replace(form(), topic_field='nothing')]", "'nothing'"),
}


@pytest.mark.parametrize("way", WRONG_FORMS)
def test_a_wrong_form_is_refused_with_plugin_and_place(yard: Yard, way: str) -> None:
    forms, expected = WRONG_FORMS[way]
    yard.write("bad", group_of("bad", forms))
    yard.write("good", group_of("lamps"))
    with yard.office("bad", "good") as office:
        assert [parts.group.key for parts in office.groups] == ["lamps"]
        assert expected in said(office, "bad")
        kept.migrate(office.database)
        client = make_app(_settings(yard), office).test_client()
        assert client.get("/").status_code == 200
        assert client.get("/file/bad").status_code == 404


WRONG_RULES = {
    "a delay in words": ("Step(WorkingDays('1'), Act.REMIND, (Who.LEAD,))", "steps[0].after.amount is '1', expected int"),
    "half a day": ("Step(WorkingDays(1.5), Act.REMIND, (Who.LEAD,))", "steps[0].after.amount is 1.5, expected int"),
    "nobody we know": ("Step(Hours(0), Act.REMIND, ('boss',))", "steps[0].to[0] is 'boss', expected Who: lead, co,"),
    "a list of people": ("Step(Hours(0), Act.REMIND, [Who.LEAD])", "steps[0].to is a list, expected a tuple"),
    "a colour of its own": ("Step(Hours(0), Act.FLAG, (Who.LEAD,), card='purple')", "steps[0].card is 'purple', expected Card"),
    "a pause in words": ("Step(Hours(0), Act.REMIND, (Who.LEAD,), every='day')", "steps[0].every is 'day', expected Delay"),
    "a text in one language": ("Step(Hours(0), Act.REMIND, (Who.LEAD,), '快')", "steps[0].text is '快', expected T"),
    "no step": ("None", "steps[0] is None, expected Step"),
    "beyond the calendar": ("Step(Hours(10**12), Act.REMIND, (Who.LEAD,))", "its delay is beyond 72000 hours"),
    "repeats beyond it": ("Step(Hours(0), Act.REMIND, (Who.LEAD,), every=Hours(10**5), times=9)", "last repeat is beyond"),
}


@pytest.mark.parametrize("way", WRONG_RULES)
def test_a_wrong_rule_is_left_out_with_its_place_and_the_others_run(yard: Yard, way: str) -> None:
    step, expected = WRONG_RULES[way]
    yard.write("bad", group_of("bad") + f"""
@hookimpl
def duijie_follow_up_rules(group):
    return [Rule("wrong", T("规则", en="Rule"), Anchor.OPEN, ({step},))] if group == "bad" else []
""")
    yard.write("good", group_of("lamps") + EXTRA)
    with yard.office("bad", "good") as office:
        lamps = office.groups.get("lamps")
        assert lamps is not None
        assert lamps.rule("same") is not None
        assert not any(rule.key == "wrong" for parts in office.groups for rule in parts.rules)
        assert expected in said(office, "bad")
        assert said(office, "good") == ""


EXTRA = """
@hookimpl
def duijie_notifiers():
    return [Notifier("bell", T("铃", en="Bell"), "phone", print)]

@hookimpl
def duijie_follow_up_rules(group):
    step = Step(WorkingDays(1), Act.REMIND, (Who.LEAD,), T("快", en="Hurry"))
    return [Rule("same", T("规则", en="Rule"), Anchor.OPEN, (step,))]
"""


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_of_two_with_one_key_the_first_in_order_has_it_and_both_are_named(yard: Yard, order: tuple[str, str]) -> None:
    yard.write("one", group_of("lamps") + EXTRA)
    yard.write("two", group_of("lamps").replace("'lamps'", "'lamps' or True") + EXTRA)
    with yard.office(*order) as office:
        (parts,) = office.groups
        assert parts.plugin == "one"  # by name, whoever was loaded first
        assert office.catalogue.notifiers["bell"].plugin == "one"
        faults = said(office, "two")
        assert "group 'lamps' belongs to one" in faults
        assert "form 'lamps' of group 'lamps' belongs to one" in faults
        assert "department 'power' of group 'lamps' belongs to one" in faults
        assert "rule 'same' of group 'lamps' belongs to one" in faults
        assert "notifier 'bell' belongs to one" in faults
        assert said(office, "one") == ""


def test_what_somebody_adds_wrongly_to_a_group_does_not_cost_the_group(yard: Yard) -> None:
    yard.write("mine", group_of("lamps"))
    yard.write("other", HEAD + GROUP.replace("{group}", "other").replace("{prefix}", "O") + """
@hookimpl
def duijie_intake_forms(group):
    return [form(Field("text", FieldType.TEXT, T("二", en="two")))]
""")
    with yard.office("mine", "other") as office:
        assert [(p.group.key, [f.key for f in p.forms]) for p in office.groups] == [("lamps", ["lamps"])]
        assert "left out of group 'lamps'" in said(office, "other")
        assert said(office, "mine") == ""


MISSPELT = {
    "a hook": ("@hookimpl\ndef duijie_grups():\n    return []", "did you mean duijie_groups?"),
    "an argument": ("@hookimpl\ndef duijie_departments(grp):\n    return []", "unknown argument 'grp'"),
    "an argument with a default": ("@hookimpl\ndef duijie_departments(group=None):\n    return []", "must not have a default"),
    "a keyword-only one": ("@hookimpl\ndef duijie_departments(*, group):\n    return []", "must not be keyword-only"),
    "no marker": ("def duijie_departments(group):\n    return []", "marker of duijie.api is missing"),
    "a foreign marker": (
        "import pluggy\n@pluggy.HookimplMarker('pytest')\ndef duijie_departments(group):\n    return []", "marker of 'pytest'"),
    "a marked function of another name": ("@hookimpl\ndef departments(group):\n    return []", "no such hook"),
    "another API": ("@hookimpl\ndef duijie_plugin():\n    return Plugin(2, T('新', en='new'))", "written for version 2"),
}  # fmt: skip


@pytest.mark.parametrize("way", MISSPELT)
@pytest.mark.parametrize("apart", [True, False], ids=["apart", "here"])
def test_what_is_misspelt_is_refused_with_its_place(yard: Yard, way: str, apart: bool) -> None:
    source, expected = MISSPELT[way]
    yard.install("bad", f"{HEAD}\n{source}\n")
    with yard.installed(plugin_processes=apart) as office:
        assert "bad" not in office.plugins.names()
        assert expected in said(office, "bad")


def test_a_plugin_that_says_nothing_of_itself_is_refused(yard: Yard) -> None:
    yard.install("bad", "x = 1")
    with yard.installed() as office:
        assert "bad" not in office.plugins.names()
        assert "def duijie_plugin" in said(office, "bad")


@pytest.mark.parametrize(
    ("name", "package", "value", "expected"),
    [
        ("enterprise_advisors", "thief", "", "duijie (enterprise_advisors.plugin), which has it"),
        ("duijie-inbox", "thief", "thief_plugin", "does not begin with duijie"),
        ("Bad-Name", "x", "thief_plugin", "small letters"),
        ("fine", "fine", "fine_plugin:thing", "must name a module"),
    ],
)  # fmt: skip
def test_names_that_are_taken_or_wrong_are_refused(yard: Yard, name: str, package: str, value: str, expected: str) -> None:
    yard.install(name, HEAD, package, value)
    with yard.installed() as office:
        assert expected in said(office, name)
        assert "企业发展顾问团" in [parts.group.name.zh for parts in office.groups]


def test_a_stranger_whose_name_comes_first_takes_no_key_of_ours(yard: Yard) -> None:
    yard.install("aaa", group_of("enterprise"))
    with yard.installed() as office:
        parts = office.groups.get("enterprise")
        assert parts is not None
        assert parts.plugin == "enterprise_advisors"
        assert "group 'enterprise' belongs to enterprise_advisors" in said(office, "aaa")


def test_of_two_packages_with_one_name_the_first_by_name_is_loaded(yard: Yard) -> None:
    yard.install("same", HEAD, "b-package")
    yard.write("other", HEAD)
    yard.install("same", HEAD, "a-package", "other_plugin")
    with yard.installed() as office:
        assert "b-package (same_plugin), which is left out" in said(office, "same")
        assert "a-package (other_plugin), which has it" in said(office, "same")
        assert "same" in office.plugins.names()


@pytest.mark.parametrize("which", ["bundled", "none"])
def test_safe_mode_loads_no_stranger(yard: Yard, which: str) -> None:
    yard.install("bad", HEAD)
    with yard.installed(plugins=which) as office:
        assert "bad" not in office.plugins.names()
        assert bool(office.plugins.names()) is (which == "bundled")
        assert len(office.groups) == (3 if which == "bundled" else 0)
        kept.migrate(office.database)
        app = make_app(_settings(yard), office)
        assert app.test_client().get("/").status_code == 200


PAGES = """
from flask import Blueprint, render_template_string
pages = Blueprint("bad", __name__)

@pages.get("/fine")
@anyone
def fine():
    return "fine"

@pages.get("/wrong")
@anyone
def wrong():
    {body}

@hookimpl
def duijie_views():
    return [Views(pages)]
"""


@pytest.mark.parametrize("body", [
    "1 / 0", "return None",
    pytest.param(FOREVER, marks=pytest.mark.slow), pytest.param("import os; os._exit(2)", marks=pytest.mark.slow),
])  # fmt: skip
def test_a_page_that_fails_is_told_and_the_next_one_works(yard: Yard, body: str) -> None:
    yard.write("bad", HEAD + PAGES.format(body=body))
    with yard.office("bad") as office:
        kept.migrate(office.database)
        client = make_app(_settings(yard), office).test_client()
        assert client.get("/x/bad/fine").text == "fine"
        wrong = client.get("/x/bad/wrong?lang=zh")
        assert wrong.status_code == 503
        assert "暂时无法使用" in wrong.text
        assert "Traceback" not in wrong.text
        assert client.get("/x/bad/fine").text == "fine", said(office, "bad")
        assert client.get("/").status_code == 200


REACHES = {
    "every request": ("@pages.before_app_request\ndef hijack():\n    return 'mine'", "before every request"),
    "every answer": ("@pages.after_app_request\ndef hijack(answer):\n    return answer", "after every request"),
    "every template": ("@pages.app_context_processor\ndef values():\n    return {}", "values to every template"),
    "a template filter": ("@pages.app_template_filter('day')\ndef day(x):\n    return x", "filter"),
    "every error": ("@pages.app_errorhandler(404)\ndef lost(error):\n    return 'mine'", "everybody's errors"),
    "an outside address": ("pages.record(lambda s: s.app.add_url_rule('/admin/x', 'admin_x', lambda: 'x'))", "outside /x/bad/"),
    "a route without a mark": ("@pages.get('/open')\ndef open_to_all():\n    return 'x'", "bad.open_to_all is marked with none"),
    "a permission nobody declared": ("@pages.get('/p')\n@permission('nobody')\ndef p():\n    return 'x'", "does not declare"),
    "an address twice": ("@pages.get('/fine')\n@anyone\ndef fine2():\n    return 'x'", "belongs to bad.fine and to bad.fine2"),
    "another name": ("pages.name = 'admin'", "must be named 'bad'"),
}


@pytest.mark.parametrize("way", REACHES)
def test_pages_that_reach_beyond_their_own_are_left_out(yard: Yard, way: str) -> None:
    source, expected = REACHES[way]
    pages = PAGES.format(body="return 'x'")
    yard.write("bad", HEAD + pages.replace("@hookimpl\ndef duijie_views", f"{source}\n\n@hookimpl\ndef duijie_views"))
    with yard.office("bad") as office:
        assert expected in said(office, "bad")
        kept.migrate(office.database)
        app = make_app(_settings(yard), office)
        assert app.test_client().get("/x/bad/fine").status_code == 404
        assert app.test_client().get("/admin/x").status_code in (302, 404)
        assert "bad" in office.plugins.names()  # what else it brings stays


def _settings(yard: Yard) -> Settings:
    return small_settings(yard.folder, yard.url)
