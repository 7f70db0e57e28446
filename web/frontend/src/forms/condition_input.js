// 什么时候显示: always, only when a field has a value, or an expression of one's own.
import { h } from '../shared/dom.js';
import { readCondition, waysOf, WAYS, writeCondition } from './conditions.js';
import { kindLabel, titleOf } from './kinds.js';
import { nameField, readValue, writeValue } from './model.js';

const DECIDING = new Set(['radio', 'select', 'checklist', 'checkbox', 'textfield', 'textarea', 'number', 'datetime']);

export function conditionInput(property, place, id) {
  const hide = readValue(place.component, property.name);
  const known = readCondition(hide);
  const fields = decidingFields(place);
  const isSimple = known !== null && fields.some((field) => field.name === known.name);
  const box = h('fieldset', { class: 'condition', 'aria-describedby': `${id}-help` }, h('legend', {}, property.label), h('p', { class: 'hint', id: `${id}-help` }, property.help));
  const way = h('select', { 'aria-label': '显示的条件' }, h('option', { value: 'always' }, '总是显示'), h('option', { value: 'when', disabled: fields.length ? null : true }, '只在某一栏符合时显示'), h('option', { value: 'feel' }, '用式子写隐藏条件'));
  way.value = !hide ? 'always' : isSimple ? 'when' : 'feel';
  const details = h('div', { class: 'condition-details' });
  const keep = (value) => place.owner.change((component) => writeValue(component, property.name, value), property.name);
  const show = (condition) => {
    const drawn = { always: () => [], when: () => simple(fields, condition ?? firstChoice(fields), keep), feel: () => [expression(hide, keep)] };
    details.replaceChildren(...drawn[way.value]());
  };
  way.addEventListener('change', () => {
    if (way.value === 'always') {
      keep(undefined);
    } else if (way.value === 'when') {
      keep(writeCondition(firstChoice(fields)));
    }
    show(null);
  });
  show(isSimple ? known : null);
  box.append(way, details);
  return box;
}

/** Return the fields that may decide: those of the same scope, without the component itself and what it holds. */
function decidingFields({ model, path }) {
  const self = path.join('.');
  const fields = [];
  for (const [here, component] of model.walk()) {
    const isInside = here.join('.') === self || here.join('.').startsWith(`${self}.`);
    const inOtherList = listsAbove(model, here).some((list) => !self.startsWith(`${list}.`));
    if (DECIDING.has(component.type) && !isInside && !inOtherList && component[nameField(component)]) {
      fields.push({ name: component.key, kind: component.type, label: titleOf(component) || kindLabel(component), values: component.values ?? [] });
    }
  }
  return fields;
}

function listsAbove(model, path) {
  const above = path.map((_, depth) => path.slice(0, depth)).filter((one) => one.length);
  return above.filter((one) => model.at(one).type === 'dynamiclist').map((one) => one.join('.'));
}

function firstChoice(fields) {
  const field = fields.find((one) => one.values.length) ?? fields[0];
  return { name: field.name, way: waysOf(field.kind)[0], value: field.values[0]?.value ?? '' };
}

function simple(fields, condition, keep) {
  const state = { ...condition };
  const field = h('select', { 'aria-label': '由哪一栏决定' }, ...fields.map((one) => h('option', { value: one.name }, one.label)));
  const way = h('select', { 'aria-label': '怎样算符合' });
  const value = h('select', { 'aria-label': '哪一个选项' });
  const refill = () => {
    const chosen = fields.find((one) => one.name === state.name);
    const ways = waysOf(chosen.kind);
    if (!ways.includes(state.way)) {
      state.way = ways[0];
    }
    way.replaceChildren(...ways.map((one) => h('option', { value: one }, WAYS[one])));
    const values = [...chosen.values];
    const needsValue = ['is', 'isNot', 'has'].includes(state.way);
    if (needsValue && !values.some((one) => one.value === state.value)) {
      state.value = state.value && !values.length ? state.value : values[0]?.value ?? state.value;
    }
    value.replaceChildren(...(values.length ? values : [{ value: state.value, label: state.value }]).map((one) => h('option', { value: one.value }, one.label)));
    [field.value, way.value, value.value] = [state.name, state.way, state.value];
    value.hidden = !needsValue;
  };
  const read = (name, control) => control.addEventListener('change', () => {
    state[name] = control.value;
    refill();
    keep(writeCondition(state));
  });
  read('name', field);
  read('way', way);
  read('value', value);
  refill();
  return [field, way, value];
}

function expression(hide, keep) {
  const input = h('textarea', { rows: '2', class: 'code-input', value: String(hide ?? '').replace(/^=\s*/, ''), 'aria-label': '隐藏的条件（成立时不显示）', spellcheck: 'false' });
  input.addEventListener('input', () => keep(input.value.trim() ? `=${input.value.trim()}` : undefined));
  return h('div', {}, h('p', { class: 'hint' }, '条件成立时不显示，例如 ', h('code', {}, 'result != "agree"'), '。'), input);
}
