// The editor of decisions: dmn-js, the views of the file as tabs, a row to try it with, and what the checks find.
import { DraftFile } from '../shared/draft_file.js';
import { debounce, download, h } from '../shared/dom.js';
import { watchOthers } from '../shared/presence.js';
import { renew } from '../shared/renewing.js';
import { post } from '../shared/requests.js';
import { makeModeler } from './modeler.js';
import { Trial } from './trial.js';

import './tables.css';

const STATES = { saved: '已保存', changed: '有修改，即将保存', saving: '正在保存……', offline: '网络不通，修改还在本页，联通后自动保存', conflict: '没有保存', refused: '没有保存' };
const KINDS = { drd: '决策关系图', decisionTable: '决策表', literalExpression: '式子' };

class TableEditor {
  #original = '';
  #canonical = '';

  constructor(root) {
    this.root = root;
    const { address, file } = root.dataset;
    this.address = address;
    this.file = file;
    this.isEditable = root.dataset.editable === 'yes';
    this.store = new DraftFile(`${address}/files/${file}`, { read: () => this.read(), tell: (state, details) => this.tell(state, details) });
    this.trial = new Trial(this.part('trial'), { address: `${address}/table/try`, file, read: () => this.read() });
    this.checkLater = debounce(() => this.check(), 800);
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  async open() {
    this.#original = await this.store.load();
    this.modeler = makeModeler(this.part('canvas'));
    this.modeler.on('viewer.created', ({ viewer }) => viewer.on('commandStack.changed', () => this.changed()));
    this.modeler.on('views.changed', ({ views, activeView }) => this.showViews(views, activeView));
    try {
      await this.modeler.importXML(this.#original);
    } catch {
      this.part('broken').hidden = false;
      return;
    }
    this.#canonical = await this.write();
    await this.show(this.root.dataset.element);
    this.root.addEventListener('click', (event) => this.run(event.target.closest('[data-command]')?.dataset.command));
    this.check();
  }

  /** Open the view of an element, and mark its rule. */
  async show(id) {
    const holds = ({ element }) => element.id === id || element.decisionLogic?.rule?.some((rule) => rule.id === id);
    const view = id && this.modeler.getViews().find((one) => one.type !== 'drd' && holds(one));
    if (view) {
      await this.modeler.open(view);
      const marks = new CSSStyleSheet();
      marks.replaceSync(`td[data-row-id="${CSS.escape(id)}"] { box-shadow: inset 0 2px #b3231b, inset 0 -2px #b3231b; }`);
      document.adoptedStyleSheets.push(marks);
      this.root.querySelector(`[data-row-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center' });
    }
  }

  async write() {
    return (await this.modeler.saveXML({ format: true })).xml;
  }

  /** The file as it should be saved: byte for byte the loaded one until something changes. */
  async read() {
    const text = this.modeler && this.#canonical ? await this.write() : this.#original;
    return text === this.#canonical ? this.#original : text;
  }

  changed() {
    if (this.isEditable) {
      this.store.changed();
    }
    this.trial.later();
    this.checkLater();
  }

  showViews(views, active) {
    const shown = views.filter(({ type, element }) => type !== 'drd' || element.get('drgElement').length > 0);
    const tabs = shown.map((view) => h('button', { type: 'button', class: 'tool', 'aria-pressed': String(view === active), onclick: () => this.modeler.open(view) }, h('span', { class: 'muted' }, `${KINDS[view.type]} `), view.element.name || view.element.id));
    renew(this.part('views'), ...tabs);
    if (active && active.type !== 'drd' && this.trial.decision !== active.element.id) {
      this.trial.decision = active.element.id;
      this.trial.later();
    }
  }

  async check() {
    const answer = await post(`${this.address}/check`, { files: { [this.file]: await this.read() } }).catch(() => null);
    if (!answer) {
      return;
    }
    const found = answer.findings.filter((finding) => finding.file === this.file);
    const words = { error: '错误', warning: '提醒', hint: '建议' };
    const tags = { error: 'late', warning: 'soon', hint: 'off' };
    const items = found.map((one) => h('li', {}, h('span', { class: `tag tag-${tags[one.severity]}` }, words[one.severity]), ' ', one.name ? `${one.name}：` : '', one.message));
    this.part('findings').replaceChildren(...(items.length ? [h('ul', { class: 'files' }, ...items)] : [h('p', { class: 'muted' }, '这个文件没有发现问题。')]));
  }

  run(command) {
    const viewer = this.modeler.getActiveViewer();
    const commands = {
      undo: () => viewer.get('commandStack').undo(),
      redo: () => viewer.get('commandStack').redo(),
      download: async () => download(this.file.split('/').at(-1), await this.read(), 'application/xml'),
      overwrite: () => this.store.overwrite(),
      reload: () => this.store.giveUp(),
    };
    commands[command]?.();
  }

  tell(state, details) {
    this.part('status').textContent = STATES[state];
    this.part('status').dataset.state = state;
    const box = this.part('conflict');
    box.hidden = state !== 'conflict' && state !== 'refused';
    const who = details.by ? `${details.by} 刚刚保存了这个文件。` : details.message ?? '';
    box.querySelector('p').textContent = `${who}您的修改还在本页，没有覆盖对方的。`;
    box.querySelectorAll('button').forEach((button) => { button.hidden = state !== 'conflict'; });
  }
}

const root = document.querySelector('[data-table-editor]');
if (root) {
  new TableEditor(root).open();
  const note = document.querySelector('[data-studio-others]');
  watchOthers(root.dataset.address, root.dataset.file, (others) => {
    const here = others.filter((other) => other.path === root.dataset.file);
    note.hidden = here.length === 0;
    note.textContent = here.length ? `${here.map((other) => other.who).join('、')} 也打开着这个文件。先保存的会留下，后保存的会被提醒，不会互相覆盖。` : '';
  });
}
