// Reading and writing what stands inside an element. Every change is a command, so that it can be undone.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

const BASIS = /^依据[:：]\s*(.*)$/;
const MARK = /^标记[:：]\s*(.*)$/;

/** Split the documentation of an element into what it explains, what it rests on and how sure that is. */
export function readNotes(businessObject) {
  const lines = (businessObject.documentation?.[0]?.text ?? '').split('\n').map((line) => line.trim());
  const notes = { text: [], basis: [], mark: '' };
  for (const line of lines) {
    const basis = BASIS.exec(line);
    const mark = MARK.exec(line);
    if (basis) {
      notes.basis.push(basis[1]);
    } else if (mark) {
      notes.mark = mark[1];
    } else {
      notes.text.push(line);
    }
  }
  return { text: notes.text.join('\n').trim(), basis: notes.basis.join('\n'), mark: notes.mark };
}

function joinNotes({ text, basis, mark }) {
  const bases = basis.split('\n').map((line) => line.trim()).filter(Boolean);
  return [...(text.trim() ? [text.trim()] : []), ...bases.map((line) => `依据：${line}`), ...(mark ? [`标记：${mark}`] : [])].join('\n');
}

const TOGETHER = 'guicheng.together';

/** Several commands that are undone as one. */
class TogetherHandler {
  preExecute({ action }) {
    action();
  }
}

/** Reads the elements of one diagram, and writes to them where the diagram may be changed. */
export class Model {
  constructor(modeler) {
    this.modeling = modeler.get('modeling', false);
    this.factory = modeler.get('bpmnFactory', false);
    this.moddle = modeler.get('moddle');
    this.registry = modeler.get('elementRegistry');
    this.commandStack = modeler.get('commandStack', false);
    this.commandStack?.register(TOGETHER, new TogetherHandler());
    this.modeler = modeler;
  }

  /** Do several things that are undone as one. */
  together(action) {
    this.commandStack.execute(TOGETHER, { action });
  }

  /** Set properties of the element itself. */
  set(element, properties) {
    this.modeling.updateProperties(element, properties);
  }

  /** Set properties of something inside the element. */
  setInside(element, inner, properties) {
    this.modeling.updateModdleProperties(element, inner, properties);
  }

  /** Make something that belongs inside `parent`. */
  make(type, properties, parent) {
    const made = this.factory.create(type, properties);
    made.$parent = parent;
    return made;
  }

  /** Set the text of a child such as a condition; an empty text removes it. */
  setExpression(element, inner, name, text) {
    const expression = text.trim() ? this.make('bpmn:FormalExpression', { body: text.trim() }, inner) : undefined;
    this.setInside(element, inner, { [name]: expression });
  }

  /** Set one part of the notes: `text`, `basis` or `mark`. */
  setNotes(element, part) {
    const { businessObject } = element;
    const text = joinNotes({ ...readNotes(businessObject), ...part });
    const others = (businessObject.documentation ?? []).slice(1);
    const first = text ? [this.make('bpmn:Documentation', { text }, businessObject)] : [];
    this.setInside(element, businessObject, { documentation: [...first, ...others] });
  }

  /** Return the extension of a type, e.g. `camunda:InputOutput`, or undefined. */
  extension(businessObject, type) {
    return businessObject.extensionElements?.values?.find((one) => is(one, type));
  }

  /** Return all extensions of a type. */
  extensions(businessObject, type) {
    return businessObject.extensionElements?.values?.filter((one) => is(one, type)) ?? [];
  }

  /** Replace the extensions of one type and leave those of everybody else where they are. */
  replaceExtensions(element, inner, type, wanted) {
    const container = inner.extensionElements ?? this.make('bpmn:ExtensionElements', { values: [] }, inner);
    const values = container.values ?? [];
    const first = values.findIndex((one) => is(one, type));
    const rest = values.filter((one) => !is(one, type));
    const at = first < 0 ? rest.length : values.slice(0, first).filter((one) => !is(one, type)).length;
    const all = [...rest.slice(0, at), ...wanted, ...rest.slice(at)];
    for (const one of wanted) {
      one.$parent = container;
    }
    if (!inner.extensionElements) {
      container.values = all;
      this.setInside(element, inner, { extensionElements: all.length ? container : undefined });
    } else if (all.length) {
      this.setInside(element, container, { values: all });
    } else {
      this.setInside(element, inner, { extensionElements: undefined });
    }
  }

  /** Return the parameters of an operation as [name, text]. */
  parameters(inner) {
    const io = this.extension(inner, 'camunda:InputOutput');
    return (io?.inputParameters ?? []).filter((one) => !one.definition).map(({ name, value }) => [name ?? '', value ?? '']);
  }

  /** Set the parameters of an operation; empty ones are left out. */
  setParameters(element, inner, pairs) {
    const io = this.extension(inner, 'camunda:InputOutput');
    const kept = new Map((io?.inputParameters ?? []).map((one) => [one.name, one]));
    const written = pairs.filter(([name, value]) => name && value.trim() !== '');
    const fresh = this.make('camunda:InputOutput', {}, inner);
    fresh.inputParameters = written.map(([name, value]) => {
      const same = kept.get(name);
      return same && same.value === value ? same : this.make('camunda:InputParameter', { name, value }, fresh);
    });
    fresh.inputParameters.push(...(io?.inputParameters ?? []).filter((one) => one.definition));
    if (io?.outputParameters?.length) {
      fresh.outputParameters = io.outputParameters;
    }
    const isEmpty = !fresh.inputParameters.length && !fresh.outputParameters;
    this.replaceExtensions(element, inner, 'camunda:InputOutput', isEmpty ? [] : [fresh]);
  }

  /** Return the declarations of one type in the file, e.g. `bpmn:Message`. */
  declared(type) {
    return this.modeler.getDefinitions().rootElements.filter((one) => one.$type === type);
  }

  /** Return the declaration with an id, made when there is none yet. */
  declare(type, id) {
    const found = this.declared(type).find((one) => one.id === id);
    if (found) {
      return found;
    }
    const definitions = this.modeler.getDefinitions();
    const made = this.make(type, { id, name: id }, definitions);
    const root = this.modeler.get('canvas').getRootElement();
    this.setInside(root, definitions, { rootElements: [made, ...definitions.rootElements] });
    return made;
  }

  /** Return every process of the file. */
  processes() {
    return this.declared('bpmn:Process');
  }

  /** Return the lane in which an element stands, or undefined. */
  laneOf(businessObject) {
    for (let one = businessObject; one && !is(one, 'bpmn:Process'); one = one.$parent) {
      const lane = one.attachedToRef ? this.laneOf(one.attachedToRef) : this.#laneThatNames(one);
      if (lane) {
        return lane;
      }
    }
    return undefined;
  }

  #laneThatNames(businessObject) {
    const found = this.registry.filter(({ businessObject: lane }) => is(lane, 'bpmn:Lane') && (lane.flowNodeRef ?? []).includes(businessObject));
    return found.map((element) => element.businessObject).find((lane) => !lane.childLaneSet) ?? found[0]?.businessObject;
  }
}
