// Small comforts for every page. Everything works without them.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  for (const button of document.querySelectorAll("[data-large]")) {
    button.addEventListener("click", () => {
      const large = document.documentElement.classList.toggle("large");
      button.setAttribute("aria-pressed", String(large));
      document.cookie = `duijie_large=${large ? 1 : 0}; path=/; max-age=31536000; samesite=lax`;
    });
  }
  for (const button of document.querySelectorAll("[data-back]")) {
    button.addEventListener("click", () => history.back());
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
  // Copies an address or a text that a closed network cannot send; a page that is not served over HTTPS has no
  // clipboard, so there it is selected first, and left so for Ctrl+C where even that fails.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const field = source instanceof HTMLInputElement;
      try {
        await navigator.clipboard.writeText(field ? source.value : source.textContent);
        button.textContent = button.dataset.done;
      } catch {
        source.closest("details")?.setAttribute("open", "");
        if (field) source.select();
        else getSelection().selectAllChildren(source);
        if (document.execCommand("copy")) button.textContent = button.dataset.done;
      }
    });
  }
  document.querySelector("[data-focus]")?.focus();

  // A table wider than its place can be scrolled by keyboard too.
  const reachable = () => {
    for (const wrap of document.querySelectorAll(".table-wrap")) {
      if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
    }
  };
  reachable();
  window.addEventListener("resize", reachable);

  // Where tabs do not all fit, the one that is open is in sight.
  for (const tab of document.querySelectorAll(".tabs > [aria-current], .nav > [aria-current]")) {
    const row = tab.parentElement;
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }

  // A button that cannot be undone asks once more.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });

  // What takes a while says so, and is not sent twice.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button?.dataset.busy) return;
    setTimeout(() => {
      button.dataset.idle = button.textContent;
      button.setAttribute("aria-busy", "true");
      button.textContent = button.dataset.busy;
      button.disabled = true;
    });
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-idle]")) {
      button.textContent = button.dataset.idle;
      button.disabled = false;
      button.removeAttribute("aria-busy");
      delete button.dataset.idle;
    }
  });

  // Filters that apply themselves when a choice changes.
  for (const form of document.querySelectorAll("form[data-auto]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }

  // Live pages: fetch the same address, replace the marked part when the server says that it changed.
  for (const part of document.querySelectorAll("[data-refresh]")) {
    const seconds = Number(part.dataset.refresh) || 5;
    let tag = null;
    const status = document.querySelector("[data-refresh-status]");
    const look = async () => {
      try {
        const headers = tag ? { "If-None-Match": tag } : {};
        const answer = await fetch(part.dataset.refreshFrom || location.href, { headers, credentials: "same-origin" });
        if (answer.status === 200) {
          tag = answer.headers.get("ETag");
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = page.getElementById(part.id);
          const busy = part.contains(document.activeElement) && document.activeElement.matches("input,textarea,select");
          if (fresh && !busy && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
        }
        if (status) status.hidden = answer.ok || answer.status === 304;
      } catch {
        if (status) status.hidden = false;
      }
      setTimeout(look, seconds * 1000);
    };
    setTimeout(look, seconds * 1000);
  }
})();
