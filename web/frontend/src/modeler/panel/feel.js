// A FEEL text: checked by the server while it is typed, with the names it may use at hand.
import { debounce, h } from '../../shared/dom.js';
import { post } from '../../shared/requests.js';

const PAUSE = 350;

/** Return a function that asks the server about a text and tells the answer in words. */
function makeChecker(kind, names, show) {
  let asked = 0;
  return debounce(async (text) => {
    const number = (asked += 1);
    try {
      const { problem } = text.trim() ? await post('/studio/feel', { text, kind, names }) : { problem: null };
      if (number === asked) {
        show(problem, text);
      }
    } catch {
      show(null, '');
    }
  }, PAUSE);
}

function describe(problem) {
  return problem.position === null || problem.position === undefined
    ? problem.message
    : `第 ${problem.position + 1} 个字符处：${problem.message}`;
}

/**
 * A field for an expression.
 *
 * @param {import('./fields.js').Fields} fields
 * @param {Parameters<import('./fields.js').Fields['text']>[0] & { names: { name: string, label: string, type: string }[], kind?: string, strip?: (text: string) => string | null }} given
 *   `strip` returns the expression inside the text, or null when the text is none
 */
export function feelField(fields, given) {
  const element = fields.text({ rows: 2, isCode: true, ...given });
  const { control } = element;
  const verdict = h('p', { class: 'gp-verdict', role: 'status' });
  const words = given.names.map(({ name }) => name);
  const strip = given.strip ?? ((text) => text);
  const check = makeChecker(given.kind ?? 'expression', words, (problem, text) => {
    verdict.textContent = problem ? `✗ ${describe(problem)}` : text.trim() ? '✓ 写法正确' : '';
    verdict.className = problem ? 'gp-verdict is-wrong' : 'gp-verdict';
  });
  const examine = () => {
    const expression = strip(control.value);
    if (expression === null) {
      verdict.textContent = '';
    } else {
      check(expression);
    }
  };
  control.addEventListener('input', examine);
  if (given.value) {
    examine();
  }
  element.append(verdict);
  if (fields.isEditable && given.names.length) {
    element.append(makeNames(given.names, control));
  }
  return element;
}

/** Everything by which a name may be looked for. */
function saidOf({ name, label, comparisons = [] }) {
  return [name, label, ...comparisons.map((one) => one.label)].join(' ').toLowerCase();
}

/** The names that may be used; choosing one writes it where the caret is. */
function makeNames(names, control) {
  const list = h('ul', { class: 'gp-names' });
  const filter = h('input', { type: 'search', 'aria-label': '查找名称', placeholder: '按名称或中文查找' });
  const fill = () => {
    const wanted = filter.value.trim().toLowerCase();
    const found = names.filter((one) => saidOf(one).includes(wanted)).slice(0, 60);
    list.replaceChildren(...found.map((one) => makeName(one, control)));
  };
  filter.addEventListener('input', fill);
  const details = h('details', { class: 'gp-more' }, h('summary', {}, '可以用的名称和答案'), filter, list);
  details.addEventListener('toggle', () => details.open && fill(), { once: true });
  return details;
}

function makeName({ name, label, type, comparisons = [] }, control) {
  const words = [label, type].filter(Boolean).join('，');
  const answers = comparisons.length
    ? h('span', { class: 'gp-answers' }, '选的是：', comparisons.map((one) => h('button', { type: 'button', onclick: () => insert(control, one.text) }, one.label)))
    : null;
  return h('li', {}, h('button', { type: 'button', onclick: () => insert(control, name) }, h('code', {}, name)), words ? h('span', {}, words) : null, answers);
}

/** Write a text where the caret is. */
function insert(control, text) {
  control.setRangeText(text, control.selectionStart, control.selectionEnd, 'end');
  control.focus();
  control.dispatchEvent(new Event('input'));
}
