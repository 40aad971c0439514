"""A plugin that misbehaves is named and left out; the others go on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from small_group import SmallGroup

from duijie.api import AdvisoryGroup, CaseFacts, Field, FieldType, Form, Suggestion, T, hookimpl
from duijie.hooks.groups import gather
from duijie.hooks.manager import PluginManager

CASE = CaseFacts(None, "small", "area", "lamps", "Lamp", "The lamp is dark")


def plugin(**hooks: Callable[..., Any]) -> ModuleType:
    module = ModuleType("a_plugin")
    for name, function in hooks.items():
        setattr(module, name, function)
    return module


@hookimpl
def raises(case: CaseFacts) -> list[Suggestion]:
    raise RuntimeError("broken on purpose")


@hookimpl
def leaves(case: CaseFacts) -> list[Suggestion]:
    raise SystemExit(3)


@hookimpl
def generates(case: CaseFacts) -> Iterator[Suggestion]:
    yield Suggestion("a", 0.5, ())
    raise RuntimeError("half-way")


@hookimpl
def answers(case: CaseFacts) -> list[Suggestion]:
    return [Suggestion("a", 0.5, ())]


@pytest.mark.parametrize("bad", [raises, leaves, generates])
def test_one_that_fails_does_not_take_the_others_answers(bad: Callable[..., Any]) -> None:
    manager = PluginManager()
    assert manager.register(plugin(duijie_suggest_departments=answers), "good-1")
    assert manager.register(plugin(duijie_suggest_departments=bad), "bad")
    assert manager.register(plugin(duijie_suggest_departments=answers), "good-2")
    found = manager.ask_for("duijie_suggest_departments", Suggestion, case=CASE, candidates=[])
    assert [name for name, _ in found] == ["good-1", "good-2"]
    assert [(f.plugin, f.hook) for f in manager.faults] == [("bad", "duijie_suggest_departments")]


def test_answers_of_the_wrong_type_are_named_and_dropped() -> None:
    @hookimpl
    def odd(case: CaseFacts) -> list[Any]:
        return ["not a suggestion", Suggestion("a", 0.5, ())]

    manager = PluginManager()
    manager.register(plugin(duijie_suggest_departments=odd), "odd")
    found = manager.ask_for("duijie_suggest_departments", Suggestion, case=CASE, candidates=[])
    assert [s.department for _, s in found] == ["a"]
    assert "expected Suggestion" in manager.faults[0].error


def _nothing() -> list[Form]:
    return []


def _unmarked() -> list[Form]:
    return []


def _keyword_only(*, group: str) -> list[Form]:
    return []


def _misspelt(grop: str) -> list[Form]:
    return []


@pytest.mark.parametrize(
    ("hooks", "said"),
    [
        ({"duijie_grups": hookimpl(_nothing)}, "no such hook"),
        ({"duijie_groups": _unmarked}, "marker of duijie.api is missing"),
        ({"duijie_intake_forms": hookimpl(_keyword_only)}, "keyword-only"),
        ({"duijie_intake_forms": hookimpl(_misspelt)}, "unknown argument 'grop'"),
    ],
)
def test_what_pluggy_lets_through_is_refused(hooks: dict[str, Any], said: str) -> None:
    manager = PluginManager()
    assert not manager.register(plugin(**hooks), "wrong")
    assert "wrong" not in manager.names()
    assert said in manager.faults[0].error


def test_a_group_belongs_to_the_first_who_brings_it() -> None:
    manager = PluginManager()
    manager.register(SmallGroup(), "a-first")
    manager.register(SmallGroup(), "b-second")
    groups = gather(manager)
    assert [p.plugin for p in groups] == ["a-first"]
    assert any("belongs to a-first" in f.error and f.plugin == "b-second" for f in manager.faults)


def test_a_group_without_a_form_is_left_out_and_the_rest_runs() -> None:
    bare = SmallGroup().duijie_groups()[0]

    @hookimpl
    def groups() -> list[AdvisoryGroup]:
        return [AdvisoryGroup("bare", bare.name, bare.name, bare.name, "B", (), bare.meeting)]

    manager = PluginManager()
    manager.register(plugin(duijie_groups=groups), "bare")
    manager.register(SmallGroup(), "small")
    assert [p.group.key for p in gather(manager)] == ["small"]
    assert any("no intake form" in f.error for f in manager.faults)


def test_core_without_any_plugin_has_no_groups() -> None:
    assert len(gather(PluginManager())) == 0


def test_five_failures_in_a_minute_pause_a_plugin() -> None:
    manager = PluginManager()
    manager.register(plugin(duijie_suggest_departments=raises), "bad")
    manager.register(plugin(duijie_suggest_departments=answers), "good")
    for _ in range(500):
        assert len(manager.ask("duijie_suggest_departments", case=CASE, candidates=[])) == 1
    assert len(manager.faults) == 5  # and then it was not asked any more
    assert manager.quarantine.rests("bad")
    assert not manager.quarantine.rests("good")
    assert manager.spent["bad", "duijie_suggest_departments"].failures == 5


def test_a_form_of_a_custom_type_needs_the_plugin_that_brings_it() -> None:
    class Careful(SmallGroup):
        @hookimpl
        def duijie_intake_forms(self, group: str) -> list[Form]:
            (form,) = super().duijie_intake_forms(group)
            level = Field("level", FieldType.CUSTOM, T("等级", en="Level"), custom="eldercare.care_level")
            (section,) = form.sections
            return [replace(form, sections=(replace(section, fields=(*section.fields, level)),))]

    manager = PluginManager()
    manager.register(Careful(), "small")
    assert len(gather(manager)) == 0
    assert "'eldercare.care_level', which no plugin brings" in manager.faults[0].error
    assert len(gather(manager, {"eldercare.care_level"})) == 1


def test_groups_may_go_on_with_other_forms() -> None:
    manager = PluginManager()
    manager.register(SmallGroup(), "small")
    groups = gather(manager)
    form = replace(groups.get("small").form, key="other")  # type: ignore[union-attr]
    assert groups.with_forms("small", (form,)).get("small").form.key == "other"  # type: ignore[union-attr]
    assert groups.get("small").form.key == "small"  # type: ignore[union-attr]
