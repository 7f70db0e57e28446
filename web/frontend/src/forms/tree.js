// The components of a form as a tree: chosen with the arrow keys or the mouse, moved with Alt and the arrows or by dragging.
import { h } from '../shared/dom.js';
import { renew } from '../shared/renewing.js';
import { canHold, kindLabel, titleOf } from './kinds.js';

const same = (one, other) => one?.length === other?.length && one.every((position, depth) => position === other[depth]);

export class FormTree {
  #dragged = null;

  /**
   * @param {HTMLElement} box
   * @param {{ select: (path: number[]) => void, move: (path: number[], target: number[]) => void,
   *   command: (name: string) => void, isEditable: boolean }} owner
   */
  constructor(box, owner) {
    this.box = box;
    this.owner = owner;
    box.addEventListener('keydown', (event) => this.#press(event));
  }

  /** Draw the form; `problems` is a map from a component's id or name to its faults. */
  draw(model, selected, problems) {
    this.model = model;
    this.selected = selected;
    const hadFocus = this.box.contains(document.activeElement);
    const scroll = this.box.scrollTop;
    renew(this.box, this.#form(problems));
    this.box.scrollTop = scroll;
    if (hadFocus) {
      this.focus();
    }
  }

  focus() {
    this.box.querySelector('[aria-selected="true"]')?.focus({ preventScroll: true });
    this.box.querySelector('[aria-selected="true"] > .node')?.scrollIntoView({ block: 'nearest' });
  }

  #form(problems) {
    const form = this.model.form;
    const item = this.#item([], form, '整张表单', form.title || '（没有标题）', problems.get('') ?? []);
    item.append(this.#list([], problems));
    return h('ul', { role: 'tree', 'aria-label': '表单的各项', class: 'tree' }, item);
  }

  #list(path, problems) {
    const children = this.model.at(path).components ?? [];
    return h('ul', { role: 'group' }, ...children.map((component, position) => this.#component([...path, position], component, problems)));
  }

  #component(path, component, problems) {
    const faults = problems.get(component.id) ?? problems.get(component.key ?? component.path) ?? problems.get(`${component.type}#${path.at(-1) + 1}`) ?? [];
    const item = this.#item(path, component, kindLabel(component), titleOf(component), faults);
    if (component.components) {
      item.setAttribute('aria-expanded', 'true');
      item.append(component.components.length ? this.#list(path, problems) : h('p', { class: 'tree-empty' }, '还没有内容'));
    }
    return item;
  }

  #item(path, component, kind, title, faults) {
    const isChosen = same(path, this.selected);
    const node = h('div', { class: 'node' }, h('span', { class: 'node-kind' }, kind), h('span', { class: 'node-title' }, title, ...flags(component)), faults.length ? h('span', { class: 'tag tag-late' }, `${faults.length} 处问题`) : null);
    const item = h('li', { role: 'treeitem', tabindex: isChosen ? '0' : '-1', 'aria-selected': String(isChosen), 'data-path': path.join('.') }, node);
    node.addEventListener('click', () => this.owner.select(path));
    if (path.length && this.owner.isEditable) {
      this.#allowDragging(node, path, component);
    }
    return item;
  }

  #allowDragging(node, path, component) {
    node.draggable = true;
    node.addEventListener('dragstart', (event) => {
      this.#dragged = path;
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', path.join('.'));
    });
    node.addEventListener('dragend', () => { this.#dragged = null; this.#mark(null); });
    node.addEventListener('dragover', (event) => {
      if (this.#dragged && !same(this.#dragged, path)) {
        event.preventDefault();
        this.#mark(node, this.#zone(event, node, component));
      }
    });
    node.addEventListener('drop', (event) => {
      event.preventDefault();
      const zone = this.#zone(event, node, component);
      const from = this.#dragged;
      this.#dragged = null;
      if (from) {
        this.owner.move(from, targetOf(path, component, zone));
      }
    });
  }

  #zone(event, node, component) {
    const { top, height } = node.getBoundingClientRect();
    const part = (event.clientY - top) / height;
    if (canHold(component) && part > 0.3) {
      return 'inside';
    }
    return part < 0.5 ? 'before' : 'after';
  }

  #mark(node, zone) {
    this.box.querySelectorAll('.node').forEach((one) => one.classList.remove('drop-before', 'drop-after', 'drop-inside'));
    node?.classList.add(`drop-${zone}`);
  }

  #press(event) {
    const item = event.target.closest('[role=treeitem]');
    if (!item) {
      return;
    }
    const command = commandOf(event);
    if (command) {
      event.preventDefault();
      this.owner.command(command);
      return;
    }
    const items = [...this.box.querySelectorAll('[role=treeitem]')];
    const place = items.indexOf(item);
    const parent = item.parentElement.closest('[role=treeitem]');
    const goal = { ArrowDown: items[place + 1], ArrowUp: items[place - 1], Home: items[0], End: items.at(-1), ArrowLeft: parent, ArrowRight: item.querySelector('[role=treeitem]') }[event.key];
    if (goal && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.owner.select(goal.dataset.path === '' ? [] : goal.dataset.path.split('.').map(Number));
      this.focus();
    }
  }
}

function commandOf(event) {
  if (event.altKey && !event.ctrlKey) {
    return { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'out', ArrowRight: 'in' }[event.key];
  }
  if (event.key === 'Delete') {
    return 'remove';
  }
  return event.key === 'Enter' ? 'edit' : undefined;
}

function targetOf(path, component, zone) {
  if (zone === 'inside') {
    return [...path, component.components?.length ?? 0];
  }
  return zone === 'before' ? path : [...path.slice(0, -1), path.at(-1) + 1];
}

function flags(component) {
  const said = [];
  if (component.validate?.required || Number(component.properties?.min) > 0 && component.type === 'filepicker') {
    said.push('必填');
  }
  if (component.conditional?.hide) {
    said.push('有条件');
  }
  if (component.readonly) {
    said.push('只读');
  }
  return said.map((word) => h('span', { class: 'node-flag' }, word));
}
