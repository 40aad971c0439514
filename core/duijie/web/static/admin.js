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
