// 试一试: values for what the decision asks, and what it answers; the rules that were hit are marked in the table.
import { debounce, h } from '../shared/dom.js';
import { post } from '../shared/requests.js';

export class Trial {
  #values = {};
  #marks = new CSSStyleSheet();

  /**
   * @param {HTMLElement} box
   * @param {{ address: string, file: string, read: () => Promise<string> }} owner
   */
  constructor(box, owner) {
    this.box = box;
    this.owner = owner;
    this.decision = '';
    this.later = debounce(() => this.run(), 500);
    document.adoptedStyleSheets.push(this.#marks);
    box.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.run();
    });
  }

  /** Ask the decision that is shown. */
  async run() {
    this.later.cancel();
    try {
      const asked = { file: this.owner.file, text: await this.owner.read(), decision: this.decision, inputs: this.#values };
      this.#show(await post(this.owner.address, asked));
    } catch (problem) {
      this.#say(problem.message, true);
    }
  }

  #show({ inputs, answer, hits, problem, count }) {
    this.#draw(inputs);
    this.#marks.replaceSync(hits.map((id) => `[data-row-id="${CSS.escape(id)}"] { background: #fff5df !important; box-shadow: inset 0 2px #c46f00, inset 0 -2px #c46f00; }`).join('\n'));
    if (problem) {
      this.#say(problem, true);
    } else {
      const said = hits.length ? `命中第 ${count.join('、')} 条规则（表中已标出）` : '没有命中任何规则';
      this.#say(`${said}，结果：${answer}`, false);
    }
  }

  #draw(inputs) {
    const fields = this.box.querySelector('[data-inputs]');
    const names = inputs.map((one) => one.name).join(' ');
    if (fields.dataset.names === names) {
      return;
    }
    fields.dataset.names = names;
    fields.replaceChildren(...inputs.map((one) => this.#field(one)));
  }

  #field(one) {
    const id = `trial-${one.name}`;
    const isChoice = one.options.length > 0 && one.kind !== 'checklist';
    const control = isChoice
      ? h('select', { id }, h('option', { value: '' }, '（没有值）'), ...one.options.map(([value, label]) => h('option', { value }, label)))
      : h('input', { id, type: 'text', autocomplete: 'off', spellcheck: 'false' });
    control.value = this.#values[one.name] ?? '';
    control.addEventListener(isChoice ? 'change' : 'input', () => {
      this.#values[one.name] = control.value;
      this.later();
    });
    return h('div', { class: 'field' }, h('label', { for: id }, one.label || one.name, one.label ? ' ' : '', one.label ? h('code', {}, one.name) : ''), control);
  }

  #say(sentence, isBad) {
    const box = this.box.querySelector('[data-answer]');
    box.textContent = sentence;
    box.className = `notice ${isBad ? 'notice-bad' : 'notice-info'}`;
  }
}
