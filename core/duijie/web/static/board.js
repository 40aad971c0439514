// The clock on the wall, by the server's time; the demo's time may be another than this machine's.
(() => {
  "use strict";
  const wall = document.querySelector("[data-now]");
  if (!wall) return;
  const ahead = Number(wall.dataset.now) - Date.now();
  const show = () => {
    const local = new Date(Date.now() + ahead + Number(wall.dataset.offset) * 60000);
    wall.textContent = local.toISOString().slice(11, 16);
  };
  show();
  setInterval(show, 1000);
})();
