"""The rows of a workbook become a form that passes the lint, or remarks that say why not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from duijie.cli.xlsform.notes import Notes
from duijie.cli.xlsform.questions import METADATA, key_of, question, shown_if
from duijie.cli.xlsform.roles import named_fields
from duijie.cli.xlsform.sheets import Row, texts_of
from duijie.domain.forms.lint import form_problems
from duijie.domain.forms.values import Choice, Condition, Field, FieldType, Form, Section
from duijie.domain.text import T

FIRST_SECTION: Final = T("填报内容", en="Your answers")

_AGREED: Final = frozenset({"acknowledge", "trigger"})
_GROUP: Final = re.compile(r"(begin|end)[_ ](group|repeat)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a workbook: the form, or None when there are errors."""

    form: Form | None
    notes: Notes


@dataclass
class _Open:
    """A group or repeat that has begun. ``conditions`` are those its questions stand under."""

    row: Row
    kind: str
    conditions: tuple[Condition, ...]


@dataclass
class _Survey:
    """What was read so far, in order."""

    lists: Mapping[str, tuple[Choice, ...]]
    notes: Notes
    sections: list[tuple[T, list[Field]]] = field(default_factory=list)
    known: dict[str, Field] = field(default_factory=dict)  # by name in the workbook, for conditions
    opened: list[_Open] = field(default_factory=list)
    repeat: Field | None = None
    rows: list[Field] = field(default_factory=list)        # of the repeat that is open
    inner: dict[str, Field] = field(default_factory=dict)
    consent: T | None = None
    new_section: T | None = None

    def read(self, row: Row) -> None:
        """Take one row of the sheet in."""
        kind = re.sub(r"\s+", " ", row.get("type"))
        if row.get("disabled").lower() in {"yes", "true"}:
            return
        if not kind:
            if row.get("name", "label"):
                self.notes.error("survey", row.number, "type", "没有题型，请填写，例如 text。",
                                 "There is no type; write one, such as text.")
            return
        if mark := _GROUP.fullmatch(kind):
            (self._begin if mark[1].lower() == "begin" else self._end)(row, mark[2].lower())
        elif kind.lower() in METADATA:
            self.notes.warn("survey", row.number, "type", f"“{kind}”由系统自己记录，没有读取。",
                            f"{kind!r} is recorded by duijie itself and not read.")
        else:
            self._ask(row, kind if kind.lower().startswith("select") else kind.lower())

    def _ask(self, row: Row, kind: str) -> None:
        around = self.opened[-1].conditions if self.opened else ()
        always = not (around or row.get("relevant") or self.repeat)
        if kind in _AGREED and self.consent is None and always:
            self.consent = texts_of(row, "label", self.notes)
            return
        found = question(row, kind, self.lists, {**self.known, **self.inner}, self.notes, around)
        if found is None:
            return
        if kind in _AGREED:
            self.notes.warn("survey", row.number, "type", "一份表单只有一处“同意”；这一题改为是否题。",
                            "A form has one consent; this becomes a question of yes or no.")
        if self.repeat is not None:
            self.rows.append(found)
            self.inner[row.get("name")] = found
        else:
            self._add(found)
            self.known[row.get("name")] = found

    def _add(self, found: Field) -> None:
        if self.new_section is not None or not self.sections:
            self.sections.append((self.new_section or FIRST_SECTION, []))
            self.new_section = None
        self.sections[-1][1].append(found)

    def _begin(self, row: Row, kind: str) -> None:
        around = self.opened[-1].conditions if self.opened else ()
        label = texts_of(row, "label", self.notes)
        if kind == "repeat":
            self._begin_repeat(row, label, around)
            around = ()
        elif not any(o.kind == "group" for o in self.opened) and self.repeat is None:
            self.new_section = label or FIRST_SECTION
        elif label:
            self.notes.warn("survey", row.number, "label", "组中的组没有标题，里面的题目并入外层。",
                            "A group within a group has no heading; its questions join the outer one.")
        own = shown_if(row, {**self.known, **self.inner}, self.notes, ()) if kind == "group" else None
        self.opened.append(_Open(row, kind, (*around, own) if own else around))

    def _begin_repeat(self, row: Row, label: T | None, around: tuple[Condition, ...]) -> None:
        if self.repeat is not None:
            self.notes.error("survey", row.number, "type", "重复组里不能再有重复组，请拆开。",
                             "A repeat cannot stand within a repeat; take them apart.")
            return
        key = key_of(row, self.notes)
        if label is None:
            self.notes.error("survey", row.number, "label", "重复组要有标题，请填写。",
                             "A repeat needs a label; please write one.")
        condition = shown_if(row, self.known, self.notes, around)
        hint, unit = texts_of(row, "hint", self.notes), texts_of(row, "unit", self.notes)
        count = self._count(row)
        self.repeat = Field(key or "repeat", FieldType.REPEAT, label or FIRST_SECTION, hint=hint, unit=unit,
                            show_if=condition, minimum=count, maximum=count)  # fmt: skip
        self.rows, self.inner = [], {}

    def _count(self, row: Row) -> int | None:
        count = row.get("repeat_count")
        if count and not count.isdigit():
            self.notes.warn("survey", row.number, "repeat_count", "只读取整数；项数由填报人自己增减。",
                            "Only a whole number is read; people add entries as they need.")
        return int(count) if count.isdigit() else None

    def _end(self, row: Row, kind: str) -> None:
        if not self.opened or self.opened[-1].kind != kind:
            self.notes.error("survey", row.number, "type", f"end {kind} 没有对应的 begin {kind}，请检查组的开始和结束。",
                             f"end {kind} has no begin {kind}; check where groups begin and end.")
            return
        begun = self.opened.pop()
        if kind == "repeat" and self.repeat is not None:
            done = replace(self.repeat, fields=tuple(self.rows))
            self.repeat = None
            self._add(done)
            self.known[begun.row.get("name")] = done
            self.rows, self.inner = [], {}
        elif not any(o.kind == "group" for o in self.opened) and self.repeat is None:
            self.new_section = FIRST_SECTION

    def finish(self) -> None:
        """Say which groups were not closed."""
        for begun in self.opened:
            self.notes.error("survey", begun.row.number, "type", f"begin {begun.kind} 没有结束，请加一行 end {begun.kind}。",
                             f"begin {begun.kind} does not end; add a row end {begun.kind}.")


