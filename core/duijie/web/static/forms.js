// What a form does more when scripts run: conditional questions, a draft, a count, no double sending.
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

  const READERS = {
    number: readNumber,
    money: readMoney,
    yes_no: (text) => (text === "yes" ? true : text === "no" ? false : undefined),
  };

  function readField(wrapper) {
    const inputs = [...wrapper.querySelectorAll("input, select, textarea")];
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

  function setShown(wrapper, shown) {
    if (wrapper.hidden !== shown) return;
    wrapper.hidden = !shown;
    for (const input of wrapper.querySelectorAll("input, select, textarea")) input.disabled = !shown;
  }

  function update(form) {
    const answers = {};
    for (const wrapper of form.querySelectorAll("[data-field]")) {
      const shown = !wrapper.dataset.showIf || holds(JSON.parse(wrapper.dataset.showIf), answers);
      setShown(wrapper, shown);
      const answer = shown ? readField(wrapper) : undefined;
      if (answer !== undefined) answers[wrapper.dataset.field] = answer;
    }
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
    for (const form of document.querySelectorAll("form[data-draft-key]")) startDraft(form);
    for (const form of document.querySelectorAll("form")) {
      if (form.querySelector("[data-show-if]")) startConditions(form);
      if (form.method === "post" && !("many" in form.dataset)) startOnce(form);
    }
    document.querySelectorAll("[data-count-for]").forEach(startCount);
    const summary = document.querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  return Object.freeze({ holds, readNumber, readMoney });
})();
