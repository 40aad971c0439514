"""What holds for every advisory group that ships: forms, both languages, samples, rules, imports."""

import ast
import dataclasses
import re
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from duijie.api import Act, Anchor, Card, FieldType, Rule, SampleCase, T, Who
from duijie.domain.forms.check_digits import credit_code_problem
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.validate import validate
from duijie.hooks.manager import PluginManager

PLUGINS = ("enterprise_advisors", "community_advisors", "rural_advisors")
PLACES = {"number", "title", "due", "department", "requester", "days", "meeting"}
STAGES = {"received", "assigned", "committed", "answered", "rated", "not_heard", "objected", "declined"}

pytestmark = pytest.mark.parametrize("name", PLUGINS)


def module(name: str, part: str) -> ModuleType:
    return import_module(f"{name}.{part}")


def asked(name: str, hook: str) -> list[Any]:
    """What the plugin answers through the real manager for its own group."""
    manager = PluginManager()
    assert manager.register(module(name, "plugin"), name)
    key = module(name, "roster").GROUP.key
    answers = [item for _, items in manager.ask(hook, group=key) for item in items]
    assert not manager.faults
    return answers


def texts(value: object, where: str = "") -> Iterator[tuple[str, T]]:
    """Every bilingual text inside ``value``, with the way to it."""
    if isinstance(value, T):
        yield where, value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name), f"{where}.{field.name}")
    elif isinstance(value, (tuple, list)):
        for number, item in enumerate(value):
            yield from texts(item, f"{where}[{number}]")


def samples(name: str) -> tuple[SampleCase, ...]:
    return tuple(asked(name, "duijie_sample_cases"))


def test_declares_one_group_and_answers_only_for_it(name: str) -> None:
    manager = PluginManager()
    manager.register(module(name, "plugin"), name)
    ((_, (group,)),) = manager.ask("duijie_groups")
    assert group.key == name.removesuffix("_advisors")
    assert re.fullmatch("[A-Z]{2}", group.case_prefix)
    for hook in ("duijie_intake_forms", "duijie_departments", "duijie_follow_up_rules",
                 "duijie_sample_cases"):
        assert manager.ask(hook, group="somebody_else") == [(name, [])]
        assert asked(name, hook)


def test_form_is_sound(name: str) -> None:
    (form,) = asked(name, "duijie_intake_forms")
    assert form_problems(form) == []
    topic = form.find(form.topic_field)
    assert [c.key for c in topic.choices] == [t.key for t in module(name, "roster").GROUP.topics]
    assert all(re.fullmatch("[a-z][a-z0-9_]*", c.key) for f in form.fields() for c in f.choices)
    assert form.consent is not None
    assert form.contact_field
    assert form.find(form.email_field).required is False


def test_personal_data_is_private(name: str) -> None:
    (form,) = asked(name, "duijie_intake_forms")
    personal = {FieldType.MOBILE, FieldType.EMAIL}
    assert all(f.private for f in form.fields() if f.type in personal)
    assert form.find(form.contact_field).private


def test_every_text_speaks_both_languages(name: str) -> None:
    found = [
        pair for part in ("roster", "intake", "followup", "samples")
        for attribute, value in vars(module(name, part)).items() if attribute.isupper()
        for pair in texts(value, f"{part}.{attribute}")
    ]
    assert len(found) > 100
    assert [where for where, text in found if not text.zh.strip() or not text.en.strip()] == []
    chinese = re.compile("[一-鿿]")
    assert [where for where, text in found if chinese.search(text.en)] == []
    allowed = {"kVA", "12345"}
    assert [where for where, text in found if not chinese.search(text.zh) and text.zh not in allowed] == []


def test_roster_gives_routing_enough_to_read(name: str) -> None:
    departments = asked(name, "duijie_departments")
    group = module(name, "roster").GROUP
    assert all(count == 1 for count in Counter(d.key for d in departments).values())
    for department in departments:
        assert 120 <= len(department.responsibility) <= 200, department.key
        assert set(department.topics) <= {t.key for t in group.topics}
    served = {topic for d in departments if not d.observer for topic in d.topics}
    assert served >= {t.key for t in group.topics}
    assert all(t.words for t in group.topics if t.key != "other")


def test_sample_answers_pass_the_form(name: str) -> None:
    (form,) = asked(name, "duijie_intake_forms")
    keys = [d.key for d in asked(name, "duijie_departments")]
    for sample in samples(name):
        result = validate(form, sample.answers, departments=keys)
        assert result.problems == (), sample.key
        assert result.answers == dict(sample.answers), sample.key  # nothing dropped, nothing misspelt


