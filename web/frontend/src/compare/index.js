// Two editions of a diagram side by side: moved and zoomed together, every difference marked in words and colour.
// The page already shows both as drawn by the server; what is written here only makes them movable.
import { h } from '../shared/dom.js';
import { openViewer } from '../shared/viewer.js';

import './compare.css';

const WORDS = { added: '＋新增', removed: '－删除', changed: '≠修改' };
/** What holds other elements. */
const FRAMES = new Set(['bpmn:Lane', 'bpmn:Participant', 'bpmn:SubProcess']);
const STEP = 1.25;

/** Show one side; the server's picture stays when the diagram cannot be shown. */
async function openSide(container) {
  const { diagramUrl, marks, side } = container.dataset;
  if (!diagramUrl) {
    return null;
  }
  const answer = await fetch(diagramUrl, { credentials: 'same-origin' });
  if (!answer.ok) {
    throw new Error(`the diagram was answered with ${answer.status}`);
  }
  const xml = await answer.text();
  const stage = h('div', { class: 'compare-stage' });
  const picture = [...container.childNodes];
  container.append(stage);
  container.dataset.state = 'opening';
  try {
    const viewer = await openViewer(stage, xml);
    picture.forEach((node) => node.remove());
    const found = JSON.parse(marks);
    mark(viewer, found);
    container.dataset.state = 'ready';
    return { side, viewer, marks: found };
  } catch (problem) {
    stage.remove();
    delete container.dataset.state;
    throw problem;
  }
}

/** Mark elements by an outline, and steps also by a word. */
function mark(viewer, marks) {
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  for (const [id, kind] of Object.entries(marks)) {
    const element = registry.get(id);
    if (!element) {
      continue;
    }
    viewer.get('canvas').addMarker(id, `is-${kind}`);
    if (FRAMES.has(element.type)) {
      viewer.get('canvas').addMarker(id, 'is-frame');
    }
    if (element.parent) {
      const words = element.waypoints ? WORDS[kind].slice(0, 1) : WORDS[kind];
      const position = element.waypoints ? middleOf(element.waypoints) : { top: -14, left: -6 };
      overlays.add(id, 'comparison', { position, scale: { min: 0.8 }, html: h('span', { class: `compare-badge is-${kind}` }, words) });
    }
  }
}

/** Return where the sign of a line stands: in the middle of its longest stretch, seen from its upper left corner. */
function middleOf(points) {
  const stretches = points.slice(1).map((end, index) => [points[index], end]);
  const length = ([one, other]) => Math.hypot(other.x - one.x, other.y - one.y);
  const [from, to] = stretches.reduce((longest, one) => (length(one) > length(longest) ? one : longest));
  const [left, top] = [Math.min(...points.map(({ x }) => x)), Math.min(...points.map(({ y }) => y))];
  return { left: (from.x + to.x) / 2 - left - 12, top: (from.y + to.y) / 2 - top - 9 };
}

/** Let each side follow the other. */
function synchronise(sides) {
  let isFollowing = false;
  for (const { viewer } of sides) {
    viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
      if (isFollowing) {
        return;
      }
      isFollowing = true;
      for (const other of sides.filter((one) => one.viewer !== viewer)) {
        const { x, y, scale } = viewbox;
        const { outer } = other.viewer.get('canvas').viewbox();
        other.viewer.get('canvas').viewbox({ x, y, width: outer.width / scale, height: outer.height / scale });
      }
      isFollowing = false;
    });
  }
}

class Comparison {
  #place = -1;

  constructor(sides, tools) {
    this.sides = sides;
    this.told = tools.querySelector('[data-compare-told]');
    this.elements = [...new Set(sides.flatMap(({ marks, viewer }) => Object.keys(marks).filter((id) => viewer.get('elementRegistry').get(id))))];
    const canvas = sides[0].viewer.get('canvas');
    const actions = {
      closer: () => canvas.zoom(canvas.zoom() * STEP, 'auto'),
      farther: () => canvas.zoom(canvas.zoom() / STEP, 'auto'),
      fit: () => canvas.zoom('fit-viewport', 'auto'),
      next: () => this.#go(1),
      previous: () => this.#go(-1),
    };
    for (const button of tools.querySelectorAll('[data-do]')) {
      button.addEventListener('click', actions[button.dataset.do]);
    }
    tools.hidden = false;
  }

  /** Bring an element into the middle of both sides. */
  show(id) {
    const known = this.sides.filter(({ viewer }) => viewer.get('elementRegistry').get(id));
    if (!known.length) {
      return false;
    }
    for (const { viewer } of this.sides) {
      viewer.get('selection').select(viewer.get('elementRegistry').get(id) ?? null);
    }
    const { viewer, marks } = known[0];
    const element = viewer.get('elementRegistry').get(id);
    this.#centre(viewer, element);
    this.#place = this.elements.indexOf(id);
    this.told.textContent = `${WORDS[marks[id]]?.slice(1) ?? ''}：${element.businessObject.name || id}`;
    return true;
  }

  #centre(viewer, element) {
    const canvas = viewer.get('canvas');
    const root = canvas.findRoot(element);
    if (root && root !== canvas.getRootElement()) {
      canvas.setRootElement(root);
    }
    const { outer } = canvas.viewbox();
    const scale = Math.max(canvas.zoom(), 0.9);
    const box = canvas.getAbsoluteBBox(element);
    const { x, y, scale: now } = canvas.viewbox();
    const middle = { x: x + (box.x + box.width / 2) / now, y: y + (box.y + box.height / 2) / now };
    const [width, height] = [outer.width / scale, outer.height / scale];
    canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
  }

  #go(step) {
    if (this.elements.length) {
      this.#place = (this.#place + step + this.elements.length) % this.elements.length;
      this.show(this.elements[this.#place]);
    }
  }
}

async function open() {
  const containers = [...document.querySelectorAll('[data-side]')];
  const opened = await Promise.allSettled(containers.map(openSide));
  const sides = opened.map(({ value }) => value).filter(Boolean);
  const tools = document.querySelector('[data-compare-tools]');
  if (!sides.length || !tools) {
    return;
  }
  synchronise(sides);
  const comparison = new Comparison(sides, tools);
  sides[0].viewer.get('canvas').zoom('fit-viewport', 'auto');
  for (const link of document.querySelectorAll('[data-show]')) {
    link.addEventListener('click', (event) => {
      if (comparison.show(link.dataset.show)) {
        event.preventDefault();
        tools.scrollIntoView({ block: 'start' });
      }
    });
  }
}

open();
