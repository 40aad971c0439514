// The desk on the day: shows the day that a number of working days falls on, before it is saved.
(() => {
  "use strict";
  for (const input of document.querySelectorAll("[data-due-from]")) {
    const place = document.getElementById(input.dataset.dueTo);
    const usual = [...input.form.querySelectorAll('[name="usual_days"]')];
    let timer = 0;
    const look = async () => {
      const days = Number(input.value);
      if (!Number.isInteger(days) || days < 1) return place.replaceChildren();
      try {
        const answer = await fetch(`${input.dataset.dueFrom}?days=${days}`, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (answer.ok && Number(input.value) === days) place.replaceChildren(...page.body.childNodes);
      } catch {
        place.replaceChildren();
      }
    };
    // One of the usual numbers, or another one: the last touched counts.
    input.addEventListener("input", () => {
      if (input.value) for (const one of usual) one.checked = false;
      clearTimeout(timer);
      timer = setTimeout(look, 250);
    });
    for (const one of usual) one.addEventListener("change", () => { input.value = ""; place.replaceChildren(); });
    if (input.value) look();
  }
})();
