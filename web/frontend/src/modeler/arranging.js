// 自动排版: the positions that the server worked out become one command, so that they can be undone as one.
import { isLabelExternal } from 'bpmn-js/lib/util/LabelUtil.js';

const COMMAND = 'guicheng.arrange';

/** Return the boxes and ways of a diagram as written in its file, by the id of what they show. */
function collectPositions(definitions) {
  const found = new Map();
  for (const diagram of definitions.diagrams ?? []) {
    for (const drawn of diagram.plane.planeElement ?? []) {
      const id = drawn.bpmnElement?.id;
      if (id) {
        found.set(id, { bounds: drawn.bounds, label: drawn.label?.bounds, waypoints: drawn.waypoint, isExpanded: drawn.isExpanded });
      }
    }
  }
  return found;
}

function boxOf({ x, y, width, height }) {
  return { x, y, width, height };
}

class ArrangeHandler {
  constructor(elementRegistry, moddle) {
    this.elementRegistry = elementRegistry;
    this.moddle = moddle;
  }

  execute(context) {
    context.before ??= this.#look(context.wanted);
    return this.#place(context.wanted);
  }

  revert(context) {
    return this.#place(context.before);
  }

  /** Return where everything is now, in the same shape. */
  #look(wanted) {
    const now = new Map();
    for (const id of wanted.keys()) {
      const element = this.elementRegistry.get(id);
      if (element) {
        now.set(id, {
          bounds: element.waypoints ? null : boxOf(element),
          label: element.label ? boxOf(element.label) : undefined,
          waypoints: element.waypoints?.map(({ x, y }) => ({ x, y })),
        });
      }
    }
    return now;
  }

  #place(positions) {
    const changed = [];
    for (const [id, position] of positions) {
      const element = this.elementRegistry.get(id);
      if (element) {
        changed.push(element, ...this.#placeOne(element, position));
      }
    }
    return changed;
  }

  #placeOne(element, { bounds, label, waypoints }) {
    const { di } = element;
    if (waypoints && element.waypoints) {
      element.waypoints = waypoints.map(({ x, y }) => ({ x, y }));
      di.waypoint = waypoints.map(({ x, y }) => this.#make('dc:Point', { x, y }, di));
    } else if (bounds && !element.waypoints) {
      Object.assign(element, boxOf(bounds));
      di.bounds = this.#make('dc:Bounds', boxOf(bounds), di);
    }
    if (!element.label || !label || !isLabelExternal(element)) {
      return [];
    }
    Object.assign(element.label, boxOf(label));
    di.label ??= this.#make('bpmndi:BPMNLabel', {}, di);
    di.label.bounds = this.#make('dc:Bounds', boxOf(label), di.label);
    return [element.label];
  }

  #make(type, properties, parent) {
    const made = this.moddle.create(type, properties);
    made.$parent = parent;
    return made;
  }
}
ArrangeHandler.$inject = ['elementRegistry', 'moddle'];

class Arranging {
  constructor(commandStack, moddle) {
    this.commandStack = commandStack;
    this.moddle = moddle;
    commandStack.registerHandler(COMMAND, ArrangeHandler);
  }

  /** Place every element as a file has it that was arranged from this very diagram. */
  async apply(xml) {
    const { rootElement } = await this.moddle.fromXML(xml);
    this.commandStack.execute(COMMAND, { wanted: collectPositions(rootElement) });
  }
}
Arranging.$inject = ['commandStack', 'moddle'];

export const arrangingModule = { __init__: ['arranging'], arranging: ['type', Arranging] };
