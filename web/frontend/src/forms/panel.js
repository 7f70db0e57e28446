// The properties of what is chosen, each with its help; what the file says and nobody here knows is listed, not touched.
import { h } from '../shared/dom.js';
import { inputFor } from './inputs.js';
import { KINDS, kindLabel, propertiesOf, SECTIONS, titleOf } from './kinds.js';

/** Names that the panel shows elsewhere, or that are nobody's business here. */
const KNOWN = new Set(['type', 'id', 'key', 'path', 'components', 'label', 'dateLabel', 'timeLabel', 'validate', 'properties', 'conditional', 'layout', 'schemaVersion', 'executionPlatform', 'executionPlatformVersion', 'exporter', 'action', 'style']);

export class PropertyPanel {
  /**
   * @param {HTMLElement} box
   * @param {{ change: (change: (component: any) => void, tag: string) => void, rename: (name: string) => void, isEditable: boolean }} owner
   */
  constructor(box, owner) {
    this.box = box;
    this.owner = owner;
  }

  draw(model, path, faults) {
    const component = model.at(path);
    const isForm = path.length === 0;
    const place = { model, path, component, owner: this.owner };
    const properties = propertiesOf(component, isForm);
    const sections = SECTIONS.map((section) => drawSection(section, properties.filter((property) => property.section === section.id), place));
    this.box.replaceChildren(
      h('h2', { id: 'panel-title', tabindex: '-1' }, isForm ? '整张表单' : `${kindLabel(component)}${titleOf(component) ? `：${titleOf(component)}` : ''}`),
      isForm ? '' : h('p', { class: 'hint' }, KINDS[component.type]?.help ?? '系统不能显示这种组件，检查时会指出；可以删除，其他内容原样保留。'),
      h('div', { class: 'panel-faults' }),
      ...sections,
      drawOthers(component, properties),
    );
    this.showFaults(faults);
    if (!this.owner.isEditable) {
      this.box.querySelectorAll('input, select, textarea, button').forEach((control) => { control.disabled = true; });
    }
  }

  showFaults(faults) {
    const list = faults.length ? [h('ul', { class: 'notice notice-bad' }, ...faults.map((message) => h('li', {}, message)))] : [];
    this.box.querySelector('.panel-faults')?.replaceChildren(...list);
  }

  focus() {
    (this.box.querySelector('input:not([disabled]), textarea:not([disabled])') ?? this.box.querySelector('h2'))?.focus();
  }
}

function drawSection(section, properties, place) {
  if (!properties.length) {
    return '';
  }
  const title = `panel-${section.id}`;
  return h('section', { 'aria-labelledby': title }, h('h3', { id: title }, section.label), ...properties.map((property) => inputFor(property, place)));
}

function drawOthers(component, properties) {
  const shown = new Set(properties.map((property) => property.name.split('.')[0]));
  const others = Object.keys(component).filter((name) => !KNOWN.has(name) && !shown.has(name));
  const own = Object.keys(component.properties ?? {}).filter((name) => !properties.some((property) => property.name === `properties.${name}`));
  const all = [...others, ...own.map((name) => `properties.${name}`)];
  if (!all.length) {
    return '';
  }
  return h('section', { 'aria-labelledby': 'panel-others' }, h('h3', { id: 'panel-others' }, '其他内容'), h('p', { class: 'hint' }, '文件里还写有下列内容，这里不能修改，保存时原样保留：'), h('p', {}, ...all.map((name) => h('code', { class: 'other' }, name))));
}
