// The day that a promise falls on, while it is being typed. Without this script a button asks the server.
(() => {
  "use strict";
  for (const field of document.querySelectorAll("[data-deadline]")) {
    const preview = field.form.querySelector("[data-deadline-preview]");
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        if (!field.value) return;
        try {
          const answer = await fetch(`${field.dataset.deadline}?days=${encodeURIComponent(field.value)}`, { credentials: "same-origin" });
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          preview.replaceChildren(...page.body.childNodes);
        } catch {
          // offline: the date is shown after sending
        }
      }, 250);
    });
  }
  // A link to a folded form opens it.
  const open = () => { const part = document.querySelector(`details${location.hash.startsWith("#a-") ? location.hash : "#none"}`); if (part) part.open = true; };
  window.addEventListener("hashchange", open);
  open();
})();
