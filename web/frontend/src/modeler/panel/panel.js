// The panel beside the canvas: groups of fields about the element that is selected.
import { h } from '../../shared/dom.js';
import { kindOf, nameOf } from '../kinds.js';
import { Fields } from './fields.js';
import { basics } from './basics.js';
import { branching } from './branching.js';
import { calls } from './calls.js';
import { deadlines } from './deadlines.js';
import { events } from './events.js';
import { handling } from './handling.js';
import { lanes } from './lanes.js';
import { operations } from './operations.js';
import { repetition } from './repetition.js';
import { scripts } from './scripts.js';

/** Each returns null, or the title and the fields of a group. */
const GROUPS = [basics, lanes, handling, deadlines, branching, events, operations, scripts, calls, repetition];

export class Panel {
  #element = null;
  #closed = new Set();
  /** Leaving a field takes what was typed. Drawn anew at once, the panel would lose the button that is being pressed. */
  #isPressed = false;
  #isLate = false;

  /**
   * @param {HTMLElement} container
   * @param {Record<string, any>} context what groups need: the model, the catalogue, the draft's address …
   */
  constructor(container, context) {
    this.container = container;
    this.context = context;
    this.fields = new Fields(context);
    container.addEventListener('pointerdown', () => { this.#isPressed = true; });
    for (const name of ['pointerup', 'pointercancel']) {
      addEventListener(name, () => this.#release());
    }
  }

  /** What was pressed hears of it first; then the panel is drawn, if that was asked for meanwhile. */
  #release() {
    this.#isPressed = false;
    if (this.#isLate) {
      setTimeout(() => this.refresh());
    }
  }

  /** Show an element; what was typed about the one before is taken first. */
  show(element) {
    this.fields.flush();
    const isAnother = this.#element?.id !== element.id;
    this.#element = element;
    this.refresh(isAnother);
    if (isAnother) {
      this.container.scrollTop = 0;
    }
  }

  /** Go to a field, and return it. */
  focus(name) {
    const field = this.container.querySelector(`[name="${CSS.escape(name)}"]`);
    field?.closest('details')?.setAttribute('open', '');
    field?.scrollIntoView({ block: 'center' });
    field?.focus();
    return field;
  }

  /** Take what has been typed. */
  flush() {
    this.fields.flush();
  }

  /** Show the element anew, with the caret where it was, what was being typed, and unfolded what was unfolded. */
  refresh(isAnother = false) {
    this.#isLate = this.#isPressed && !isAnother;
    if (this.#isLate) {
      return;
    }
    const focus = this.#noteFocus();
    const scroll = this.container.scrollTop;
    const unfolded = isAnother ? [] : this.#lists().map(({ open }) => open);
    this.container.replaceChildren(...(this.#element ? this.#draw(this.#element) : []));
    this.#lists().forEach((list, index) => { list.open = Boolean(unfolded[index]); });
    this.container.scrollTop = scroll;
    focus?.();
  }

  /** The lists of names and clauses that people unfold and go on using while they write. */
  #lists() {
    return [...this.container.querySelectorAll('.gp-more')];
  }

  #draw(element) {
    const { businessObject } = element;
    const head = h('div', { class: 'gp-head' }, h('p', {}, kindOf(businessObject)), h('h2', {}, nameOf(businessObject)));
    const groups = GROUPS.map((group) => group(element, this.context, this.fields)).filter(Boolean);
    return [head, ...groups.map((group) => this.#drawGroup(group))];
  }

  #drawGroup({ title, fields }) {
    const details = h('details', { class: 'gp-group', open: !this.#closed.has(title) }, h('summary', {}, h('h3', {}, title)), ...fields);
    details.addEventListener('toggle', () => (details.open ? this.#closed.delete(title) : this.#closed.add(title)));
    return details;
  }

  #noteFocus() {
    const active = document.activeElement;
    if (!active?.name || !this.container.contains(active)) {
      return null;
    }
    const { name, value, selectionStart: from, selectionEnd: to } = active;
    const isTyped = this.fields.letGo(active);
    return () => {
      const again = this.container.querySelector(`[name="${CSS.escape(name)}"]:not([type="hidden"])`);
      again?.focus({ preventScroll: true });
      if (again && isTyped) {
        again.value = value;
        again.dispatchEvent(new Event('input'));
      }
      if (again && from !== null && from !== undefined && again.value === value) {
        again.setSelectionRange(from, to);
      }
    };
  }
}
