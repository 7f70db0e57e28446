// The fields of the panel: a label, one sentence of help, the control, and what is wrong with it.
import { debounce, h } from '../../shared/dom.js';

const PAUSE = 900;
let counter = 0;

/** Return a sentence of help; what stands between backticks is quoted as it is. */
function helpText(help, id) {
  const parts = help.split('`').map((part, index) => (index % 2 ? h('code', {}, part) : part));
  return h('p', { class: 'gp-help', ...(id ? { id } : {}) }, ...parts);
}

/** What every field is made with. */
function frame({ label, help, isRequired }, control, ...after) {
  const id = `gp-${(counter += 1)}`;
  control.id = id;
  const hint = help ? helpText(help, `${id}-help`) : null;
  const problem = h('p', { class: 'gp-problem', id: `${id}-problem`, hidden: true });
  control.setAttribute('aria-describedby', [hint && hint.id, problem.id].filter(Boolean).join(' '));
  const title = h('label', { for: id }, label, isRequired ? h('span', { class: 'gp-req' }, '必填') : null);
  const element = h('div', { class: 'gp-field' }, title, hint, control, problem, ...after);
  return { element, problem };
}

function say(problem, control, sentence) {
  problem.textContent = sentence ?? '';
  problem.hidden = !sentence;
  control.toggleAttribute('aria-invalid', Boolean(sentence));
}

/** Makes fields, and knows the one that is being typed in. */
export class Fields {
  #dirty = null;

  /** @param {{ isEditable: boolean, noteTyping: () => void }} context `noteTyping` hears of what is typed before it is taken */
  constructor({ isEditable, noteTyping }) {
    this.isEditable = isEditable;
    this.noteTyping = noteTyping;
  }

  /** Hand over what has been typed and not yet been taken. */
  flush() {
    const typed = this.#dirty;
    this.#dirty = null;
    typed?.commit();
  }

  /** Forget what is being typed in a field that is drawn anew; return whether there was anything not yet taken. */
  letGo(control) {
    const isTyped = this.#dirty?.control === control;
    if (isTyped) {
      this.#dirty.later.cancel();
      this.#dirty = null;
    }
    return isTyped;
  }

