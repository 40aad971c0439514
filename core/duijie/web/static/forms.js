// What a form does more when scripts run: conditional questions, rows, a draft, a count, no double sending.
// Everything works without it. Texts come from the page, in the reader's language.
"use strict";

document.documentElement.classList.add("js");

window.duijieForms = (() => {
  // ---- conditions: the same meaning as duijie.domain.forms.conditions, held to the same vectors ----

  const DEPTH = 32;

  const isScalar = (value) =>
    typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && isFinite(value));

  const equal = (left, right) => isScalar(left) && isScalar(right) && left === right;

  function leaf(op, answer, value) {
    switch (op) {
      case "eq": return equal(answer, value);
      case "ne": return !equal(answer, value);
      case "in": return Array.isArray(value) && value.some((item) => equal(answer, item));
      case "has": return Array.isArray(answer) && answer.some((item) => equal(item, value));
      case "filled": return Array.isArray(answer) ? answer.length > 0 : isScalar(answer) && answer !== "";
      case "ge": return typeof answer === "number" && typeof value === "number" && answer >= value;
      case "lt": return typeof answer === "number" && typeof value === "number" && answer < value;
      default: return false;
    }
  }

  function walk(condition, answers, depth) {
    if (depth === 0) return false;
    const parts = condition.parts || [];
    const inner = (part) => walk(part, answers, depth - 1);
    switch (condition.op) {
      case "and": return parts.every(inner);
      case "or": return parts.some(inner);
      case "not": return !parts.some(inner);
      default: {
        const known = Object.prototype.hasOwnProperty.call(answers, condition.field);
        return leaf(condition.op, known ? answers[condition.field] : undefined, condition.value);
      }
    }
  }

  const holds = (condition, answers) => condition == null || walk(condition, answers, DEPTH);

  // What a condition inside a repeat looks at: its own row's answers, and the outer ones of other keys.
  function rowScope(outer, row, keys) {
    const scope = Object.create(null);
    for (const key of Object.keys(outer)) if (!keys.includes(key)) scope[key] = outer[key];
    return Object.assign(scope, row);
  }

  // ---- answers: the same reading as duijie.domain.forms.reading, as far as conditions need it ----

  const NUMBER = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/;
  const MONEY = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?$/;
  const LARGEST = 1e15;

  const halfWidth = (text) => text.normalize("NFKC").replace(/\s/g, "").replace(/−/g, "-");

  const bounded = (number) => (Math.abs(number) < LARGEST ? number : undefined);

  function readNumber(text) {
    const plain = halfWidth(text);
    return NUMBER.test(plain) ? bounded(Number(plain.replace(/,/g, ""))) : undefined;
  }

  function readMoney(text) {
    const found = MONEY.exec(halfWidth(text).replace(/^¥/, "").replace(/元$/, ""));
    if (!found) return undefined;
    const fen = Number(found[2].replace(/,/g, "")) * 100 + Number((found[3] || "").padEnd(2, "0"));
    return bounded(found[1] === "-" ? -fen : fen);
  }

  const readCode = (text) => halfWidth(text).replace(/[-‐‑‒–—―−_]/g, "").toUpperCase();

  const READERS = {
    number: readNumber,
    money: readMoney,
    yes_no: (text) => (text === "yes" ? true : text === "no" ? false : undefined),
    credit_code: readCode,
    identity: readCode,
  };

  function readField(wrapper) {
    const all = [...wrapper.querySelectorAll("input, select, textarea")];
    const inputs = all.filter((input) => !input.closest("[data-other]"));
    const type = wrapper.dataset.type;
    if (type === "attachments" || type === "note") return undefined;
    if (type === "choices" || type === "departments") {
      const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
      return chosen.length ? chosen : undefined;
    }
    const input = inputs.find((one) => one.type !== "radio" || one.checked);
    const text = input ? input.value.replace(/[\u200b\u2060\ufeff]/g, "").trim() : "";
    if (text === "") return undefined;
    return READERS[type] ? READERS[type](text) : text;
  }

  // ---- conditional questions ----

  function setShown(part, shown) {
    part.hidden = !shown;
    for (const input of part.querySelectorAll("input, select, textarea")) input.disabled = !shown;
  }

  // The questions of a form, or of one row, without those inside its repeats.
  const questionsOf = (root) =>
    [...root.querySelectorAll("[data-field]")].filter((w) => w.parentElement.closest("[data-row], form") === root);

  function updateIn(root, outer) {
    const wrappers = questionsOf(root);
    const keys = wrappers.map((wrapper) => wrapper.dataset.field);
    const answers = {};
    const scope = () => rowScope(outer, answers, keys);
    for (const wrapper of wrappers) {
      const shown = !wrapper.dataset.showIf || holds(JSON.parse(wrapper.dataset.showIf), scope());
      setShown(wrapper, shown);
      const answer = !shown ? undefined : wrapper.dataset.type === "repeat" ? updateRows(wrapper, scope()) : readField(wrapper);
      if (answer !== undefined) answers[wrapper.dataset.field] = answer;
      const other = wrapper.querySelector(":scope > [data-other]");
      if (other) setShown(other, answer === "other" || (Array.isArray(answer) && answer.includes("other")));
    }
    return answers;
  }

  function updateRows(repeat, outer) {
    const rows = rowsOf(repeat).map((row) => updateIn(row, outer));
    const filled = rows.filter((answers) => Object.keys(answers).length > 0);
    return filled.length ? filled : undefined;
  }

  function update(form) {
    updateIn(form, {});
    for (const block of form.querySelectorAll("[data-conditional]")) {
      block.hidden = !block.querySelector("[data-field]:not([hidden])");
    }
  }

  function startConditions(form) {
    for (const words of form.querySelectorAll("[data-without-script]")) words.hidden = true;
    form.addEventListener("input", () => update(form));
    form.addEventListener("change", () => update(form));
    form.addEventListener("reset", () => setTimeout(() => update(form)));
    update(form);
  }

  // ---- rows of a repeat: added and removed on the page ----

  const rowsOf = (repeat) => [...repeat.querySelectorAll("[data-row]")];

  // A row's number is the value of its first input; names and ids of the row carry it.
  const numberOf = (row) => Number(row.querySelector("input[type=hidden]").value);

  function countRows(repeat) {
    const rows = rowsOf(repeat);
    rows.forEach((row, index) => {
      row.querySelector("[data-row-shown]").textContent = index + 1;
      row.querySelector("[data-remove-row]").hidden = rows.length === 1;
    });
    repeat.querySelector("[data-add-row]").disabled = rows.length >= Number(repeat.dataset.most);
  }

  function sayRows(repeat, what, n) {
    const line = repeat.querySelector("[data-row-said]");
    line.textContent = line.dataset[what].replace("{n}", n);
  }

  function startRow(repeat, row) {
    for (const words of row.querySelectorAll("[data-without-rows]")) words.hidden = true;
    row.querySelector("[data-remove-row]").addEventListener("click", () => removeRow(repeat, row));
  }

  function addRow(repeat, number) {
    const copy = document.createElement("template");
    copy.innerHTML = repeat.querySelector(":scope > [data-empty-row]").innerHTML.replaceAll("__row__", number);
    const row = copy.content.querySelector("[data-row]");
    repeat.querySelector("[data-rows]").append(copy.content);
    for (const words of row.querySelectorAll("[data-without-script]")) words.hidden = true;
    row.querySelectorAll("[data-count-for]").forEach(startCount);
    startRow(repeat, row);
    countRows(repeat);
    return row;
  }

  function removeRow(repeat, row) {
    const form = repeat.closest("form");
    row.remove();
    countRows(repeat);
    form.dispatchEvent(new Event("input"));
    sayRows(repeat, "removed", rowsOf(repeat).length);
    repeat.querySelector("[data-add-row]").focus();
  }

  function startRows(repeat) {
    const form = repeat.closest("form");
    for (const row of rowsOf(repeat)) startRow(repeat, row);
    countRows(repeat);
    repeat.querySelector("[data-add-row]").addEventListener("click", (event) => {
      event.preventDefault();
      const row = addRow(repeat, Math.max(-1, ...rowsOf(repeat).map(numberOf)) + 1);
      form.dispatchEvent(new Event("input"));
      sayRows(repeat, "added", rowsOf(repeat).length);
      row.querySelector("input:not([type=hidden]), select, textarea").focus();
    });
    form.addEventListener("reset", () => {
      for (const row of rowsOf(repeat).slice(1)) row.remove();
      countRows(repeat);
    });
  }

  // As many rows as the draft has, under their numbers.
  function restoreRows(form, names) {
    for (const repeat of form.querySelectorAll("[data-type=repeat]")) {
      const start = `${repeat.dataset.field}.`;
      const parts = names.filter((name) => name.startsWith(start)).map((name) => name.split(".")[1]);
      const numbers = [...new Set(parts.filter((part) => /^\d{1,4}$/.test(part)))];
      if (numbers.length === 0) continue;
      for (const row of rowsOf(repeat)) if (!numbers.includes(String(numberOf(row)))) row.remove();
      const there = rowsOf(repeat).map(numberOf);
      const most = Number(repeat.dataset.most);
      for (const n of numbers.map(Number).slice(0, most)) if (!there.includes(n)) addRow(repeat, n);
    }
  }

  // ---- draft: kept in this browser only, a week at most, never files, passwords or hidden inputs ----

  const PREFIX = "duijie-draft:";
  const WEEK = 7 * 24 * 3600 * 1000;
  const SKIPPED = new Set(["file", "password", "hidden", "submit", "button", "reset", "image"]);

  const draftInputs = (form) =>
    [...form.elements].filter((e) => e.name && !SKIPPED.has(e.type) && !("noDraft" in e.dataset));

  const isBox = (input) => input.type === "checkbox" || input.type === "radio";

  // A browser may forbid storage altogether; a form without a draft still works.
  function withStorage(use) {
    try {
      return use(window.localStorage);
    } catch {
      return null;
    }
  }

  const clearDraft = (key) => withStorage((storage) => storage.removeItem(PREFIX + key));

  function clearOldDrafts() {
    withStorage((storage) => {
      for (const key of Object.keys(storage).filter((name) => name.startsWith(PREFIX))) {
        if (!fresh(storage.getItem(key))) storage.removeItem(key);
      }
    });
  }

  function fresh(text) {
    try {
      const draft = JSON.parse(text);
      return draft && Date.now() - draft.saved < WEEK ? draft : null;
    } catch {
      return null;
    }
  }

  function saveDraft(form) {
    const values = {};
    for (const input of draftInputs(form)) {
      if (isBox(input) ? input.checked : input.value !== "") (values[input.name] ||= []).push(input.value);
    }
    const key = form.dataset.draftKey;
    if (Object.keys(values).length === 0) clearDraft(key);
    else withStorage((s) => s.setItem(PREFIX + key, JSON.stringify({ saved: Date.now(), values })));
  }

  function restoreDraft(form) {
    const draft = withStorage((storage) => fresh(storage.getItem(PREFIX + form.dataset.draftKey)));
    if (!draft) return;
    restoreRows(form, Object.keys(draft.values));
    for (const input of draftInputs(form)) {
      const values = draft.values[input.name] || [];
      if (isBox(input)) input.checked = values.includes(input.value);
      else if (values.length) input.value = values.shift();
    }
    const notice = document.querySelector("[data-draft-notice]");
    if (notice) notice.hidden = false;
  }

  function discardDraft(form, notice) {
    clearDraft(form.dataset.draftKey);
    form.reset();
    notice.hidden = true;
    const first = draftInputs(form)[0];
    if (first) first.focus();
  }

  function startDraft(form) {
    if (!("rerendered" in form.dataset)) restoreDraft(form);
    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => saveDraft(form), 400);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("reset", () => clearTimeout(timer));
    // A page that is put away takes the last keystrokes along.
    window.addEventListener("pagehide", () => {
      if (timer) saveDraft(form);
    });
    const notice = document.querySelector("[data-draft-notice]");
    const button = notice && notice.querySelector("[data-draft-discard]");
    if (button) button.addEventListener("click", () => discardDraft(form, notice));
  }

  // ---- how many characters are left ----

  function startCount(line) {
    const input = document.getElementById(line.dataset.countFor);
    if (!input) return;
    const show = () => {
      const left = Number(line.dataset.most) - [...input.value.trim()].length;
      line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
      line.classList.toggle("field__count--over", left < 0);
    };
    input.addEventListener("input", show);
    if (input.form) input.form.addEventListener("reset", () => setTimeout(show));
    show();
  }

  // ---- sent once ----

  const SENDING_AT_MOST = 10000;

  function setSending(form, sending) {
    form.toggleAttribute("data-sending", sending);
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      if (sending) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  function startOnce(form) {
    form.addEventListener("submit", (event) => {
      if (form.hasAttribute("data-sending")) {
        event.preventDefault();
        return;
      }
      // After this turn, so that another listener may still refuse, and the pressed button is sent along.
      setTimeout(() => {
        if (event.defaultPrevented) return;
        setSending(form, true);
        // A download leaves the page standing, and a lost connection must not lock it.
        setTimeout(() => setSending(form, false), SENDING_AT_MOST);
      });
    });
    window.addEventListener("pageshow", () => setSending(form, false));
  }

  // ---- start ----

  function start() {
    clearOldDrafts();
    for (const mark of document.querySelectorAll("[data-clear-draft]")) clearDraft(mark.dataset.clearDraft);
    document.querySelectorAll("form [data-type=repeat]").forEach(startRows);
    for (const form of document.querySelectorAll("form[data-draft-key]")) startDraft(form);
    for (const form of document.querySelectorAll("form")) {
      if (form.querySelector("[data-field]")) startConditions(form);
      if (form.method === "post" && !("many" in form.dataset)) startOnce(form);
    }
    document.querySelectorAll("[data-count-for]").forEach(startCount);
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  return Object.freeze({ holds, rowScope, readNumber, readMoney });
})();
