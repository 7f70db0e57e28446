// The form editor: the tree of a form, the properties of what is chosen, and the form as the official will see it.
import { DraftFile } from '../shared/draft_file.js';
import { download, h, timeOfDay } from '../shared/dom.js';
import { watchOthers } from '../shared/presence.js';
import { renew } from '../shared/renewing.js';
import { send } from '../shared/requests.js';
import { KINDS, kindLabel, makeComponent, PALETTE, titleOf } from './kinds.js';
import { FormModel, nameField } from './model.js';
import * as operations from './operations.js';
import { PropertyPanel } from './panel.js';
import { FormPreview } from './preview.js';
import { Renaming } from './renaming.js';
import { FormTree } from './tree.js';

import './forms.css';

const STATES = { saved: '已保存', changed: '有修改，即将保存', saving: '正在保存……', offline: '网络不通，修改还在本页，联通后自动保存', conflict: '没有保存', refused: '没有保存' };

/** On a screen as narrow as this, the page of a computer would be too small to read. */
const NARROW = 720;
const BLOCK_NAME = /^[a-z][a-z0-9_]{0,63}$/;

class FormEditor {
  constructor(root) {
    const { address, file, editable } = root.dataset;
    this.root = root;
    this.isEditable = editable === 'yes';
    this.address = address;
    this.file = file;
    this.problems = new Map();
    this.selected = [];
    this.renames = 0;
    this.lastRename = Promise.resolve();
    const owner = { isEditable: this.isEditable };
    this.store = new DraftFile(`${address}/files/${file}`, { read: async () => this.model.text, tell: (state, details) => this.tell(state, details) });
    this.tree = new FormTree(this.part('tree'), { ...owner, select: (path) => this.select(path), move: (path, target) => this.edit(() => { this.selected = this.model.move(path, target); }), command: (name) => this.run(name) });
    this.panel = new PropertyPanel(this.part('panel'), { ...owner, change: (change, tag) => this.change(change, tag), rename: (name) => this.rename(name) });
    this.renaming = new Renaming({ address, file, store: this.store, tell: (sentence) => this.say(sentence), restore: () => this.restore(), focus: () => this.panel.focus(), renew: (name) => this.renew(name) });
    this.preview = new FormPreview(this.part('preview'), { address: `${address}/form/preview`, file, read: () => this.model.text, show: (problems) => this.showProblems(problems), select: (name) => this.selectNamed(name) });
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  async open() {
    const text = await this.store.load();
    try {
      this.model = new FormModel(text);
    } catch {
      this.root.querySelector('[data-broken]').hidden = false;
      return;
    }
    this.root.querySelector('[data-editor]').hidden = false;
    this.drawPalette();
    this.root.addEventListener('click', (event) => this.run(event.target.closest('[data-command]')?.dataset.command));
    this.root.addEventListener('keydown', (event) => this.press(event));
    for (const choice of this.root.querySelectorAll('[name=preview-mode]')) {
      choice.addEventListener('change', () => { this.root.dataset.mode = choice.value; });
      if (choice.value === 'phone' && innerWidth < NARROW) {
        choice.click();
      }
    }
    this.redraw();
    await this.preview.draw();
    if (this.root.dataset.element) {
      this.selectNamed(this.root.dataset.element);
    }
  }

  /* Choosing ------------------------------------------------------------------------------------------------------ */

  select(path) {
    this.selected = path;
    this.drawTree();
    this.panel.draw(this.model, path, this.faultsOf(path));
    this.updateCommands();
  }

  selectNamed(name) {
    const path = this.model.find(name);
    if (path) {
      this.select(path);
      this.tree.box.querySelector('[aria-selected="true"] > .node')?.scrollIntoView({ block: 'nearest' });
    }
  }

  redraw() {
    while (this.selected.length && !this.model.at(this.selected)) {
      this.selected = this.selected.slice(0, -1);
    }
    this.select(this.selected);
  }

  drawTree() {
    this.tree.draw(this.model, this.selected, this.problems);
  }

  /* Changing ------------------------------------------------------------------------------------------------------ */

  /** Change the chosen component from the panel, which shows the change already. */
  change(change, tag) {
    this.model.change(() => change(this.model.at(this.selected)), tag && `${this.selected.join('.')} ${tag}`);
    this.afterChange();
    this.drawTree();
    this.updateCommands();
  }

  /** Change the form so that tree and panel have to be drawn anew. */
  edit(change) {
    if (!this.isEditable) {
      return;
    }
    this.model.change(change);
    this.afterChange();
    this.redraw();
  }

  /** Give the chosen component another name, one rename after the other. */
  rename(name) {
    const component = this.model.at(this.selected);
    const turn = () => this.follow(component, name).catch((problem) => this.say(problem.message));
    this.renames += 1;
    this.lastRename = this.lastRename.then(turn).then(() => {
      this.renames -= 1;
      this.tellSaved();
    });
    this.tellSaved();
  }

  /** Rename a component; what other files mean by its name is followed there, too. */
  async follow(component, name) {
    const path = this.model.pathOf(component) ?? this.selected;
    const old = this.model.at(path)[nameField(this.model.at(path))];
    if (old === name) {
      return;
    }
    if (!old || this.file.startsWith('forms/shared/') || this.model.isInList(path)) {
      this.renameHere(path, name);
    } else {
      await this.renaming.rename(old, name, (wanted) => this.renameHere(path, wanted));
    }
  }

  /** Rename in this form, taken back by its own 撤销; whoever goes on in the panel is not disturbed. */
  renameHere(path, name) {
    this.model.change(() => this.model.rename(path, name));
    this.afterChange();
    this.drawTree();
    this.updateCommands();
  }

  /** Show the form as the server has it, as after a rename that came to something else than the page shows. */
  async renew(name) {
    this.model = new FormModel(await this.store.load());
    this.selectNamed(name);
    this.redraw();
    await this.preview.draw();
  }

  /** Show the old name again. */
  restore() {
    this.redraw();
    this.panel.focus();
  }

  afterChange() {
    this.part('told').textContent = '';
    this.store.changed();
    this.preview.later();
  }

  /** Do something with the chosen component; `operation` returns the path to choose next, or null. */
  operate(operation) {
    this.edit(() => { this.selected = operation(this.model, this.selected) ?? this.selected; });
    this.tree.focus();
  }

  add(components) {
    this.operate((model, path) => operations.add(model, path, components));
    this.announce(`已添加${titleOf(components[0]) || kindLabel(components[0])}。`);
  }

  async addBlock(path) {
    const answer = await send(`${this.address}/files/${path}`, { headers: { Accept: '*/*' } });
    const block = new FormModel(await answer.text());
    this.add(operations.freshCopy(this.model, block.form.components));
  }

  /** Keep a copy of the chosen component for other forms. */
  async saveBlock() {
    const component = this.model.at(this.selected);
    const [name, title] = [this.part('block-name').value.trim(), titleOf(component)];
    if (!BLOCK_NAME.test(name)) {
      this.announce('请先写共用区块的文件名：小写英文单词加下划线。');
      this.part('block-name').focus();
      return;
    }
    const path = `forms/shared/${name}.form`;
    const headers = { 'If-None-Match': '*', 'X-Summary': encodeURIComponent(`新建共用区块 ${title}`) };
    await send(`${this.address}/files/${path}`, { method: 'PUT', headers, body: operations.blockFile(name, title, component) });
    this.part('palette').append(this.blockButton({ file: path, title }));
    this.announce(`已另存为共用区块“${title}”，其他表单可以从“添加一项”里选用。`);
  }

  run(command) {
    const commands = {
      up: () => this.operate((model, path) => operations.shift(model, path, -1)),
      down: () => this.operate((model, path) => operations.shift(model, path, 1)),
      in: () => this.operate(operations.nest),
      out: () => this.operate(operations.unnest),
      copy: () => this.operate(operations.duplicate),
      remove: () => this.remove(),
      edit: () => this.panel.focus(),
      undo: () => this.step('undo'),
      redo: () => this.step('redo'),
      download: () => download(this.file.split('/').at(-1), this.model.text, 'application/json'),
      save: () => this.store.save(),
      overwrite: () => this.store.overwrite(),
      reload: () => this.store.giveUp(),
      'save-block': () => this.saveBlock().catch((problem) => this.announce(problem.message)),
    };
    if (command && (this.isEditable || command === 'download' || command === 'edit')) {
      commands[command]?.();
    }
  }

  remove() {
    const name = titleOf(this.model.at(this.selected));
    if (this.selected.length) {
      this.operate(operations.remove);
      this.announce(`已删除${name ? `“${name}”` : ''}，可以撤销。`);
    }
  }

  step(which) {
    this.model[which]();
    this.afterChange();
    this.redraw();
  }

  press(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) {
      return;
    }
    const command = { s: 'save', z: event.shiftKey ? 'redo' : 'undo', y: 'redo' }[event.key.toLowerCase()];
    const types = event.target.matches('input[type=text], textarea');
    if (command && !(types && command !== 'save')) {
      event.preventDefault();
      this.run(command);
    }
  }