def form_of(sheets: Mapping[str, list[Row]], fallback_key: str) -> Built:
    """The form of a workbook as `read_workbook` reads it; ``fallback_key`` serves where the settings have no form_id."""
    notes = Notes()
    survey = _Survey(_lists(sheets.get("choices", []), notes), notes)
    for row in sheets["survey"]:
        survey.read(row)
    survey.finish()
    if notes.errors:
        return Built(None, notes)
    settings = next(iter(sheets.get("settings", [])), Row("settings", 0, {}))
    sections = tuple(Section(title, tuple(fields)) for title, fields in survey.sections)
    title = texts_of(settings, "form_title", notes)
    if title is None:
        title = FIRST_SECTION
        notes.warn("settings", settings.number, "form_title", "没有表单标题，请补充。", "The form has no title; please add one.")
    key = re.sub(r"[^a-z0-9]+", "_", (settings.get("form_id") or fallback_key).lower()).strip("_") or "imported_form"
    form = Form(key=key, title=title, sections=sections, intro=texts_of(settings, "intro", notes), consent=survey.consent,
                **named_fields(settings, sections, notes))  # fmt: skip
    for problem in form_problems(form):
        notes.error("survey", 0, "", f"表单检查没有通过：{problem}", f"The form does not pass the check: {problem}")
    return Built(None if notes.errors else form, notes)


def _lists(rows: list[Row], notes: Notes) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        name, key = row.get("list_name", "list name"), row.get("name", "value")
        if not name:
            continue
        label = texts_of(row, "label", notes)
        if not key or label is None:
            notes.error("choices", row.number, "label" if key else "name", "选项要有代号（name）和文字（label）。",
                        "A choice needs a name and a label.")
            continue
        if any(choice.key == key for choice in lists.get(name, [])):
            notes.error("choices", row.number, "name", f"选项“{key}”在“{name}”里重复了，请改一个。",
                        f"The choice {key!r} stands twice in {name!r}; change one.")
            continue
        lists.setdefault(name, []).append(Choice(key, label))
    return {name: tuple(choices) for name, choices in lists.items()}
