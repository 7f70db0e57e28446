// The translation service of every bpmn.io editor: an English text in, its Chinese out.
import { BPMN_TEXTS } from './texts/bpmn.js';

/**
 * Return a translation service for didi that looks texts up in `dictionary`.
 *
 * @param {Record<string, string>} dictionary English text to Chinese, `{name}` stands for a replacement
 */
export function makeTranslation(dictionary) {
  const translate = (text, replacements = {}) =>
    (dictionary[text] ?? text).replace(/\{([^}]+)\}/g, (whole, name) => String(replacements[name] ?? whole));
  return { translate: ['value', translate] };
}

export const translation = makeTranslation(BPMN_TEXTS);
