// Meetings: the end time while typing, and ticking all.
(() => {
  "use strict";

  for (const out of document.querySelectorAll("[data-end-of]")) {
    const form = out.closest("form");
    const show = () => {
      const [hour, minute] = (form.elements.start.value || "0:0").split(":").map(Number);
      const total = hour * 60 + minute + Number(form.elements.slot_minutes.value) * Number(form.elements.slots.value);
      if (Number.isFinite(total)) {
        const two = (n) => String(n).padStart(2, "0");
        out.firstElementChild.textContent = `${two(Math.floor(total / 60) % 24)}:${two(total % 60)}`;
      }
    };
    form.addEventListener("input", show);
  }

  for (const button of document.querySelectorAll("[data-tick-all]")) {
    button.addEventListener("click", () => {
      const boxes = [...button.form.querySelectorAll(`input[name="${button.dataset.tickAll}"]`)];
      const tick = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = tick;
    });
  }
})();
