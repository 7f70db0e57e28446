// When a component is shown, between the words of the panel and the FEEL of the file, which says when it is hidden.
//
// The panel offers “only when this field has that value”; everything else stays as it is written.

const NAME = '([A-Za-z\\u4e00-\\u9fff][\\w\\u4e00-\\u9fff]*)';
const TEXT = '"((?:[^"\\\\]|\\\\.)*)"';
/** What the panel understands: pattern, kind of the choice, whether the value is the one that shows. */
const KNOWN = [
  { pattern: new RegExp(`^${NAME} != ${TEXT}$`), way: 'is' },
  { pattern: new RegExp(`^not\\(${NAME} = ${TEXT}\\)$`), way: 'is' },
  { pattern: new RegExp(`^${NAME} = ${TEXT}$`), way: 'isNot' },
  { pattern: new RegExp(`^not\\(list contains\\(${NAME}, ${TEXT}\\)\\)$`), way: 'has' },
  { pattern: new RegExp(`^${NAME} = null or not\\(list contains\\(\\1, ${TEXT}\\)\\)$`), way: 'has' },
  { pattern: new RegExp(`^${NAME} != (true)$`), way: 'isTrue' },
  { pattern: new RegExp(`^${NAME} = (null)$`), way: 'isFilled' },
];

export const WAYS = { is: '选的是', isNot: '选的不是', has: '勾选了', isTrue: '已勾选', isFilled: '已填写' };

const quote = (text) => JSON.stringify(text);
const unquote = (text) => JSON.parse(`"${text}"`);

/** Return { name, way, value } of a condition that hides, or null when it is something else. */
export function readCondition(hide) {
  const code = String(hide ?? '').trim().replace(/^=\s*/, '');
  for (const { pattern, way } of KNOWN) {
    const found = pattern.exec(code);
    if (found) {
      const value = way === 'isTrue' || way === 'isFilled' ? '' : unquote(found[2]);
      return { name: found[1], way, value };
    }
  }
  return null;
}

/** Return the FEEL that hides a component unless a field has a value. */
export function writeCondition({ name, way, value }) {
  const codes = {
    is: `${name} != ${quote(value)}`,
    isNot: `${name} = ${quote(value)}`,
    has: `${name} = null or not(list contains(${name}, ${quote(value)}))`,
    isTrue: `${name} != true`,
    isFilled: `${name} = null`,
  };
  return `=${codes[way]}`;
}

/** Return the ways in which a field of a kind can decide. */
export function waysOf(kind) {
  if (kind === 'checklist') {
    return ['has', 'isFilled'];
  }
  if (kind === 'checkbox') {
    return ['isTrue'];
  }
  return ['radio', 'select'].includes(kind) ? ['is', 'isNot', 'isFilled'] : ['isFilled'];
}
