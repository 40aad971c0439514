// Finds an area as one types. Without it the whole list is there.
(() => {
  "use strict";
  const input = document.querySelector("[data-filter]");
  if (!input) return;
  const items = [...document.querySelectorAll("[data-filter-item]")];
  const groups = [...document.querySelectorAll("[data-filter-group]")];
  const none = document.querySelector("[data-filter-none]");
  const said = document.querySelector("[data-filter-count]");

  const look = () => {
    const wanted = input.value.normalize("NFKC").trim().toLowerCase();
    let found = 0;
    for (const item of items) {
      item.hidden = !item.dataset.filterItem.includes(wanted);
      found += item.hidden ? 0 : 1;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-filter-item]:not([hidden])");
    none.hidden = found > 0;
    said.textContent = wanted ? said.dataset.said.replace("{n}", found) : "";
  };
  input.addEventListener("input", look);
  input.addEventListener("keydown", (event) => {
    const left = items.filter((item) => !item.hidden);
    if (event.key === "Enter" && left.length === 1) left[0].querySelector("a").click();
  });
  look();
})();
