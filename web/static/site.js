/* The little that every page does with a script: proof of origin for htmx, one submit per click, printing. */

(() => {
  "use strict";

  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });

  /* A second click while the first is on its way sends nothing; the server would answer it with the first receipt. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button?.matches("[data-once]")) return;
    if (button.getAttribute("aria-busy") === "true") event.preventDefault();
    button.setAttribute("aria-busy", "true");
  });

  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[aria-busy=true][data-once]").forEach((button) => button.removeAttribute("aria-busy"));
  });

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
