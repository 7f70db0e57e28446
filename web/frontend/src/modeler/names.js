// The names that an expression of an element may use: what the server knows of the draft, and what the diagram says
// that is open here and may not be saved yet.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

const ASSIGNED = /^\s*([^\W\d]\w*)\s*=(?!=)/gmu;

/** Return [name, where it comes from] of everything the steps of a diagram compute. */
function computed(registry) {
  const found = [];
  for (const { businessObject } of registry.getAll()) {
    const from = businessObject.name ? `由“${businessObject.name}”算出` : '由脚本算出';
    if (is(businessObject, 'bpmn:ScriptTask')) {
      found.push(...[...(businessObject.script ?? '').matchAll(ASSIGNED)].map(([, name]) => [name, from]));
    } else if (is(businessObject, 'bpmn:BusinessRuleTask') && businessObject.get('camunda:resultVariable')) {
      found.push([businessObject.get('camunda:resultVariable'), from]);
    }
  }
  return found;
}

/** Return the items of the repetitions around an element. */
function items(businessObject) {
  const found = [];
  for (let one = businessObject.attachedToRef ?? businessObject.sourceRef ?? businessObject; one; one = one.$parent) {
    const loop = one.loopCharacteristics;
    if (loop && is(loop, 'bpmn:MultiInstanceLoopCharacteristics')) {
      found.push([loop.get('camunda:elementVariable'), '列表的这一项'], ['loopCounter', '第几份']);
    }
  }
  return found.filter(([name]) => name);
}

/** Return the ids of the steps just before an element: what was filled in there is asked about most. */
function justBefore(element) {
  const from = element.host ?? element.source ?? element;
  return new Set([from, ...(from.incoming ?? []).map(({ source }) => source)].map((one) => one?.id));
}

/** Return the names for an element, each once and the likeliest first: { name, label, type }. */
export function namesFor(element, { catalogue, registry }) {
  const own = [...items(element.businessObject), ...computed(registry)].map(([name, label]) => ({ name, label, type: '' }));
  const seen = new Set();
  const near = justBefore(element);
  const known = [...catalogue.names].sort((one, other) => near.has(other.source) - near.has(one.source));
  return [...own, ...known].filter(({ name }) => !seen.has(name) && seen.add(name));
}
