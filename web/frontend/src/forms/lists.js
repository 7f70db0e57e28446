// Properties that are lists of pairs: the options of a choice, the columns of a table.
import { h } from '../shared/dom.js';

export const optionsInput = (property, place, id) => pairsInput(property, place, id, {
  names: ['label', 'value'], words: ['选项', '值'], add: '新增选项', one: '选项', fresh: (number) => ({ label: `选项${number}`, value: `option_${number}` }),
});

export const headingsInput = (property, place, id) => pairsInput(property, place, id, {
  names: ['label', 'key'], words: ['列标题', '名称'], add: '新增列', one: '列', fresh: (number) => ({ label: `第${number}列`, key: `column_${number}` }),
});

function pairsInput(property, place, id, words) {
  const box = h('fieldset', { class: 'pairs', 'aria-describedby': property.help ? `${id}-help` : null }, h('legend', {}, property.label), property.help ? h('p', { class: 'hint', id: `${id}-help` }, property.help) : null);
  const rows = h('div', {});
  const change = (edit, tag = '') => place.owner.change((component) => {
    component[property.name] ??= [];
    edit(component[property.name]);
    if (!component[property.name].length) {
      delete component[property.name];
    }
  }, tag);
  const draw = (focus) => {
    const list = place.component[property.name] ?? [];
    rows.replaceChildren(...list.map((item, position) => drawRow(item, position, list.length, words, { change, draw, name: property.name })));
    rows.querySelector(focus ?? 'nothing')?.focus();
  };
  const add = h('button', { type: 'button', class: 'btn btn-2 btn-s' }, words.add);
  add.addEventListener('click', () => {
    change((list) => list.push(freshPair(list, words)));
    draw(`[data-pair="${(place.component[property.name] ?? []).length - 1}-0"]`);
  });
  draw();
  box.append(rows, add);
  return box;
}

function freshPair(list, words) {
  let number = list.length + 1;
  const name = words.names[1];
  while (list.some((item) => item?.[name] === words.fresh(number)[name])) {
    number += 1;
  }
  return words.fresh(number);
}

function drawRow(item, position, length, words, { change, draw, name }) {
  const inputs = words.names.map((field, index) => {
    const value = typeof item === 'object' && item !== null ? item[field] ?? '' : item;
    const input = h('input', { type: 'text', value: String(value), class: index ? 'code-input' : null, 'aria-label': `第 ${position + 1} ${words.one === '列' ? '列' : '项'}的${words.words[index]}`, 'data-pair': `${position}-${index}`, autocomplete: 'off' });
    input.addEventListener('input', () => change((list) => {
      if (typeof list[position] !== 'object' || list[position] === null) {
        list[position] = { label: String(list[position]), value: String(list[position]) };
      }
      list[position][field] = input.value;
    }, `${name}-${position}-${field}`));
    return input;
  });
  const move = (word, by) => {
    const button = h('button', { type: 'button', class: 'tool', 'aria-label': `${word}第 ${position + 1} 项`, disabled: position + by < 0 || position + by >= length }, by < 0 ? '↑' : '↓');
    button.addEventListener('click', () => {
      change((list) => list.splice(position + by, 0, ...list.splice(position, 1)));
      draw(`[data-pair="${position + by}-0"]`);
    });
    return button;
  };
  const remove = h('button', { type: 'button', class: 'tool', 'aria-label': `删除第 ${position + 1} 项` }, '✕');
  remove.addEventListener('click', () => {
    change((list) => list.splice(position, 1));
    draw(`[data-pair="${Math.max(0, position - 1)}-0"]`);
  });
  return h('div', { class: 'pair-row' }, ...inputs, move('上移', -1), move('下移', 1), remove);
}
