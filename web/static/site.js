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

  /* One press chooses every row of a list, or none; how many are chosen is said. */
  for (const bar of document.querySelectorAll("[data-choose-all]")) {
    const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${bar.dataset.chooseAll}"]`)];
    const [button, said] = [bar.querySelector("button"), bar.querySelector("[data-chosen]")];
    const count = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      said.textContent = `已选 ${chosen} 件，共 ${boxes.length} 件`;
      button.textContent = chosen === boxes.length ? "全不选" : "全选";
    };
    button.addEventListener("click", () => {
      const isAll = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !isAll;
      count();
    });
    for (const box of boxes) box.addEventListener("change", count);
    bar.hidden = boxes.length < 2;
    count();
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