def test_samples_fit_the_roster_and_their_stage(name: str) -> None:
    keys = {d.key for d in asked(name, "duijie_departments")}
    for sample in samples(name):
        assert {sample.lead, *sample.co} <= keys, sample.key
        assert sample.lead not in sample.co, sample.key
        assert sample.stage in STAGES, sample.key
        needs_note = sample.stage not in ("received", "assigned", "not_heard")
        assert sample.note is not None or not needs_note, sample.key
        assert (sample.working_days > 0) == (sample.stage == "committed"), sample.key
        assert (1 <= sample.stars <= 5) == (sample.stage == "rated"), sample.key


def test_samples_are_many_and_varied(name: str) -> None:
    found = samples(name)
    assert len(found) >= 55
    assert all(count == 1 for count in Counter(s.key for s in found).values())
    assert len({s.answers["text"] for s in found}) == len(found)
    assert {s.answers["topic"] for s in found} == {t.key for t in module(name, "roster").GROUP.topics}
    assert {s.stage for s in found} == STAGES
    assert samples(name) == found


def test_rules_do_what_every_group_must(name: str) -> None:
    rules: list[Rule] = asked(name, "duijie_follow_up_rules")
    assert all(count == 1 for count in Counter(r.key for r in rules).values())

    def steps(anchor: Anchor, act: Act) -> list[Any]:
        return [s for r in rules if r.on is anchor for s in r.steps if s.do is act]

    for anchor, first in ((Anchor.LEAD_DUE, Who.LEAD), (Anchor.COMMITMENT_DUE, Who.PROMISER)):
        (rule,) = [r for r in rules if r.on is anchor]
        before = [s for s in rule.steps if s.after.amount < 0]
        assert any(first in s.to and s.text for s in before)
        escalations = [s for s in rule.steps if s.do is Act.ESCALATE]
        assert all(s.after.amount > 0 for s in escalations)
        assert first in escalations[0].to
        told = [who for s in escalations for who in s.to]
        assert told.index(Who.HEAD) < told.index(Who.COORDINATOR)
        cards = {s.card: s.after.amount for s in rule.steps if s.do is Act.FLAG}
        assert cards == {Card.BLUE: -1, Card.YELLOW: 0}
    (asking,) = steps(Anchor.ANSWERED, Act.ASK_RATING)
    (closing,) = steps(Anchor.ANSWERED, Act.CLOSE)
    assert asking.to == (Who.REQUESTER,)
    assert closing.after.amount == module(name, "roster").GROUP.terms.rating_window > asking.after.amount
    assert len(steps(Anchor.RATED_BADLY, Act.REOPEN)) == 1
    assert len(steps(Anchor.NOT_HEARD, Act.CARRY_OVER)) == 1


def test_rule_steps_stand_in_order_and_name_known_places(name: str) -> None:
    group = module(name, "roster").GROUP
    for rule in asked(name, "duijie_follow_up_rules"):
        assert set(rule.topics) <= {t.key for t in group.topics}
        days = [(s.after.amount, s.after.at_hour) for s in rule.steps if s.after.unit.value != "hours"]
        assert days == sorted(days), rule.key
        for _, text in texts(rule.steps):
            for language in ("zh", "en"):
                assert set(re.findall(r"{(\w+)}", text.to(language))) <= PLACES, rule.key
            assert set(re.findall(r"{\w+}", text.zh)) == set(re.findall(r"{\w+}", text.en)), text.zh
            filled = text.fill(**dict.fromkeys(PLACES, "x"))
            assert "{" not in filled.zh + filled.en
            assert "WHAT" not in filled.zh + filled.en


def test_credit_codes_are_well_formed(name: str) -> None:
    codes = [s.answers["credit_code"] for s in samples(name) if "credit_code" in s.answers]
    assert [code for code in codes if credit_code_problem(code)] == []
    assert (len(codes) >= 55) == (name == "enterprise_advisors")


def test_imports_the_api_only(name: str) -> None:
    folder = Path(str(module(name, "plugin").__file__)).parent
    assert (folder / "py.typed").exists()
    assert (folder / "README.md").read_text(encoding="utf-8").startswith("# ")
    of_letters = {"docxtpl", "jinja2"}  # what a Word file is made with
    allowed = {*sys.stdlib_module_names, *of_letters, name, "duijie"}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [node.module or ""] if isinstance(node, ast.ImportFrom)
                else [a.name for a in node.names] if isinstance(node, ast.Import) else []
            )
            for imported in names:
                where = f"{path}:{node.lineno} imports {imported}"  # type: ignore[attr-defined]
                assert imported.split(".")[0] in allowed, where
                assert not imported.startswith("duijie") or imported == "duijie.api", where
