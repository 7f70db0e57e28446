/* Comfort for filling in a form: counts characters, keeps what is typed, and keeps a slip of the finger from losing it.
   Every form can be filled in and submitted without this script. */

(() => {
  "use strict";

  const AUTOSAVE_EVERY = 20_000;
  const PAUSE = 2_500;

  const fieldsBox = () => document.getElementById("form-fields");

  /* Counting: the same rule as forms/texts.py --------------------------------------------------------------------- */

  const WORD_OR_CHARACTER = /[0-9A-Za-z\u00c0-\u024f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|[^\s]/gu;
  const VISIBLE = /[^\s]/gu;

  function countCharacters(text, rule) {
    if (rule === "units") return text.trim().length;
    const count = (pattern) => (text.match(pattern) ?? []).length;
    return Math.min(count(VISIBLE), count(WORD_OR_CHARACTER));
  }

  function showCount(input) {
    const counter = document.getElementById(`${input.id}-count`);
    if (!counter) return;
    const counted = countCharacters(input.value, input.dataset.count);
    counter.querySelector("[data-counted]").textContent = counted;
    counter.classList.toggle("is-over", counted > Number(input.dataset.limit));
  }

  /* Keeping drafts ------------------------------------------------------------------------------------------------- */

  function typedValues(form) {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") typed.append(name, value);
    return typed.toString();
  }

  function clockText(instant) {
    return instant.toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
  }

  class Draft {
    constructor(form, url) {
      this.form = form;
      this.url = url;
      this.saved = typedValues(form);
      this.isLeaving = false;
      this.isSaving = false;
      this.pause = 0;
      setInterval(() => this.save(), AUTOSAVE_EVERY);
      form.addEventListener("input", () => this.waitForPause());
      form.addEventListener("change", () => this.waitForPause());
      form.addEventListener("submit", () => { this.isLeaving = true; });
      window.addEventListener("pageshow", () => { this.isLeaving = false; });
      window.addEventListener("beforeunload", (event) => { if (this.isUnsaved() && !this.isLeaving) event.preventDefault(); });
    }

    isUnsaved() {
      return typedValues(this.form) !== this.saved;
    }

    waitForPause() {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.save(), PAUSE);
    }

    async save() {
      const typed = typedValues(this.form);
      if (typed === this.saved || this.isSaving || this.isLeaving) return;
      this.isSaving = true;
      try {
        const answer = await fetch(this.url, {
          method: "POST",
          body: typed,
          credentials: "same-origin",
          headers: {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
            "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]')?.content ?? "",
          },
        });
        const said = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Error(said.sentence ?? "请先复制已填内容，再刷新页面。");
        this.saved = typed;
        this.say(`已自动暂存 ${clockText(said.saved_at ? new Date(said.saved_at) : new Date())}`, false);
      } catch (error) {
        const reason = error instanceof TypeError ? "网络不通，联通后会再次暂存。" : error.message;
        this.say(`未能自动暂存：${reason}您填写的内容仍在本页。`, true);
      } finally {
        this.isSaving = false;
      }
    }

    say(sentence, isBad) {
      const status = fieldsBox()?.querySelector("[data-draft-status]");
      if (!status) return;
      status.textContent = sentence;
      status.classList.toggle("is-bad", isBad);
    }
  }

  /* Slips ----------------------------------------------------------------------------------------------------------- */

  /** Enter in a one-line field presses a button of the form; people who write Chinese press it to choose characters. */
  function keepEnter(event) {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    if (event.target.matches("input:not([type=submit], [type=button], [type=file])")) event.preventDefault();
  }

  /** A chosen file is not sent with the other fields; whoever forgot to upload it is told before anything is submitted. */
  function refuseUnsentFiles(event) {
    if (event.submitter?.closest("#form-fields")) return;
    const unsent = [...event.target.querySelectorAll("input[type=file]")].find((input) => input.files.length);
    if (!unsent) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    warnBeside(unsent, "您选择了文件但还没有上传。请点“上传”，或重新选择以取消，然后再提交。");
    unsent.focus();
  }

  function warnBeside(input, sentence) {
    const box = input.closest(".upload");
    let warning = box.querySelector(".upload-warning");
    if (!warning) {
      warning = document.createElement("p");
      warning.className = "err upload-warning";
      warning.setAttribute("role", "alert");
      box.append(warning);
    }
    warning.textContent = sentence;
  }

  function refuseEmptyUpload(event) {
    const button = event.target.closest("[data-uploads]");
    const input = button?.closest(".upload").querySelector("input[type=file]");
    if (!input || input.files.length) return;
    event.preventDefault();
    warnBeside(input, "请先选择文件，再点“上传”。");
    input.focus();
  }

  /* After rows were added, the first field of the new row is where the person wants to be. */
  let growing = "";

  function rememberRow(event) {
    growing = event.target.closest("[data-adds-row]")?.dataset.addsRow ?? "";
  }

  function focusNewRow() {
    const rows = growing ? document.getElementById(growing)?.querySelectorAll(":scope > .item") : [];
    growing = "";
    rows?.[rows.length - 1]?.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  /* ----------------------------------------------------------------------------------------------------------------- */

  function watch(form) {
    form.addEventListener("submit", refuseUnsentFiles);
    form.addEventListener("keydown", keepEnter);
    form.addEventListener("click", refuseEmptyUpload);
    form.addEventListener("click", rememberRow);
    form.addEventListener("input", (event) => { if (event.target.dataset.count) showCount(event.target); });
    document.addEventListener("htmx:after:swap", focusNewRow);
    form.querySelectorAll("[data-count]").forEach(showCount);
    const url = fieldsBox().dataset.draftUrl;
    if (url) new Draft(form, url);
  }

  const form = fieldsBox()?.closest("form");
  if (form) watch(form);
  document.getElementById("error-summary")?.focus();
})();
