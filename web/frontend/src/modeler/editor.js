// The diagram editor: the modeller, the panel, the table, the checks, and the file they are saved to.
import { debounce, timeOfDay } from '../shared/dom.js';
import { DraftFile } from '../shared/draft_file.js';
import { watchOthers } from '../shared/presence.js';
import { post, send } from '../shared/requests.js';
import { Checking } from './checking.js';
import { drawTable } from './elements_table.js';
import { Model } from './model.js';
import { makeModeler, makeViewer } from './modules.js';
import { namesFor } from './names.js';
import { namePictures } from './naming.js';
import { Panel } from './panel/panel.js';
import { keepReferences } from './references.js';
import { Renaming } from './renaming.js';
import { SavingState } from './saving.js';
import { fit } from './sight.js';
import { connect, connectTabs, followHistory, hearInputMethods } from './toolbar.js';

const READABLE = 0.8;
/** Files of other tools may have a course and no picture of it. */
const DRAWING = /BPMNPlane[\s>]/;
/** What the modeller says of contents that it would leave out when it saves. */
const LOSSES = /unparsable content|duplicate ID/i;

export class Editor {
  /** How many settings are on their way, and the last of them. */
  #unsaved = 0;
  #queue = Promise.resolve();

  /** @param {HTMLElement} page */
  constructor(page) {
    const { address, file, editable, element } = page.dataset;
    this.page = page;
    this.address = address;
    this.fileName = file;
    this.isEditable = editable === 'yes';
    this.wanted = element;
    this.part = (name) => page.querySelector(`[data-part="${name}"]`);
  }

  /** Load everything and begin. */
  async open() {
    const saving = new SavingState({ status: this.part('status'), resolve: this.part('resolve'), name: this.fileName });
    this.file = new DraftFile(`${this.address}/files/${this.fileName.split('/').map(encodeURIComponent).join('/')}`, {
      tell: (state, details) => saving.tell(state, details ?? {}),
      read: () => this.read(),
    });
    saving.file = this.file;
    const [xml, catalogue] = await Promise.all([this.file.load(), this.#loadCatalogue()]);
    this.catalogue = catalogue;
    performance.mark('designer-loaded');
    await this.#draw(xml);
    this.file.accept(await this.read());
    this.#connect();
    this.#look();
    saving.tell('saved', {});
    this.page.dataset.state = 'ready';
    this.#begin();
    performance.mark('designer-ready');
  }

  /** Return the diagram as a file; what is being typed in the panel is part of it. */
  async read() {
    this.panel?.flush();
    namePictures(this.modeler);
    const { xml } = await this.modeler.saveXML({ format: true });
    return xml;
  }

  /** Select an element and bring it into sight. */
  select(id) {
    const element = this.modeler.get('elementRegistry').get(id);
    if (!element) {
      return;
    }
    const canvas = this.modeler.get('canvas');
    const root = canvas.findRoot(element);
    if (root && root !== canvas.getRootElement()) {
      canvas.setRootElement(root);
    }
    canvas.scrollToElement(element, 80);
    this.modeler.get('selection').select(element);
  }

  /** Select an element and go to one field of its panel. */
  #choose(id, field) {
    this.select(id);
    return this.panel.focus(field);
  }

  /** Show the diagram: to be changed, unless the draft is closed or a save would lose what the modeller cannot read. */
  async #draw(xml) {
    const make = (isEditable) => (isEditable ? makeModeler : makeViewer)(this.part('canvas'));
    this.modeler = make(this.isEditable);
    const drawn = DRAWING.test(xml) ? xml : await this.#arranged(xml);
    const warnings = await this.#import(drawn);
    const lost = warnings.filter(({ message }) => LOSSES.test(message));
    if (lost.length && this.isEditable) {
      this.isEditable = false;
      this.modeler.destroy();
      this.modeler = make(false);
      await this.#import(drawn);
      this.part('lost').hidden = false;
    }
  }

