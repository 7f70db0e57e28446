/* What moves on a page: countdowns, the simulated clock, zoom of diagrams, and parts renewed when a case changes.
   Every page says the same without this script; the texts here repeat those of web/windows.py. */

const SERVER_NOW = Date.parse(document.querySelector('meta[name="server-time"]')?.content ?? "") || Date.now();
const OPENED = performance.now();
const now = () => SERVER_NOW + (performance.now() - OPENED);
const two = (number) => String(number).padStart(2, "0");

/* Countdown ------------------------------------------------------------------------------------------------------ */

const THRESHOLDS = [3600, 600, 60];

function wordRemaining(seconds) {
  if (seconds >= 86400) return `${Math.floor(seconds / 86400)} 天 ${Math.floor((seconds % 86400) / 3600)} 小时`;
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} 小时 ${Math.floor((seconds % 3600) / 60)} 分`;
  return `${Math.floor(seconds / 60)} 分 ${two(seconds % 60)} 秒`;
}

function runCountdown(box) {
  const target = Date.parse(box.dataset.countdown);
  const text = box.querySelector("[data-countdown-text]");
  const said = box.querySelector("[data-countdown-said]");
  let before = Infinity;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((target - now()) / 1000));
    const word = seconds ? wordRemaining(seconds) : `已${box.dataset.word}`;
    if (text.textContent !== word) text.textContent = word;
    text.classList.toggle("is-near", seconds < 86400);
    const crossed = THRESHOLDS.find((threshold) => before > threshold && seconds <= threshold);
    if (before !== Infinity && crossed && seconds) said.textContent = `距${box.dataset.word}还有 ${wordRemaining(seconds)}`;
    if (!seconds) {
      box.querySelector(".countdown-word").textContent = "请刷新页面";
      if (before) said.textContent = `窗口已${box.dataset.word}，请刷新页面`;
      return;
    }
    before = seconds;
    setTimeout(tick, 1000 - ((now() - target) % 1000 + 1000) % 1000 + 5);
  };
  tick();
}

function runClock(element) {
  const tick = () => {
    const local = new Date(now() + 8 * 3600e3);
    element.textContent = local.toISOString().slice(0, 19).replace("T", " ");
    setTimeout(tick, 1000 - (now() % 1000) + 5);
  };
  tick();
}

/* Diagram -------------------------------------------------------------------------------------------------------- */

const WAITING = ".st-incident, .st-late, .st-active";
const ZOOMS = [0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2];

class Diagram {
  constructor(tools) {
    this.tools = tools;
    this.view = document.getElementById(tools.dataset.diagramTools);
    this.zoom = 1;
    if (!this.svg) return;
    this.readSize();
    this.addButtons();
    tools.hidden = false;
    this.setZoom(this.fit >= 0.8 ? Math.min(1, this.fit) : 1);
    this.show(this.svg.querySelector(WAITING));
  }

  get svg() { return this.view.querySelector("svg"); }
  get fit() { return (this.view.clientWidth - 2) / this.width; }

  readSize() {
    const box = this.svg.viewBox.baseVal;
    this.width = box.width || this.svg.getBoundingClientRect().width;
    this.height = box.height || this.svg.getBoundingClientRect().height;
  }

  addButtons() {
    const add = (text, label, act) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, className: "btn btn-2 btn-s" });
      if (label) button.setAttribute("aria-label", label);
      button.addEventListener("click", act);
      this.tools.append(button);
    };
    add("−", "缩小流程图", () => this.step(-1));
    this.output = this.tools.appendChild(document.createElement("output"));
    add("＋", "放大流程图", () => this.step(1));
    add("全图", "", () => this.showWhole());
    add("当前环节", "", () => { this.setZoom(Math.max(this.zoom, 0.8)); this.showActive(); });
    add("打印", "", () => window.print());
  }

  step(direction) {
    const next = direction > 0 ? ZOOMS.find((zoom) => zoom > this.zoom + 0.01) : ZOOMS.findLast((zoom) => zoom < this.zoom - 0.01);
    if (next) this.setZoom(next);
  }

  setZoom(zoom) {
    const { view } = this;
    const x = (view.scrollLeft + view.clientWidth / 2) / this.zoom;
    const y = (view.scrollTop + view.clientHeight / 2) / this.zoom;
    this.zoom = zoom;
    for (const svg of view.querySelectorAll("svg")) {
      svg.setAttribute("width", Math.round(svg.viewBox.baseVal.width * zoom));
      svg.setAttribute("height", Math.round(svg.viewBox.baseVal.height * zoom));
    }
    this.output.textContent = `${Math.round(zoom * 100)}%`;
    view.scrollLeft = x * zoom - view.clientWidth / 2;
    view.scrollTop = y * zoom - view.clientHeight / 2;
  }

  showWhole() {
    const room = parseFloat(getComputedStyle(this.view).maxHeight) || Infinity;
    this.setZoom(Math.min(1, this.fit, (room - 2) / this.height));
    this.view.scrollTo(0, this.svg.getBoundingClientRect().top - this.view.getBoundingClientRect().top + this.view.scrollTop);
  }

  /* A step that waits inside a called diagram stands further down; what calls it is only the way there. */
  showActive() {
    this.view.scrollIntoView({ block: "nearest" });
    const waiting = [...this.view.querySelectorAll(WAITING)];
    this.show(waiting.find((element) => !element.classList.contains("callActivity")) ?? waiting[0]);
  }

  show(element) {
    if (!element) return;
    const { view } = this;
    const frame = view.getBoundingClientRect();
    const place = element.getBoundingClientRect();
    view.scrollLeft += place.left + place.width / 2 - frame.left - view.clientWidth / 2;
    view.scrollTop += place.top + place.height / 2 - frame.top - view.clientHeight / 2;
  }

  renew() {
    const { scrollLeft, scrollTop } = this.view;
    this.readSize();
    this.setZoom(this.zoom);
    this.view.scrollTo(scrollLeft, scrollTop);
  }
}

const diagrams = [...document.querySelectorAll("[data-diagram-tools]")].map((tools) => new Diagram(tools));

/* Live parts ----------------------------------------------------------------------------------------------------- */

const POLL_MILLISECONDS = 10000;
const POLLS_BEFORE_STREAM = 3;

/* Hears new revisions by a stream, or asks for them; a hidden page does neither. */
class Live {
  constructor(root) {
    this.root = root;
    this.revision = Number(root.dataset.revision);
    this.word = root.querySelector("[data-live-word]");
    this.said = root.querySelector("[data-live-said]");
    this.parts = new Map([...root.querySelectorAll("[data-live-part]")].map((part) => [part.id, part.innerHTML]));
    this.etag = "";
    this.timer = null;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.listen()));
    addEventListener("pagehide", () => this.pause());
    addEventListener("pageshow", (event) => { if (event.persisted) this.listen(); });
    if (!document.hidden) this.listen();
  }

  say(word, state) {
    this.word.textContent = word;
    this.word.classList.toggle("is-on", state === "on");
    this.word.classList.toggle("is-slow", state === "slow");
  }

  stopPolling() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  pause() {
    this.stopPolling();
    this.source?.close();
    this.source = null;
  }

  listen() {
    this.pause();
    if (!window.EventSource) { this.timer = setTimeout(() => this.poll(0), 0); return; }
    this.source = new EventSource(this.root.dataset.events);
    this.source.addEventListener("revision", (event) => {
      this.stopPolling();
      this.say("实时更新中", "on");
      this.hear(Number(event.data));
    });
    this.source.addEventListener("error", (event) => {
      const isRefused = event.target.readyState === EventSource.CLOSED;
      // A broken stream is opened again by the browser; meanwhile one timer polls, however often that fails.
      this.timer ??= setTimeout(() => this.poll(0), isRefused ? 0 : POLL_MILLISECONDS);
    });
  }

  async poll(count) {
    if (count >= POLLS_BEFORE_STREAM) { this.listen(); return; }
    try {
      const headers = { Accept: "application/json", ...(this.etag && { "If-None-Match": this.etag }) };
      const answer = await fetch(this.root.dataset.state, { headers, cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) { this.pause(); this.say("登录已失效，请刷新页面", ""); return; }
      if (answer.ok) {
        this.etag = answer.headers.get("ETag") ?? "";
        await this.hear((await answer.json()).revision);
      }
      this.say(answer.ok || answer.status === 304 ? "每 10 秒更新一次" : "暂时无法更新，正在重试", "slow");
    } catch {
      this.say("连接中断，正在重试", "slow");
    }
    if (!document.hidden) this.timer = setTimeout(() => this.poll(count + 1), POLL_MILLISECONDS);
  }

  async hear(revision) {
    if (this.isBusy) this.missed = true;
    if (this.isBusy || revision === this.revision) return;
    this.isBusy = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "live" }, cache: "no-store" });
      if (answer.ok) this.renew(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-revision]"));
    } catch {
      // The connection broke: the next number, or the next poll, asks again.
    } finally {
      this.isBusy = false;
    }
    if (this.missed) { this.missed = false; await this.hear(-1); }
  }

  renew(fresh) {
    if (!fresh) return;
    this.revision = Number(fresh.dataset.revision);
    let changed = 0;
    for (const part of fresh.querySelectorAll("[data-live-part]")) {
      const old = document.getElementById(part.id);
      if (!old || this.parts.get(part.id) === part.innerHTML) continue;
      this.parts.set(part.id, part.innerHTML);
      this.swap(old, part);
      changed += 1;
    }
    if (!changed) return;
    diagrams.forEach((diagram) => diagram.renew());
    this.said.textContent = "";
    setTimeout(() => { this.said.textContent = "页面内容已更新"; }, 100);
  }

  /* Focus, open details and the scroll position of tables outlive the swap. */
  swap(old, part) {
    const opened = new Set([...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent));
    const known = new Set([...old.querySelectorAll("details > summary")].map((summary) => summary.textContent));
    const scrolls = [...old.querySelectorAll(".table-wrap")].map((table) => table.scrollLeft);
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.replaceChildren(...part.childNodes);
    old.querySelectorAll("details > summary").forEach((summary) => {
      if (known.has(summary.textContent)) summary.parentElement.open = opened.has(summary.textContent);
    });
    old.querySelectorAll(".table-wrap").forEach((table, index) => { table.scrollLeft = scrolls[index] ?? 0; });
    if (focused) old.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    if (!old.querySelector("svg")) {
      old.classList.add("is-fresh");
      setTimeout(() => old.classList.remove("is-fresh"), 2500);
    }
  }
}

document.querySelectorAll("[data-countdown]").forEach(runCountdown);
document.querySelectorAll("[data-clock]").forEach(runClock);
document.querySelectorAll("[data-live]").forEach((root) => new Live(root));
