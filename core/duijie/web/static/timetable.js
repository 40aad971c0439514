// Meetings: the end time while typing, ticking all, and dragging an appointment to another slot.
// Everything here can also be done without it: the server checks every move.
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

  const form = document.querySelector(".drag-form");
  if (!form) return;
  let dragged = null;
  const over = (event) => event.target.closest?.("td[data-slot]");
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".chip[data-key]");
    if (dragged) {
      event.dataTransfer.setData("text/plain", dragged.dataset.key);
      event.dataTransfer.effectAllowed = "move";
    }
  });
  document.addEventListener("dragover", (event) => {
    const cell = dragged && over(event);
    if (!cell) return;
    event.preventDefault();
    document.querySelector("td.drop")?.classList.remove("drop");
    cell.classList.add("drop");
  });
  document.addEventListener("drop", (event) => {
    const cell = dragged && over(event);
    if (!cell) return;
    event.preventDefault();
    form.elements.key.value = dragged.dataset.key;
    form.elements.slot.value = cell.dataset.slot;
    form.submit();
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    document.querySelector("td.drop")?.classList.remove("drop");
  });
})();