  async #import(xml) {
    const { warnings } = await this.modeler.importXML(xml);
    keepReferences(warnings);
    return warnings;
  }

  async #loadCatalogue() {
    return (await send(`${this.address}/catalogue`)).json();
  }

  #connect() {
    const { modeler } = this;
    const eventBus = modeler.get('eventBus');
    const registry = modeler.get('elementRegistry');
    const model = new Model(modeler);
    this.context = {
      model, modeler, registry, catalogue: this.catalogue, address: this.address, file: this.fileName, isEditable: this.isEditable,
      naming: modeler.get('naming', false), findings: [],
      root: () => this.#process(),
      select: (id) => this.select(id),
      namesFor: (element) => namesFor(element, this.context),
      rename: (element, id) => renaming.rename(element, id),
      adopt: (old, id) => renaming.adopt(old, id),
      refresh: () => this.panel.refresh(),
      noteTyping: () => this.file.changed(),
      choose: (id, field) => this.#choose(id, field),
      saveLane: (lane, rule) => this.#set('lanes', `lanes/${encodeURIComponent(lane)}`, lane, rule),
      saveLimit: (id, limit) => this.#set('time_limits', `time-limits/${encodeURIComponent(id)}`, id, limit),
    };
    this.#noteOthers();
    const renaming = new Renaming({
      address: this.address, fileName: this.fileName, file: this.file, context: this.context, modeler,
      tell: (sentence) => this.#tell(sentence), reload: (id) => this.#reload(id), renew: () => this.#renewCatalogue().then(() => this.checking.soon()),
    });
    this.panel = new Panel(this.part('panel'), this.context);
    this.checking = new Checking({
      address: this.address, file: this.fileName, modeler, read: () => this.read(), select: (id) => this.select(id),
      container: this.part('findings'), count: this.part('count'), tell: () => this.#told(), fixes: this.context,
    });
    const table = debounce(() => drawTable(this.part('elements'), this.context), 150);
    eventBus.on('selection.changed', ({ newSelection }) => this.panel.show(newSelection.length === 1 ? named(newSelection[0]) : this.#process()));
    eventBus.on('commandStack.changed', () => {
      this.panel.refresh();
      this.file.changed();
      this.checking.soon();
      table();
    });
    this.refreshTable = table;
    connect(this.part('bar'), this.#actions());
    connectTabs(this.part('tabs'));
    followHistory(this.part('bar'), modeler);
    hearInputMethods(modeler, this.part('canvas'));
    document.addEventListener('keydown', (event) => this.#hear(event));
    // A form may have been made, or a table changed, on another page meanwhile.
    window.addEventListener('focus', () => this.#renewCatalogue().catch(() => {}));
    addEventListener('beforeunload', (event) => this.#unsaved && event.preventDefault());
    document.addEventListener('visibilitychange', () => document.hidden && !this.file.isSafe && this.file.save());
  }

  #begin() {
    if (this.isEditable) {
      watchOthers(this.address, this.fileName, (others) => this.#showOthers(others));
    }
    this.checking.run();
    this.refreshTable();
    this.panel.show(this.#process());
    if (this.wanted) {
      this.select(this.wanted);
    }
  }

  /** The element that stands for the whole: the process, or the pool around it. */
  #process() {
    const registry = this.modeler.get('elementRegistry');
    const root = this.modeler.get('canvas').getRootElements()[0];
    const pool = registry.filter(({ businessObject }) => businessObject.$type === 'bpmn:Participant' && businessObject.processRef)[0];
    return pool ? { ...root, businessObject: pool.businessObject.processRef, id: root.id, di: root.di } : root;
  }

  /** Open large enough to be read, at the beginning of the diagram. */
  #look() {
    fit(this.modeler.get('canvas'), READABLE);
  }

  #actions() {
    const actions = this.modeler.get('editorActions', false);
    const canvas = this.modeler.get('canvas');
    return {
      undo: () => actions.trigger('undo'),
      redo: () => actions.trigger('redo'),
      // Later: the search closes at any click that it hears of, and this one is still on its way.
      find: () => setTimeout(() => this.modeler.get('searchPad').toggle()),
      fit: () => fit(canvas),
      closer: () => canvas.zoom(canvas.zoom() * 1.25, 'auto'),
      farther: () => canvas.zoom(canvas.zoom() / 1.25, 'auto'),
      minimap: () => this.#toggle('minimap', this.modeler.get('minimap').toggle()),
      arrange: () => this.#arrange(),
      walk: () => this.#walk(),
    };
  }

  #toggle(name) {
    const button = this.part('bar').querySelector(`[data-do="${name}"]`);
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  }

  /** Return a diagram laid out by the server. */
  async #arranged(xml) {
    return (await post(`${this.address}/arrange`, { file: this.fileName, xml })).xml;
  }

  async #arrange() {
    const button = this.part('bar').querySelector('[data-do="arrange"]');
    button.setAttribute('aria-busy', 'true');
    try {
      await this.modeler.get('arranging').apply(await this.#arranged(await this.read()));
      this.#look();
      this.#tell('已重新排版。不满意可以撤销。');
    } catch (problem) {
      this.#tell(`没有排版：${problem.message}`);
    } finally {
      button.removeAttribute('aria-busy');
    }
  }

  #walk() {
    this.#toggle('walk');
    this.modeler.get('toggleMode').toggleMode();
  }

  /** Read the diagram anew, because the server changed it; the view and the selection stay. */
  async #reload(id) {
    const canvas = this.modeler.get('canvas');
    const seen = canvas.viewbox();
    await this.#import(await this.file.load());
    this.file.accept(await this.read());
    canvas.viewbox({ x: seen.x, y: seen.y, width: seen.width, height: seen.height });
    await this.#renewCatalogue();
    this.select(id);
    this.checking.soon();
    this.refreshTable();
  }

  /** Show a setting as it will be, and save it: who sets the next one before the answer came builds on this one. */
  #set(part, path, id, value) {
    const settings = this.catalogue[part];
    if (value === null) {
      delete settings[id];
    } else {
      settings[id] = value;
    }
    this.panel.refresh();
    this.#unsaved += 1;
    this.#tell('正在保存事项设置…');
    this.#queue = this.#queue.then(() => this.#saveSetting(path, value)).finally(() => { this.#unsaved -= 1; });
    return this.#queue;
  }

  async #saveSetting(path, value) {
    try {
      await post(`${this.address}/${path}`, value);
      await this.#renewCatalogue();
      if (this.#unsaved <= 1) {
        this.#tell('事项设置已保存。');
      }
      this.checking.soon();
    } catch (problem) {
      this.#tell(`没有保存：${problem.message}`);
      await this.#renewCatalogue().catch(() => {});
    }
  }

  /** Read what the settings are now, unless more of them are on their way. */
  async #renewCatalogue() {
    if (this.#unsaved <= 1) {
      Object.assign(this.catalogue, await this.#loadCatalogue());
      this.#noteOthers();
      this.panel.refresh();
    }
  }

  /** Let no id of another diagram be given again. */
  #noteOthers() {
    const others = Object.entries(this.catalogue.ids).filter(([file]) => file !== this.fileName);
    if (this.context.naming) {
      this.context.naming.elsewhere = new Set(others.flatMap(([, ids]) => ids));
    }
  }

  #told() {
    this.context.findings = this.checking.findings;
    this.refreshTable();
  }

  #tell(sentence) {
    this.part('told').textContent = sentence;
  }

  #hear(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      this.file.save();
    }
  }

  #showOthers(others) {
    const place = document.querySelector('[data-studio-others]');
    const here = others.filter(({ path }) => path === this.fileName);
    const words = (list) => list.map(({ who, seen_at: seenAt }) => `${who}（${timeOfDay(seenAt)}）`).join('、');
    place.hidden = !others.length;
    place.textContent = here.length
      ? `${words(here)}也打开了这张图。谁先保存算谁的，后保存的会先问一声，不会互相覆盖。`
      : `${words(others)}正在改这份草稿的其他文件。`;
  }
}

/** Return what a label names; other elements are themselves. */
function named(element) {
  return element.labelTarget ?? element;
}
