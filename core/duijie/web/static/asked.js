// Looks for public answers while somebody types what it is about. Without it a link leads to a page that does.
(() => {
  "use strict";
  const panel = document.querySelector("[data-asked]");
  if (!panel) return;
  const form = panel.closest("form");
  const fields = panel.dataset.askedFields.split(" ").map((name) => form.elements[name]).filter((field) => field && "value" in field);
  const section = fields.length ? fields[fields.length - 1].closest(".form-section") : null;
  if (section) section.after(panel); // beside what is typed; without scripts it stands at the end
  const list = panel.querySelector("[data-asked-list]");
  const status = panel.querySelector("[data-asked-status]");
  const before = [...status.childNodes];
  const WAIT = 700;
  const ENOUGH = 4;
  let timer = 0;
  let last = "";
  let turn = 0;

  const line = (tag, text, className) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const one = (found) => {
    const part = line("details", "", "more asked__one");
    part.append(line("summary", found.question), line("p", found.answer, "pre"));
    if (found.legal_basis) part.append(line("p", panel.dataset.basis + found.legal_basis, "small"));
    const kind = found.kept ? panel.dataset.kept : panel.dataset.case;
    part.append(line("p", [found.department, found.on, kind].join(" · "), "small muted"));
    return part;
  };

  const show = (found) => {
    list.replaceChildren(...found.map(one));
    if (found.length) status.textContent = panel.dataset.said.replace("{n}", found.length);
    else status.replaceChildren(...before);
  };

  const ask = async () => {
    const typed = fields.map((field) => field.value.trim()).join("\n").trim().slice(0, 1000);
    if (typed === last || [...typed].length < ENOUGH) return;
    last = typed;
    const mine = (turn += 1);
    const sent = new URLSearchParams({ typed, csrf_token: form.elements.csrf_token.value });
    try {
      const answer = await fetch(panel.dataset.asked, { method: "POST", body: sent, credentials: "same-origin", headers: { Accept: "application/json" } });
      if (answer.ok && mine === turn) show((await answer.json()).found);
    } catch {
      // offline: the form works without it
    }
  };

  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
  }
})();
