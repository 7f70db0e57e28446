// What can be done with the chosen component as a whole. Each changes the model and returns the path to choose next, or
// null when there is nothing to do.
import { canHold } from './kinds.js';
import { FormModel, nameField } from './model.js';

const parentOf = (path) => path.slice(0, -1);

/** One place up (-1) or down (1) among its neighbours. */
export function shift(model, path, by) {
  const place = path.at(-1) + by;
  if (!path.length || place < 0 || place >= model.at(parentOf(path)).components.length) {
    return null;
  }
  return model.move(path, [...parentOf(path), by < 0 ? place : place + 1]);
}

/** Return the block or list directly above, or null. */
export function holderAbove(model, path) {
  if (!path.length || path.at(-1) === 0) {
    return null;
  }
  const above = [...parentOf(path), path.at(-1) - 1];
  return canHold(model.at(above)) ? above : null;
}

export function nest(model, path) {
  const above = holderAbove(model, path);
  return above && model.move(path, [...above, model.at(above).components?.length ?? 0]);
}

/** Out of its block, behind it. */
export function unnest(model, path) {
  const parent = parentOf(path);
  return path.length < 2 ? null : model.move(path, [...parentOf(parent), parent.at(-1) + 1]);
}

export function remove(model, path) {
  if (!path.length) {
    return null;
  }
  model.remove(path);
  const rest = model.at(parentOf(path)).components.length;
  return rest ? [...parentOf(path), Math.min(path.at(-1), rest - 1)] : parentOf(path);
}

/** Put components where a person who chose `path` expects them: into a block, or behind anything else. */
export function add(model, path, components) {
  return model.insert(components, path, !path.length || canHold(model.at(path)));
}

export function duplicate(model, path) {
  return path.length ? model.insert(freshCopy(model, [model.at(path)]), path, false) : null;
}

/** Return copies with ids and names that the form does not have yet; expressions among them follow. */
export function freshCopy(model, components) {
  const copy = new FormModel(JSON.stringify({ components }));
  for (const [path, component] of [...copy.walk()]) {
    const name = component[nameField(component)];
    const isNamedAlike = component.id === name;
    if (name && model.freshName(name) !== name) {
      copy.rename(path, model.freshName(name));
    }
    if (!isNamedAlike || !name) {
      component.id = model.freshName(component.id ?? component.type);
    }
  }
  return copy.form.components;
}

/** Return the file of a shared block that holds one component. */
export function blockFile(name, title, component) {
  return `${JSON.stringify({ schemaVersion: 18, type: 'default', id: name, title, components: [component] }, null, 2)}\n`;
}
