// Lists that are drawn anew while somebody uses them: nothing is taken from under the pointer or the keyboard.

/** Container -> what it will show once the press is over. */
const late = new Map();
let pressed = null;

addEventListener('pointerdown', ({ target }) => { pressed = target; }, true);
for (const name of ['pointerup', 'pointercancel']) {
  addEventListener(name, release, true);
}

/** What was pressed hears of it first; then what had to wait is shown. */
function release() {
  pressed = null;
  setTimeout(() => [...late].forEach(([container, contents]) => renew(container, ...contents)));
}

/** Return a function that gives the keyboard back to what it was on, or null when it was elsewhere. */
function noteFocus(container) {
  const active = document.activeElement;
  if (!active || !container.contains(active) || active === container) {
    return null;
  }
  const same = () => [...container.querySelectorAll(active.tagName)].filter(({ textContent }) => textContent === active.textContent);
  const place = same().indexOf(active);
  return () => same()[place]?.focus({ preventScroll: true });
}

/** Show other contents in a container: at once, or when what is pressed in it has been let go. */
export function renew(container, ...contents) {
  late.delete(container);
  if (pressed && container.contains(pressed)) {
    late.set(container, contents);
    return;
  }
  const focus = noteFocus(container);
  container.replaceChildren(...contents);
  focus?.();
}
