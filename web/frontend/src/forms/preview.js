// The form as the official sees it: drawn by the server, in frames as wide as a computer and as a phone.
import { debounce, h } from '../shared/dom.js';
import { post } from '../shared/requests.js';

const PAUSE = 350;
/** As wide as the frame in forms.css. */
const COMPUTER = 960;
/** What a page without scripts needs, and what takes the focus: the page around the frames does both itself. */
const NOT_IN_FRAMES = /<noscript>[\s\S]*?<\/noscript>| autofocus(?=[ >])/g;

export class FormPreview {
  #pairs = [];
  #outside = {};
  #running = null;

  /**
   * @param {HTMLElement} box with a [data-frames], a [data-outside], a [data-preview-status]
   * @param {{ address: string, file: string, read: () => string, show: (problems: object[]) => void,
   *   select: (name: string) => void }} owner
   */
  constructor(box, owner) {
    this.box = box;
    this.owner = owner;
    this.frames = [...box.querySelectorAll('iframe')];
    this.status = box.querySelector('[data-preview-status]');
    fitComputer(box.querySelector('.frame-computer'));
    this.later = debounce(() => this.draw(), PAUSE);
    box.addEventListener('click', (event) => {
      const action = event.target.closest('[data-action]')?.dataset.action;
      if (action) {
        this.draw(action);
      }
    });
  }

  /** Ask the server for the form as it stands now. */
  async draw(action = '') {
    this.later.cancel();
    this.#running?.abort();
    this.#running = new AbortController();
    const asked = { file: this.owner.file, text: this.owner.read(), pairs: this.#pairs, outside: this.#outside, action };
    try {
      const answer = await post(this.owner.address, asked, { signal: this.#running.signal });
      this.owner.show(answer.problems);
      if (answer.page) {
        this.#showPage(answer.page.replace(NOT_IN_FRAMES, ''));
        this.#showOutside(answer.outside);
      }
      this.#say(answer.page ? '' : '表单有问题，改正后预览会更新。');
    } catch (problem) {
      if (problem.name !== 'AbortError') {
        this.#say(`预览没有更新：${problem.message}`);
      }
    }
  }

  #say(sentence) {
    this.status.textContent = sentence;
    this.status.classList.toggle('is-silent', !sentence);
  }

  #showPage(page) {
    for (const frame of this.frames) {
      const shown = frame.contentDocument?.getElementById('task-form');
      if (shown) {
        replaceBody(frame.contentDocument, page);
        this.#pairs = readPairs(frame.contentDocument);
      } else {
        frame.addEventListener('load', () => this.#watch(frame), { once: true });
        frame.srcdoc = page;
      }
    }
  }

  #watch(frame) {
    const inside = frame.contentDocument;
    this.#pairs = readPairs(inside);
    inside.addEventListener('change', (event) => {
      if (event.target.type !== 'file') {
        this.#pairs = readPairs(inside);
        this.draw();
      }
    });
    inside.addEventListener('click', (event) => {
      const link = event.target.closest('a');
      if (link) {
        event.preventDefault();
        const goal = inside.getElementById(link.hash.slice(1));
        goal?.focus();
        goal?.scrollIntoView({ block: 'center' });
      }
      const name = nameAt(event.target);
      if (name) {
        this.owner.select(name);
      }
    });
    inside.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#pairs = readPairs(inside);
      this.draw(event.submitter?.name === '_action' ? event.submitter.value : '');
    });
  }

  #showOutside(outside) {
    const box = this.box.querySelector('[data-outside]');
    box.hidden = outside.length === 0;
    const names = outside.map((one) => one.name).join(' ');
    if (box.dataset.names === names) {
      return;
    }
    box.dataset.names = names;
    box.querySelector('[data-outside-fields]').replaceChildren(...outside.map((one) => this.#outsideField(one)));
  }

  #outsideField(one) {
    const id = `outside-${one.name}`;
    const isChoice = one.options.length > 0 && one.kind !== 'checklist';
    const control = isChoice
      ? h('select', { id }, h('option', { value: '' }, '（没有值）'), ...one.options.map(([value, label]) => h('option', { value }, label)))
      : h('input', { id, type: 'text', autocomplete: 'off', spellcheck: 'false' });
    control.value = this.#outside[one.name] ?? '';
    control.addEventListener('change', () => {
      this.#outside[one.name] = control.value;
      this.draw();
    });
    return h('div', { class: 'property' }, h('label', { for: id }, one.label || FACTS[one.name] || '流程算出的值', ' ', h('code', {}, one.name)), control);
  }
}

/** Let a page as wide as that of a computer fit into its place. */
function fitComputer(figure) {
  const observer = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width > 0) {
      figure.style.setProperty('--scale', String(Math.min(1, contentRect.width / COMPUTER)));
    }
  });
  observer.observe(figure);
}

/** What the engine itself provides, see bpmn/README.md. */
const FACTS = { applicant: '申报单位', round: '轮次', windows: '申报窗口', deadlines: '到期时间', title: '持有的称号', history: '以往办件' };

function readPairs(inside) {
  const form = inside.getElementById('task-form');
  return form ? [...new FormData(form)].filter(([, value]) => typeof value === 'string') : [];
}

/** Put the body of a new page into a frame; where the person is in it stays. */
function replaceBody(inside, page) {
  const focused = inside.activeElement?.id;
  const scroll = inside.scrollingElement.scrollTop;
  const fresh = new DOMParser().parseFromString(page, 'text/html');
  inside.title = fresh.title;
  inside.body.replaceChildren(...fresh.body.childNodes);
  inside.scrollingElement.scrollTop = scroll;
  if (focused && inside.hasFocus()) {
    inside.getElementById(focused)?.focus({ preventScroll: true });
  }
}

/** Return the name of the component that something in the page belongs to: the last name of its input's path. */
function nameAt(target) {
  const field = target.closest('.field, fieldset.list, fieldset.material');
  const name = field?.querySelector('[name]')?.name?.replace(/^file:/, '');
  return name?.replace(/\[\d+\]/g, '').split('.').at(-1);
}
