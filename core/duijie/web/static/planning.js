// The planning board: drag a talk to another slot, or carry it with the keyboard; collisions are shown on the way.
// Everything here can also be done without it, in the panel of the chosen talk; the server checks every move.
(() => {
  "use strict";
  const form = document.querySelector(".drag-form");
  const says = document.getElementById("board-says");
  const search = document.getElementById("search");
  const remembered = "duijie-board";
  let held = null; // {chip, key, cells, why, aim, keys}

  if (form) {
    const asked = new Map();
    const collisions = (key) => {
      if (!asked.has(key)) {
        const answer = fetch(`${form.dataset.collisions}?key=${encodeURIComponent(key)}`, { credentials: "same-origin" });
        asked.set(key, answer.then((a) => (a.ok ? a.json() : [])).catch(() => []));
      }
      return asked.get(key);
    };
    const say = (text) => { if (says.textContent !== text) says.textContent = text; };
    const hour = (cell) => cell.closest("table").matches(".grid--party")
      ? cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent.trim()
      : cell.parentElement.cells[0].lastElementChild.textContent.trim();

    // The cells into which a talk may go: those of its own desks, or of its requester's row.
    const targets = (chip) => {
      const row = document.querySelector(".grid--party") ? chip.closest("tr") : null;
      if (row) return [...row.querySelectorAll("td[data-slot]")];
      const desks = chip.dataset.desks.trim().split(/\s+/);
      return [...document.querySelectorAll(".grid--desk td[data-slot]")].filter((cell) => desks.includes(cell.dataset.desk));
    };
    const hold = async (chip, keys) => {
      let_go();
      const mine = { chip, key: chip.dataset.key, cells: targets(chip), why: null, aim: chip.closest("td[data-slot]"), keys };
      held = mine;
      chip.classList.add("chip--held");
      document.body.classList.add("holding");
      for (const cell of mine.cells) cell.classList.add("target");
      const found = await collisions(mine.key);
      if (held !== mine) return;
      mine.why = new Map(found.map((one) => [String(one.slot), one.why]));
      for (const cell of mine.cells) {
        const why = mine.why.get(cell.dataset.slot);
        if (why) cell.classList.add(why.length ? "clash" : "fits");
      }
      if (mine.over) tell(mine.over);
    };
    const let_go = () => {
      if (!held) return;
      held.chip.classList.remove("chip--held");
      document.body.classList.remove("holding");
      for (const cell of document.querySelectorAll("td.target, td.aim")) cell.classList.remove("target", "fits", "clash", "aim");
      held = null;
    };
    const why = (cell) => held?.why?.get(cell.dataset.slot) ?? [];
    const tell = (cell) => {
      held.over = cell;
      if (!held.cells.includes(cell)) return say(form.dataset.elsewhere);
      const reasons = why(cell);
      say(`${hour(cell)} · ${reasons.length ? reasons.join(" ") : held.why ? form.dataset.fits : "…"}`);
    };
    const aim = (cell) => {
      document.querySelector("td.aim")?.classList.remove("aim");
      cell.classList.add("aim");
      held.aim = cell;
      tell(cell);
    };
    const drop = (cell) => {
      if (!held.cells.includes(cell) || why(cell).length) return tell(cell);
      form.elements.key.value = held.key;
      form.elements.slot.value = cell.dataset.slot;
      sessionStorage.setItem(remembered, JSON.stringify({ key: held.key, at: window.scrollY }));
      form.submit();
    };

    document.addEventListener("dragstart", (event) => {
      const chip = event.target.closest?.("[data-key][draggable]");
      if (!chip) return;
      event.dataTransfer.setData("text/plain", chip.dataset.key);
      event.dataTransfer.effectAllowed = "move";
      hold(chip, false);
    });
    document.addEventListener("dragover", (event) => {
      const cell = held && event.target.closest?.("td[data-slot]");
      if (!cell) return;
      if (cell !== held.aim || held.over !== cell) aim(cell);
      if (held.cells.includes(cell) && !why(cell).length) event.preventDefault();
    });
    document.addEventListener("drop", (event) => {
      const cell = held && event.target.closest?.("td[data-slot]");
      if (!cell) return;
      event.preventDefault();
      drop(cell);
    });
    document.addEventListener("dragend", let_go);

    // By keyboard: space picks up, arrows choose among the talk's own cells, Enter or space puts down, Escape cancels.
    document.addEventListener("keydown", (event) => {
      const chip = event.target.closest?.("[data-key][draggable]");
      if (!chip || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!held?.keys) {
        if (event.key !== " ") return;
        event.preventDefault();
        hold(chip, true);
        return say(form.dataset.picked);
      }
      const lane = held.cells.filter((cell) => cell.dataset.desk === (held.aim ?? held.cells[0]).dataset.desk);
      const at = lane.indexOf(held.aim);
      const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -lane.length, End: lane.length };
      if (event.key in steps) {
        event.preventDefault();
        aim(lane[Math.max(0, Math.min(lane.length - 1, at + steps[event.key]))]);
        held.aim.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        if (held.aim) drop(held.aim);
      } else if (event.key === "Escape" || event.key === "Tab") {
        let_go();
        say(form.dataset.back);
      }
    });
    for (const kind of ["pointerdown", "focusin"]) {
      document.addEventListener(kind, (event) => {
        const chip = event.target.closest?.("[data-key][draggable]");
        if (chip) collisions(chip.dataset.key);
      });
    }

    // After a move: the eye and the focus are where they were.
    const last = JSON.parse(sessionStorage.getItem(remembered) || "null");
    sessionStorage.removeItem(remembered);
    if (last) {
      window.scrollTo(0, last.at);
      document.querySelector(`[data-key="${CSS.escape(last.key)}"]`)?.focus({ preventScroll: true });
    }
  }

  // A search that has ended brings its timetable, unless somebody is in the middle of something.
  if (search) {
    new MutationObserver(() => {
      const arrived = search.querySelector("[data-arrived]");
      const busy = held || document.activeElement?.matches("input, select, textarea");
      if (arrived && !busy) location.assign(arrived.dataset.arrived);
    }).observe(search, { childList: true, subtree: true });
  }
})();
