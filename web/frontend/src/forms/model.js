// A form as the editor holds it: the JSON of its file, changed in place, with everything unknown left as it is.
//
// A component is named by its path: the positions from the top, `[2, 0]` for the first child of the third component.

const MOST_STEPS = 200;
/** Changes of one field within this time are one step of 撤销. */
const ONE_STEP = 1500;

/** Return how a file is indented: what stands before its first key. */
function readIndent(text) {
  return /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? (text.startsWith('{\n') ? '' : '  ');
}

/** Return the object that holds the last name of a dotted path, made on the way when `isMade`. */
function holderOf(component, path, isMade) {
  let holder = component;
  for (const name of path.slice(0, -1)) {
    if (typeof holder[name] !== 'object' || holder[name] === null) {
      if (!isMade) {
        return undefined;
      }
      holder[name] = {};
    }
    holder = holder[name];
  }
  return holder;
}

/** Return the value of a dotted name of a component, e.g. `validate.required`. */
export function readValue(component, name) {
  const path = name.split('.');
  return holderOf(component, path, false)?.[path.at(-1)];
}

/** Set the value of a dotted name; nothing, and the objects left empty by it, are taken out. */
export function writeValue(component, name, value) {
  const path = name.split('.');
  if (value !== undefined && value !== '' && value !== false) {
    holderOf(component, path, true)[path.at(-1)] = value;
    return;
  }
  const holder = holderOf(component, path, false);
  if (holder) {
    delete holder[path.at(-1)];
  }
  if (path.length > 1 && holder && Object.keys(holder).length === 0) {
    writeValue(component, path.slice(0, -1).join('.'), undefined);
  }
}

/** The name of the value of a component: a list has its own place for it. */
export const nameField = (component) => (component.type === 'dynamiclist' ? 'path' : 'key');

export class FormModel {
  #original;
  #meaning;
  #indent;
  #ending;
  #past = [];
  #future = [];
  #lastTag = '';
  #lastAt = 0;

  /** @param {string} text the file; throws when it is no JSON object */
  constructor(text) {
    this.#load(text);
    this.form = JSON.parse(text);
    if (typeof this.form !== 'object' || this.form === null || Array.isArray(this.form)) {
      throw new SyntaxError('no object');
    }
    this.form.components ??= [];
  }

  #load(text) {
    this.#original = text;
    this.#meaning = JSON.stringify(JSON.parse(text));
    this.#indent = readIndent(text);
    this.#ending = text.endsWith('\n') ? '\n' : '';
  }

  /** The file as it should be saved: byte for byte the loaded one while it means the same. */
  get text() {
    if (JSON.stringify(this.form) === this.#meaning) {
      return this.#original;
    }
    return JSON.stringify(this.form, null, this.#indent) + this.#ending;
  }

  /** Return the component at a path; the form itself at the empty one. */
  at(path) {
    return path.reduce((parent, position) => parent?.components?.[position], this.form);
  }

  /** Yield [path, component] of everything, from top to bottom. */
  *walk(path = []) {
    for (const [position, component] of (this.at(path)?.components ?? []).entries()) {
      const here = [...path, position];
      yield [here, component];
      yield* this.walk(here);
    }
  }

  /** Return the path of a component that `at` gave, or null. */
  pathOf(component) {
    return [...this.walk()].find(([, one]) => one === component)?.[0] ?? null;
  }

  /** Return the path of the component with an id, or with a name when none has that id. */
  find(id) {
    const all = [...this.walk()];
    const found = all.find(([, component]) => component.id === id) ?? all.find(([, component]) => component[nameField(component)] === id);
    return found?.[0] ?? null;
  }

  /** Whether the component at a path belongs to the rows of a list. */
  isInList(path) {
    return path.some((_, depth) => depth > 0 && this.at(path.slice(0, depth)).type === 'dynamiclist');
  }

  /** Return a name that no component has yet. */
  freshName(wanted) {
    const taken = new Set();
    for (const [, component] of this.walk()) {
      taken.add(component.id).add(component[nameField(component)]);
    }
    let number = 2;
    let name = wanted;
    while (taken.has(name)) {
      name = `${wanted}_${number++}`;
    }
    return name;
  }

  /**
   * Change something, as one step of 撤销.
   *
   * @param {() => void} change
   * @param {string} tag changes with the same tag shortly after each other are one step
   */
  change(change, tag = '') {
    const before = JSON.stringify(this.form);
    change();
    if (JSON.stringify(this.form) === before) {
      return;
    }
    const now = Date.now();
    if (!tag || tag !== this.#lastTag || now - this.#lastAt > ONE_STEP) {
      this.#past.push(before);
      this.#past.splice(0, this.#past.length - MOST_STEPS);
    }
    [this.#lastTag, this.#lastAt] = [tag, now];
    this.#future = [];
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  undo() {
    this.#step(this.#past, this.#future);
  }

  redo() {
    this.#step(this.#future, this.#past);
  }

  #step(from, to) {
    if (from.length) {
      to.push(JSON.stringify(this.form));
      this.form = JSON.parse(from.pop());
      this.#lastTag = '';
    }
  }

  /** Put components behind a path, or as the last ones into the parent at it; return the path of the first. */
  insert(components, path, isInside) {
    const parent = isInside ? path : path.slice(0, -1);
    const holder = this.at(parent);
    holder.components ??= [];
    const position = isInside ? holder.components.length : path.at(-1) + 1;
    holder.components.splice(position, 0, ...components);
    return [...parent, position];
  }

  /** Take a component out; return it. */
  remove(path) {
    return this.at(path.slice(0, -1)).components.splice(path.at(-1), 1)[0];
  }

  /** Put a component somewhere else, before the position that `target` names now; return where it stands then. */
  move(path, target) {
    if (path.every((position, depth) => target[depth] === position)) {
      return path;
    }
    const component = this.remove(path);
    const place = [...target];
    const depth = path.length - 1;
    const sharesParent = path.slice(0, -1).every((position, level) => position === place[level]);
    if (sharesParent && place.length > depth && place[depth] > path[depth]) {
      place[depth] -= 1;
    }
    const parent = this.at(place.slice(0, -1));
    parent.components ??= [];
    parent.components.splice(place.at(-1), 0, component);
    return place;
  }

  /** Give a component another name, and the expressions of the form that use it too. */
  rename(path, name) {
    const component = this.at(path);
    const old = component[nameField(component)];
    component[nameField(component)] = name;
    if (component.id === old) {
      component.id = name;
    }
    if (old && name && /^[\w\u4e00-\u9fff]+$/.test(old)) {
      const mention = new RegExp(`(?<![\\w.\\u4e00-\\u9fff])${old}(?![\\w\\u4e00-\\u9fff])`, 'g');
      renameIn(this.form, mention, name);
    }
  }
}

const EXPRESSIONS = new Set(['rule', 'when']);

function renameIn(holder, mention, name) {
  for (const [key, value] of Object.entries(holder)) {
    if (typeof value === 'string' && (value.trimStart().startsWith('=') || EXPRESSIONS.has(key))) {
      holder[key] = outsideTexts(value, (code) => code.replace(mention, name));
    } else if (typeof value === 'object' && value !== null) {
      renameIn(value, mention, name);
    }
  }
}

/** Change an expression, but not the texts in it. */
function outsideTexts(expression, change) {
  return expression.split(/("(?:[^"\\]|\\.)*")/).map((piece, index) => (index % 2 ? piece : change(piece))).join('');
}
