// A new name of a field: what means it in other files is shown, and follows on one press.
import { coded, h } from '../shared/dom.js';
import { post } from '../shared/requests.js';

import '../shared/dialog.css';

export class Renaming {
  /**
   * @param {{ address: string, file: string, store: any, tell: (sentence: string) => void, restore: () => void,
   *   focus: () => void, renew: (name: string) => Promise<void> }} editor
   */
  constructor(editor) {
    this.editor = editor;
  }

  /**
   * Give a field another name. At once when nobody else means it; else people see first what follows.
   *
   * @param {string} old
   * @param {string} name
   * @param {(name: string) => void} alone renames it in this form
   */
  async rename(old, name, alone) {
    const plan = (await this.#save()) && (await this.#ask('plan', { old, new: name }));
    if (plan && !plan.reaches_out) {
      alone(name);
    } else if (plan && (await this.#agree(old, name, plan))) {
      this.editor.focus();
    } else {
      this.editor.restore();
    }
  }

  /** Save what the page has, and what is changed meanwhile; return whether it is saved. */
  async #save() {
    const { store, tell } = this.editor;
    let isSaved = await store.save();
    while (!isSaved && store.state === 'changed') {
      isSaved = await store.save();
    }
    if (!isSaved) {
      tell('没有改名称：表单还没有保存好，请先处理上面的提示。');
    }
    return isSaved;
  }

  async #ask(step, value) {
    const { address, file, tell } = this.editor;
    try {
      return await post(`${address}/form/rename${step && `/${step}`}`, { file, ...value });
    } catch (problem) {
      tell(`没有改名称：${problem.message}`);
      return null;
    }
  }

  /** Show what follows, and rename once a person agrees; nothing else can be changed until then. Return whether it was. */
  #agree(old, name, plan) {
    const shown = h('div', { 'aria-live': 'polite' });
    const show = (which) => shown.replaceChildren(...listsOf(plan[which], old));
    const agree = async () => {
      const together = dialog.querySelector('input:checked')?.value === 'together';
      dialog.querySelectorAll('button, input').forEach((control) => { control.disabled = true; });
      dialog.close((await this.#carryOut(old, name, together)) ? 'done' : '');
    };
    const dialog = h('dialog', { class: 'designer-dialog', 'aria-labelledby': 'rename-title' },
      h('h2', { id: 'rename-title' }, '名称改为 ', h('code', {}, name)),
      ...(plan.together ? [choiceOf(plan.others, old, show)] : []), shown,
      h('p', { class: 'hint' }, '这是一次修改，可以在“概览”的修改记录里一步撤销。在办件里已经填的值仍按原来的名称存着；已经发布过的事项，只是换个叫法的，改“标签”就行。'),
      h('div', { class: 'designer-choices' },
        h('button', { type: 'button', class: 'btn', onclick: agree }, '改名称，这些一并改'),
        h('button', { type: 'button', class: 'btn btn-2', onclick: () => dialog.close('') }, '不改了')));
    show(plan.together ? 'together' : 'alone');
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'done');
      });
    });
  }

  async #carryOut(old, name, together) {
    if (!(await this.#save()) || !(await this.#ask('', { old, new: name, together }))) {
      return false;
    }
    await this.editor.renew(name);
    this.editor.tell('名称改好了，用到它的文件也改好了。不满意可在“概览”的修改记录里一步撤销。');
    return true;
  }
}

/** Let people say whether whoever else gives the variable its value is renamed, too. */
function choiceOf(others, old, show) {
  const option = (value, label, isChosen) => h('label', { class: 'designer-choice' }, h('input', { type: 'radio', name: 'rename-others', value, checked: isChosen, onchange: () => show(value) }), label);
  return h('fieldset', {},
    h('legend', {}, '下面这些也给 ', h('code', {}, old), ' 填值，和这一项是同一个变量：'),
    listOf(others),
    option('together', '一起改，仍是同一个变量', true),
    option('alone', '只改这张表单，从此各是各的', false));
}

const listOf = (items) => h('ul', { class: 'designer-list' }, items.map((one) => h('li', {}, ...coded(one))));

function listsOf({ changes, left }, old) {
  return [
    h('p', {}, '下面这些会一并改好：'), listOf(changes),
    ...(left.length ? [h('p', {}, '下面这些不会改，仍写着 ', h('code', {}, old), ' 或已有新名称，请改完后看一看：'), listOf(left)] : []),
  ];
}
