// Says while somebody writes whether a responsibility is long enough to be of use. The form works without.
(() => {
  "use strict";
  for (const line of document.querySelectorAll("[data-count-of]")) {
    const area = document.getElementById(line.dataset.countOf);
    const enough = Number(line.dataset.enough);
    const say = () => {
      const n = [...area.value.trim()].length;
      const text = n < enough ? line.dataset.short : line.dataset.good;
      line.textContent = text.replace("{n}", n).replace("{left}", enough - n);
    };
    area.addEventListener("input", say);
    say();
  }
})();

// How well the text that is being typed covers the department's cases. Without this script it shows after saving.
(() => {
  "use strict";
  const place = document.querySelector("[data-coverage]");
  const field = place && document.getElementById(place.dataset.coverageOf);
  if (!field) return;
  let timer = 0;
  let turn = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = (turn += 1);
      const sent = new URLSearchParams({ responsibility: field.value, csrf_token: field.form.elements.csrf_token.value });
      try {
        const answer = await fetch(place.dataset.coverage, { method: "POST", body: sent, credentials: "same-origin" });
        if (!answer.ok || mine !== turn) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        place.replaceChildren(...page.body.childNodes);
      } catch {
        // offline: it shows after saving
      }
    }, 800);
  });
})();
