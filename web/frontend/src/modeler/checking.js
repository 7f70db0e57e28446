// What the checks of the draft say about the diagram that is open, while it is edited.
import { coded, debounce, h } from '../shared/dom.js';
import { renew } from '../shared/renewing.js';
import { post } from '../shared/requests.js';
import { quickFix } from './quick_fixes.js';

const PAUSE = 1200;
const WORDS = { error: '须改', warning: '提醒', hint: '提示' };
const SIGNS = { error: '✕', warning: '！', hint: 'i' };
const OVERLAY = 'guicheng-finding';

export class Checking {
  #asking = null;
  findings = [];

  /**
   * @param {{ address: string, file: string, modeler: any, read: () => Promise<string>, select: (id: string) => void,
   *   container: HTMLElement, count: HTMLElement, tell: () => void, fixes: Record<string, any> }} context
   */
  constructor(context) {
    this.context = context;
    this.soon = debounce(() => this.run(), PAUSE);
  }

  /** Ask now; an earlier question that is still open is dropped. */
  async run() {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const { address, file, read } = this.context;
    try {
      const answer = await post(`${address}/check`, { files: { [file]: await read() } }, { signal: this.#asking.signal });
      this.#show(answer.findings);
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        this.#say(`检查没有完成：${problem.message}`);
      }
    }
  }

  #say(sentence) {
    renew(this.context.container, h('p', { class: 'gp-note' }, sentence));
  }

  #show(findings) {
    const { file, count } = this.context;
    const here = findings.filter((one) => one.file === file || (one.element && this.context.modeler.get('elementRegistry').get(one.element)));
    const elsewhere = findings.length - here.length;
    this.findings = here;
    const errors = here.filter(({ severity }) => severity === 'error').length;
    count.textContent = here.length ? `${here.length}${errors ? `，须改 ${errors}` : ''}` : '0';
    this.#mark(here);
    const rest = elsewhere ? [h('p', { class: 'gp-note' }, `草稿的其他文件里还有 ${elsewhere} 条，`, h('a', { href: `${this.context.address}/checks` }, '查看全部检查结果'), '。')] : [];
    if (here.length) {
      renew(this.context.container, h('ul', { class: 'designer-findings' }, here.map((one) => this.#line(one))), ...rest);
    } else {
      renew(this.context.container, h('p', { class: 'gp-note' }, '这张图没有发现问题。'), ...rest);
    }
    this.context.tell();
  }

  #line(finding) {
    const { severity, element, name, message } = finding;
    const what = name || element;
    const known = element && this.context.modeler.get('elementRegistry').get(element);
    const open = known ? h('button', { type: 'button', class: 'link-btn', onclick: () => this.context.select(element) }, what) : what ? h('strong', {}, what) : null;
    return h('li', { class: `is-${severity}` }, h('span', { class: 'designer-severity' }, `${SIGNS[severity]} ${WORDS[severity]}`), open, h('span', {}, ...coded(message)), this.#fix(finding));
  }

  #fix(finding) {
    const [words, action] = quickFix(finding, this.context.fixes) ?? [];
    return words ? h('button', { type: 'button', class: 'btn btn-2 btn-s', onclick: action }, ...coded(words)) : null;
  }

  /** Mark the elements that have findings, by a sign with words, not by colour alone. */
  #mark(findings) {
    const overlays = this.context.modeler.get('overlays');
    const registry = this.context.modeler.get('elementRegistry');
    overlays.remove({ type: OVERLAY });
    const worst = new Map();
    for (const one of findings.filter(({ element, severity }) => severity !== 'hint' && registry.get(element))) {
      const before = worst.get(one.element);
      worst.set(one.element, { severity: before?.severity === 'error' ? 'error' : one.severity, messages: [...(before?.messages ?? []), one.message] });
    }
    for (const [id, { severity, messages }] of worst) {
      if (!registry.get(id).waypoints) {
        const html = h('div', { class: `designer-mark is-${severity}`, title: messages.join('\n') }, SIGNS[severity]);
        overlays.add(id, OVERLAY, { position: { top: -12, left: -8 }, html, show: { minZoom: 0.3 } });
      }
    }
  }
}
