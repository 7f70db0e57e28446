// One property of the panel as a labelled control.
import { h } from '../shared/dom.js';
import { conditionInput } from './condition_input.js';
import { headingsInput, optionsInput } from './lists.js';
import { nameField, readValue, writeValue } from './model.js';

const NAME = /^[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff]{0,63}$/;
let count = 0;

/**
 * Return the control of a property with its label and help.
 *
 * @param {object} property of kinds.js
 * @param {{ model: object, path: number[], component: object, owner: object }} place
 */
export function inputFor(property, place) {
  const id = `property-${++count}`;
  const control = (CONTROLS[property.type] ?? textInput)(property, place, id);
  const isTick = ['flag', 'flagOn'].includes(property.type);
  const help = property.help ? h('p', { class: 'hint', id: `${id}-help` }, ...withCode(property.help)) : '';
  if (isTick) {
    return h('div', { class: 'property' }, h('div', { class: 'opt' }, control, h('label', { for: id }, property.label)), help);
  }
  if (control.matches('fieldset')) {
    return h('div', { class: 'property' }, control);
  }
  return h('div', { class: 'property' }, h('label', { for: id }, property.label), help, control);
}

/** Return a sentence with what stands between backticks as code. */
export function withCode(sentence) {
  return sentence.split('`').map((piece, index) => (index % 2 ? h('code', {}, piece) : piece));
}

const described = (property, id) => (property.help ? `${id}-help` : null);

/** Write a value of the chosen component; keystrokes in one field are one step of 撤销. */
function write(property, place, value) {
  place.owner.change((component) => writeValue(component, property.name, value), property.name);
}

function textInput(property, place, id) {
  const value = readValue(place.component, property.name) ?? '';
  const input = h('input', { id, type: 'text', value: String(value), class: property.type === 'code' ? 'code-input' : null, 'aria-describedby': described(property, id), autocomplete: 'off' });
  input.addEventListener('input', () => write(property, place, input.value));
  return input;
}

function areaInput(property, place, id) {
  const value = String(readValue(place.component, property.name) ?? '');
  const rows = property.type === 'prose' ? 10 : Math.min(6, Math.max(2, Math.ceil(value.length / 22)));
  const input = h('textarea', { id, rows: String(rows), value, 'aria-describedby': described(property, id) });
  input.addEventListener('input', () => write(property, place, input.value));
  return input;
}

/** The label of a date is also that of its field in other form programs. */
function labelInput(property, place, id) {
  const input = textInput(property, place, id);
  input.addEventListener('input', () => place.owner.change((component) => {
    for (const name of ['dateLabel', 'timeLabel']) {
      if (component[name] !== undefined) {
        component[name] = input.value;
      }
    }
  }, property.name));
  return input;
}

function nameInput(property, place, id) {
  const input = h('input', { id, type: 'text', class: 'code-input', value: place.component[nameField(place.component)] ?? '', 'aria-describedby': described(property, id), autocomplete: 'off', spellcheck: 'false' });
  input.addEventListener('change', () => {
    const isGood = NAME.test(input.value);
    input.setCustomValidity(isGood ? '' : '名称由字母、数字、下划线组成，以字母开头。');
    if (isGood) {
      place.owner.rename(input.value);
    } else {
      input.reportValidity();
    }
  });
  return input;
}

function flagInput(property, place, id) {
  const wanted = property.value ?? true;
  const now = readValue(place.component, property.name);
  const input = h('input', { id, type: 'checkbox', 'aria-describedby': described(property, id) });
  input.checked = property.type === 'flagOn' ? now !== false : now === wanted || now === true;
  input.addEventListener('change', () => {
    place.owner.change((component) => {
      writeValue(component, property.name, input.checked ? wanted : undefined);
      if (property.type === 'flagOn') {
        writeValue(component, property.name, undefined);
        if (!input.checked) {
          component[property.name] = false;
        }
      }
    }, '');
  });
  return input;
}

function numberInput(property, place, id) {
  const value = readValue(place.component, property.name) ?? '';
  const input = h('input', { id, type: 'text', inputmode: 'decimal', class: 'short', value: String(value), 'aria-describedby': described(property, id), autocomplete: 'off' });
  input.addEventListener('input', () => write(property, place, readNumber(input.value.trim(), property.type)));
  return input;
}

/** Return what the file keeps: a number, an expression, or for amounts a text. */
function readNumber(text, type) {
  if (text === '' || type === 'amount' || type === 'amountOrFeel' || text.startsWith('=')) {
    return text;
  }
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

function choiceInput(property, place, id) {
  const now = readValue(place.component, property.name) ?? '';
  const options = property.options.map(([value, label]) => h('option', { value: String(value) }, label));
  if (!property.options.some(([value]) => String(value) === String(now))) {
    options.push(h('option', { value: String(now) }, property.type === 'columns' ? `${now}/16 行` : String(now)));
  }
  const input = h('select', { id, 'aria-describedby': described(property, id) }, ...options);
  input.value = String(now);
  input.addEventListener('change', () => write(property, place, property.type === 'columns' && input.value ? Number(input.value) : input.value));
  return input;
}

/** An expression that the file keeps with a leading "="; people need not type it. */
function feelInput(property, place, id) {
  const keepsSign = property.type === 'feel';
  const value = String(readValue(place.component, property.name) ?? '');
  const input = h('textarea', { id, rows: '2', class: 'code-input', value: keepsSign ? value.replace(/^=\s*/, '') : value, 'aria-describedby': described(property, id), spellcheck: 'false' });
  input.addEventListener('input', () => {
    const text = input.value.trim();
    write(property, place, text && keepsSign ? `=${text}` : text);
  });
  return input;
}

function readonlyInput(property, place, id) {
  const now = place.component.readonly;
  const isFeel = typeof now === 'string';
  const code = h('input', { type: 'text', class: 'code-input', value: isFeel ? now.replace(/^=\s*/, '') : '', 'aria-label': '只读的条件', spellcheck: 'false' });
  const input = h('select', { id, 'aria-describedby': described(property, id) }, h('option', { value: '' }, '可以填写'), h('option', { value: 'yes' }, '只读'), h('option', { value: 'feel' }, '满足条件时只读'));
  input.value = isFeel ? 'feel' : now ? 'yes' : '';
  code.hidden = !isFeel;
  const keep = () => {
    code.hidden = input.value !== 'feel';
    const expression = code.value.trim() ? `=${code.value.trim()}` : undefined;
    write(property, place, { '': undefined, yes: true, feel: expression }[input.value]);
  };
  input.addEventListener('change', keep);
  code.addEventListener('input', keep);
  return h('div', { class: 'pair' }, input, code);
}

const CONTROLS = {
  text: textInput,
  code: textInput,
  label: labelInput,
  area: areaInput,
  prose: areaInput,
  name: nameInput,
  flag: flagInput,
  flagOn: flagInput,
  number: numberInput,
  amount: numberInput,
  amountOrFeel: numberInput,
  limit: numberInput,
  choice: choiceInput,
  columns: choiceInput,
  feel: feelInput,
  feelText: feelInput,
  readonly: readonlyInput,
  condition: conditionInput,
  options: optionsInput,
  headings: headingsInput,
};
