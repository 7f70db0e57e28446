// Ids of new elements. Nothing is left as a machine would name it: a new element gets a provisional word, and the word
// that its name suggests as soon as it is named; a flow is called after its ends.
import BpmnFactory from 'bpmn-js/lib/features/modeling/BpmnFactory.js';
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil.js';
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor.js';

import { isProvisional, makeUnique, proposeWord } from './words.js';

const PREFIXES = [
  ['bpmn:Activity', 'new_step'],
  ['bpmn:Event', 'new_event'],
  ['bpmn:Gateway', 'new_question'],
  ['bpmn:SequenceFlow', 'new_flow'],
  ['bpmn:Lane', 'new_lane'],
  ['bpmn:Group', 'new_group'],
  ['bpmn:Artifact', 'new_note'],
  ['bpmndi:DiagramElement', 'new_thing'],
];

class WordyFactory extends BpmnFactory {
  _ensureId(element) {
    if (element.id || !this._needsId(element)) {
      super._ensureId(element);
      return;
    }
    const prefix = PREFIXES.find(([type]) => is(element, type))?.[1] ?? 'new_thing';
    let number = 1;
    while (this._model.ids.assigned(`${prefix}_${number}`)) {
      number += 1;
    }
    element.id = `${prefix}_${number}`;
    this._model.ids.claim(element.id, element);
  }
}
WordyFactory.$inject = ['moddle'];

/** Return which vocabulary names an element, or "". */
export function vocabularyOf(businessObject) {
  if (is(businessObject, 'bpmn:Activity')) {
    return 'task';
  }
  if (is(businessObject, 'bpmn:Event')) {
    return 'event';
  }
  return is(businessObject, 'bpmn:Gateway') ? 'gateway' : '';
}

/** Lets provisional ids follow names. */
class Naming extends CommandInterceptor {
  constructor(eventBus, modeling, moddle, elementRegistry) {
    super(eventBus);
    this.modeling = modeling;
    this.moddle = moddle;
    this.elementRegistry = elementRegistry;
    /** Ids of the procedure's other diagrams: all of them run as one. */
    this.elsewhere = new Set();
    this.postExecuted(['element.updateLabel', 'element.updateProperties'], 500, ({ context }) => this.#follow(context));
    this.postExecuted(['connection.create', 'connection.reconnect'], 500, ({ context }) => this.#nameFlow(context.connection));
  }

  /** Tell whether an id is used by another element, here or in another diagram of the procedure. */
  isTaken(id, businessObject = null) {
    if (this.elsewhere.has(id)) {
      return true;
    }
    const owner = this.moddle.ids.assigned(id);
    return Boolean(owner) && owner !== businessObject;
  }

  /** Return the id that the element's name suggests, unique in the diagram, or "". */
  propose(element) {
    const { businessObject } = element;
    if (is(businessObject, 'bpmn:SequenceFlow')) {
      return this.#proposeFlow(businessObject);
    }
    const vocabulary = vocabularyOf(businessObject);
    const word = vocabulary && proposeWord(vocabulary, businessObject.name);
    return word ? makeUnique(word, (candidate) => this.isTaken(candidate, businessObject)) : '';
  }

  #proposeFlow(flow) {
    const { sourceRef: source, targetRef: target } = flow;
    if (!source || !target || isProvisional(source.id)) {
      return '';
    }
    const isAnswer = is(source, 'bpmn:Gateway');
    const answer = isAnswer ? proposeWord('flow', flow.name) || (isProvisional(target.id) ? '' : target.id) : 'done';
    const word = answer && `${source.id}__${answer}`;
    return word ? makeUnique(word, (candidate) => this.isTaken(candidate, flow)) : '';
  }

  #follow({ element, properties }) {
    const named = element.labelTarget ?? element;
    const isAboutName = !properties || 'name' in properties || 'id' in properties;
    if (isAboutName) {
      this.#rename(named);
      for (const flow of [...(named.outgoing ?? []), ...(named.incoming ?? [])]) {
        this.#nameFlow(flow);
      }
    }
  }

  #nameFlow(connection) {
    if (is(connection, 'bpmn:SequenceFlow')) {
      this.#rename(connection);
    }
  }

  #rename(element) {
    const { businessObject } = element;
    if (!businessObject?.id || !isProvisional(businessObject.id) || isAny(businessObject, ['bpmn:Lane', 'bpmn:Participant'])) {
      return;
    }
    const proposed = this.propose(element);
    if (proposed && proposed !== businessObject.id) {
      this.modeling.updateProperties(element, { id: proposed });
    }
  }
}
Naming.$inject = ['eventBus', 'modeling', 'moddle', 'elementRegistry'];

/** Call every shape and edge of new elements after its element: the words they were drawn under are given again. */
export function namePictures(modeler) {
  for (const { plane } of modeler.getDefinitions().diagrams ?? []) {
    const pictures = (plane.planeElement ?? []).filter(({ bpmnElement }) => bpmnElement);
    for (const picture of pictures.filter(({ id }) => isProvisional(id.replace(/_di$/, '')))) {
      picture.id = `${picture.bpmnElement.id}_di`;
    }
  }
}

export const namingModule = {
  __init__: ['naming'],
  bpmnFactory: ['type', WordyFactory],
  naming: ['type', Naming],
};