  /* Showing ------------------------------------------------------------------------------------------------------- */

  drawPalette() {
    const box = this.part('palette');
    for (const { id, label } of PALETTE) {
      const kinds = Object.entries(KINDS).filter(([, kind]) => kind.group === id);
      box.append(h('div', { class: 'palette-group', role: 'group', 'aria-label': label }, h('p', { class: 'palette-title', 'aria-hidden': 'true' }, label), ...kinds.map(([name, kind]) => h('button', { type: 'button', class: 'palette-item', title: kind.help, onclick: () => this.add([makeComponent(name, (wanted) => this.model.freshName(wanted))]) }, kind.label))));
    }
    const blocks = JSON.parse(this.root.dataset.blocks).filter((block) => block.file !== this.file);
    box.append(...blocks.map((block) => this.blockButton(block)));
  }

  blockButton(block) {
    const add = () => this.addBlock(block.file).catch((problem) => this.announce(problem.message));
    return h('button', { type: 'button', class: 'palette-item is-block', onclick: add }, h('span', { class: 'node-flag' }, '共用'), block.title || h('code', {}, block.file));
  }

  faultsOf(path) {
    const component = this.model.at(path);
    if (!path.length) {
      return this.problems.get('') ?? [];
    }
    return this.problems.get(component.id) ?? this.problems.get(component[nameField(component)]) ?? [];
  }