  /**
   * A text in one line or several.
   *
   * @param {{ key: string, label: string, help?: string, value: string, commit: (value: string) => void, rows?: number,
   *   check?: (value: string) => string, list?: string[], isRequired?: boolean, isCode?: boolean, type?: string }} given
   */
  text(given) {
    const control = given.rows ? h('textarea', { rows: given.rows }) : h('input', { type: given.type ?? 'text' });
    control.className = given.isCode ? 'gp-code' : '';
    control.value = given.value;
    control.readOnly = !this.isEditable;
    control.name = given.key;
    control.autocomplete = 'off';
    control.spellcheck = false;
    const list = given.list?.length ? h('datalist', { id: `gp-list-${counter}` }, given.list.map((one) => h('option', { value: one }))) : null;
    if (list && !given.rows) {
      control.setAttribute('list', list.id);
    }
    const { element, problem } = frame(given, control, list);
    const fault = () => given.check?.(control.value) ?? '';
    this.#listen(control, given, () => {
      const sentence = fault();
      say(problem, control, sentence);
      return sentence;
    });
    say(problem, control, given.value ? fault() : '');
    return Object.assign(element, { control, say: (sentence) => say(problem, control, sentence) });
  }

  #listen(control, given, examine) {
    let committed = given.value;
    const commit = () => {
      this.#dirty = null;
      const value = given.rows ? control.value : control.value.trim();
      if (value !== committed && !examine()) {
        committed = value;
        given.commit(value);
      }
    };
    const later = debounce(commit, PAUSE);
    control.addEventListener('input', () => {
      examine();
      this.#dirty = { control, commit, later };
      if (!given.waits) {
        this.noteTyping();
        later();
      }
    });
    control.addEventListener('change', () => {
      later.cancel();
      commit();
    });
    // What was carried over when the panel was drawn anew is no change to the browser.
    control.addEventListener('blur', () => {
      if (this.#dirty?.control === control) {
        later.cancel();
        commit();
      }
    });
    control.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !given.rows) {
        later.cancel();
        commit();
      }
    });
  }

  /** A choice; `options` are [value, words], a value that is none of them is kept and shown. */
  choice(given) {
    const known = given.options.some(([value]) => value === given.value);
    const options = known ? given.options : [...given.options, [given.value, `${given.value}（不在目录里）`]];
    const control = h('select', { name: given.key, onchange: () => given.commit(control.value) });
    control.append(...options.map(([value, words]) => h('option', { value }, words)));
    control.value = given.value;
    control.disabled = !this.isEditable;
    return frame(given, control).element;
  }

  /** Yes or no. */
  tick(given) {
    const control = h('input', { type: 'checkbox', name: given.key, onchange: () => given.commit(control.checked) });
    control.checked = given.value;
    control.disabled = !this.isEditable;
    const id = `gp-${(counter += 1)}`;
    control.id = id;
    const hint = given.help ? helpText(given.help, `${id}-help`) : null;
    control.setAttribute('aria-describedby', hint ? hint.id : '');
    return h('div', { class: 'gp-field gp-tick' }, h('div', {}, control, h('label', { for: id }, given.label)), hint);
  }

  /** Several of a list, written with commas between them. */
  ticks(given) {
    const chosen = new Set(given.value.split(/[,，、]/).map((one) => one.trim()).filter(Boolean));
    const unknown = [...chosen].filter((value) => !given.options.some(([known]) => known === value));
    const options = [...given.options, ...unknown.map((value) => [value, `${value}（不在目录里）`])];
    const tick = ([value, words]) => {
      const id = `gp-${(counter += 1)}`;
      const control = h('input', { type: 'checkbox', id, name: `${given.key}.${value}`, onchange: () => {
        chosen[control.checked ? 'add' : 'delete'](value);
        given.commit(options.map(([one]) => one).filter((one) => chosen.has(one)).join(', '));
      } });
      control.checked = chosen.has(value);
      control.disabled = !this.isEditable;
      return h('div', { class: 'gp-tick' }, h('div', {}, control, h('label', { for: id }, words)));
    };
    return h('fieldset', { class: 'gp-field' },
      h('legend', {}, given.label, given.isRequired ? h('span', { class: 'gp-req' }, '必填') : null),
      given.help ? helpText(given.help) : null, options.map(tick));
  }

  /** A button with words. */
  button(label, onclick, extra = {}) {
    return h('button', { type: 'button', class: 'btn btn-2 btn-s', disabled: !this.isEditable, onclick, ...extra }, label);
  }

  /** A sentence between fields. */
  note(...content) {
    return h('p', { class: 'gp-note' }, ...content);
  }

  /** Rows of name and value with a button that adds one. */
  pairs(given) {
    const rows = [...given.value, ...(this.isEditable ? [['', '']] : [])];
    const commit = () => {
      const read = [...body.querySelectorAll('.gp-pair')].map((row) => [...row.querySelectorAll('input')].map((input) => input.value.trim()));
      given.commit(read.filter(([name, value]) => name || value));
    };
    const input = (value, label, key) => {
      const control = h('input', { type: 'text', 'aria-label': label, name: key, onchange: commit, value, class: 'gp-code' });
      control.readOnly = !this.isEditable;
      return control;
    };
    const body = h('div', { class: 'gp-pairs' }, rows.map(([name, value], index) =>
      h('div', { class: 'gp-pair' },
        input(name, `${given.names[0]}（第 ${index + 1} 行）`, `${given.key}.${index}.0`),
        input(value, `${given.names[1]}（第 ${index + 1} 行）`, `${given.key}.${index}.1`))));
    return h('fieldset', { class: 'gp-field' },
      h('legend', {}, given.label), given.help ? helpText(given.help) : null,
      h('div', { class: 'gp-pair gp-pair-head', 'aria-hidden': 'true' }, h('span', {}, given.names[0]), h('span', {}, given.names[1])), body);
  }
}
