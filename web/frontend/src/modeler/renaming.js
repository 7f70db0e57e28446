// A new id of an element: what goes by the old one in other files is shown, and follows on one press.
import { coded, h } from '../shared/dom.js';
import { post } from '../shared/requests.js';

import '../shared/dialog.css';

export class Renaming {
  /**
   * @param {{ address: string, fileName: string, file: any, context: any, modeler: any, tell: (sentence: string) => void,
   *   reload: (id: string) => Promise<void>, renew: () => Promise<void> }} editor
   */
  constructor(editor) {
    this.editor = editor;
  }

  /** Give an element another id. Alone when nobody else names it; else people see first what follows. */
  async rename(element, id) {
    const { file, fileName, context, tell } = this.editor;
    const old = element.businessObject.id;
    if (!(await file.save())) {
      context.refresh();
      tell('没有改编号：图还没有保存好，请先处理左上角的提示。');
      return;
    }
    const plan = await this.#ask('rename/plan', { old, new: id, file: fileName });
    if (!plan) {
      context.refresh();
    } else if (!plan.changes.length && !plan.left.length) {
      this.#alone(element, old, id);
      tell('编号改好了，没有别的文件提到它。');
    } else if (await this.#agree(old, id, plan)) {
      await this.#everywhere(old, id);
    } else {
      context.refresh();
    }
  }

  /** Give what lost its step to a step that is called otherwise. */
  async adopt(old, id) {
    const { file, tell, renew } = this.editor;
    if (!(await file.save())) {
      tell('没有改：图还没有保存好，请先处理左上角的提示。');
      return;
    }
    if (await this.#ask('rename', { old, new: id, file: '' })) {
      await renew();
      tell('表单和时限已给这一步。');
    }
  }

  /** Rename in this diagram, taken back by its own 撤销; the answers of a gateway follow. */
  #alone(element, old, id) {
    const { model } = this.editor.context;
    const answers = (element.outgoing ?? []).filter(({ businessObject }) => businessObject.id.startsWith(`${old}__`));
    model.together(() => {
      model.set(element, { id });
      for (const flow of answers) {
        model.set(flow, { id: `${id}${flow.businessObject.id.slice(old.length)}` });
      }
    });
  }

  async #everywhere(old, id) {
    const { fileName, reload, tell } = this.editor;
    if (await this.#ask('rename', { old, new: id, file: fileName })) {
      await reload(id);
      tell('编号改好了，提到它的文件也改好了。不满意可在“修改记录”里撤销。');
    }
  }

  async #ask(path, value) {
    try {
      return await post(`${this.editor.address}/${path}`, value);
    } catch (problem) {
      this.editor.tell(`没有改编号：${problem.message}`);
      return null;
    }
  }

  /** Show what follows, and wait for a person to agree. */
  #agree(old, id, { changes, left }) {
    const list = (items) => h('ul', { class: 'designer-list' }, items.map((one) => h('li', {}, ...coded(one))));
    const answer = (value) => h('button', { type: 'button', class: value ? 'btn' : 'btn btn-2', onclick: () => dialog.close(value) }, value ? '改编号，这些一并改' : '不改了');
    const dialog = h('dialog', { class: 'designer-dialog', 'aria-labelledby': 'rename-title' },
      h('h2', { id: 'rename-title' }, '编号改为 ', h('code', {}, id)),
      changes.length ? h('p', {}, '下面这些按编号 ', h('code', {}, old), ' 对应，会一并改好：') : h('p', {}, '没有别的文件按编号 ', h('code', {}, old), ' 对应。'),
      changes.length ? list(changes) : '',
      left.length ? h('p', {}, '下面这些不会自动改，请改完后看一看：') : '',
      left.length ? list(left) : '',
      h('p', { class: 'gp-help' }, '这是一次修改，可以在“修改记录”里一步撤销。已经发布过的步骤改编号以后，迁移在办件时要指明新旧对应；只是换个叫法的，改名称就行。'),
      h('div', { class: 'designer-choices' }, answer('yes'), answer('')));
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener('close', () => {
        dialog.remove();
        resolve(dialog.returnValue === 'yes');
      });
    });
  }
}