  showProblems(problems) {
    this.problems = new Map();
    for (const { component, message } of problems) {
      this.problems.set(component, [...(this.problems.get(component) ?? []), message]);
    }
    this.drawTree();
    this.panel.showFaults(this.faultsOf(this.selected));
    const list = this.part('problems');
    list.hidden = problems.length === 0;
    renew(list.querySelector('ul'), ...problems.map(({ component, message }) => h('li', {}, this.problemLink(component), message)));
    list.querySelector('summary').textContent = `有 ${problems.length} 处问题，改正后才能发布`;
  }

  problemLink(component) {
    const path = this.model.find(component);
    const open = () => { this.select(path); this.panel.focus(); };
    return path ? h('button', { type: 'button', class: 'link-btn', onclick: open }, titleOf(this.model.at(path)) || kindLabel(this.model.at(path))) : '整张表单';
  }

  updateCommands() {
    const path = this.selected;
    const siblings = path.length ? this.model.at(path.slice(0, -1)).components.length : 0;
    const isPart = path.length > 0;
    const can = {
      up: isPart && path.at(-1) > 0,
      down: isPart && path.at(-1) < siblings - 1,
      in: operations.holderAbove(this.model, path) !== null,
      out: path.length > 1,
      copy: isPart,
      remove: isPart,
      undo: this.model.canUndo,
      redo: this.model.canRedo,
      'save-block': isPart,
    };
    for (const [name, isPossible] of Object.entries(can)) {
      for (const button of this.root.querySelectorAll(`[data-command="${name}"]`)) {
        button.disabled = !isPossible || !this.isEditable;
      }
    }
  }

  /** Tell everybody what came of something that took a while. */
  say(sentence) {
    this.part('told').textContent = sentence;
    this.announce(sentence);
  }

  announce(sentence) {
    this.part('announcement').textContent = sentence;
  }

  tellSaved() {
    if (this.store.isSafe) {
      this.tell('saved', {});
    }
  }

  tell(state, details) {
    const who = details.by ? `${details.by} 在 ${timeOfDay(details.at)} 保存了这张表单。` : '';
    const shown = state === 'saved' && this.renames ? 'changed' : state;
    this.part('status').textContent = STATES[shown];
    this.part('status').dataset.state = shown;
    const box = this.part('conflict');
    box.hidden = state !== 'conflict' && state !== 'refused';
    box.querySelector('p').textContent = state === 'conflict' ? `${who || details.message}您的修改还在本页，没有覆盖对方的。` : `${details.message ?? ''}您的修改还在本页。`;
    box.querySelectorAll('button').forEach((button) => { button.hidden = state !== 'conflict'; });
  }
}

const root = document.querySelector('[data-form-editor]');
if (root) {
  const editor = new FormEditor(root);
  editor.open();
  const note = document.querySelector('[data-studio-others]');
  watchOthers(root.dataset.address, root.dataset.file, (others) => {
    const here = others.filter((other) => other.path === root.dataset.file);
    note.hidden = here.length === 0;
    note.textContent = here.length ? `${here.map((other) => other.who).join('、')} 也打开着这张表单。先保存的会留下，后保存的会被提醒，不会互相覆盖。` : '';
  });
}
