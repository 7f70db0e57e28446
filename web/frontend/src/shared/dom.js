// Small helpers to build pages with.

/**
 * Return a new element.
 *
 * @param {string} tag
 * @param {Record<string, any>} properties `class`, `data-…`, `aria-…` and the like are attributes, `onclick` and the
 *   like listeners; what is null, undefined or false is left out
 * @param {...(Node | string | null | false)} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (name === 'value') {
      element.value = value;
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return the parts of a sentence, with ids and names of files set as what is quoted. */
export function coded(sentence) {
  return sentence.split(/([A-Za-z][\w./-]*)/).map((part, index) => (index % 2 ? h('code', {}, part) : part));
}

/** Return a function that calls `action` once nothing has asked for it for `milliseconds`. */
export function debounce(action, milliseconds) {
  let timer = 0;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Return an instant as people write it, in Beijing time. */
export function timeOfDay(instant) {
  return new Date(instant).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });
}

/** Let the browser keep a text as a file. */
export function download(name, text, type = 'application/octet-stream') {
  const link = h('a', { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
