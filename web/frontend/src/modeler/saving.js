// How saving stands, in words, and what to do when somebody else saved meanwhile.
import { download, h, timeOfDay } from '../shared/dom.js';

const WORDS = {
  saved: '已保存',
  changed: '有修改，马上自动保存',
  saving: '正在保存…',
  offline: '未保存：现在离线，连上后自动保存',
  conflict: '未保存：这张图在别处改过',
  refused: '未保存',
};

/** Shows the state of a file and asks what to do in a conflict. */
export class SavingState {
  #details = {};

  constructor({ status, resolve, name }) {
    this.status = status;
    this.resolve = resolve;
    resolve.addEventListener('click', () => this.#ask(this.#details));
    this.name = name;
    this.file = null;
  }

  /** Show a state. */
  tell(state, details) {
    const words = state === 'saved' && details.at ? `已保存 ${timeOfDay(details.at)}` : WORDS[state];
    this.status.textContent = details.message && state === 'refused' ? `${words}：${details.message}` : words;
    this.status.dataset.state = state;
    this.resolve.hidden = state !== 'conflict';
    if (state === 'conflict') {
      this.#details = details;
      this.#ask(details);
    }
  }

  #ask({ by, at, message }) {
    const who = by ? `${by}${at ? `在 ${timeOfDay(at)} ` : ''}保存了这张图的另一种修改。` : message;
    const dialog = h('dialog', { class: 'designer-dialog', 'aria-labelledby': 'conflict-title' },
      h('h2', { id: 'conflict-title' }, '这张图刚刚在别处改过'),
      h('p', {}, who, '您的修改还在这个页面上，没有丢失，也没有覆盖那一份。请选择怎样继续。'),
      h('div', { class: 'designer-choices' },
        h('button', { type: 'button', class: 'btn', onclick: () => this.#keepCopy() }, '下载我的修改'),
        h('button', { type: 'button', class: 'btn btn-2', onclick: () => this.file.giveUp() }, '打开最新的，放弃我的'),
        h('button', { type: 'button', class: 'btn btn-2', onclick: () => this.#mine(dialog) }, '用我的替换最新的'),
        h('button', { type: 'button', class: 'btn btn-2', onclick: () => dialog.close() }, '先看看，稍后再定')),
      h('p', { class: 'gp-help' }, '替换以后，那一份修改仍在修改记录里，可以恢复。'));
    dialog.addEventListener('close', () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  async #keepCopy() {
    download(this.name.replaceAll('/', '-'), await this.file.owner.read(), 'application/xml');
  }

  async #mine(dialog) {
    dialog.close();
    await this.file.overwrite();
  }
}
