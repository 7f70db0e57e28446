// A reminder drawn at once: a timer on the edge of a task that does not stop it, a notice, an end.
import { makeUnique } from './words.js';

const BESIDE = 90;
const BELOW = 110;

/**
 * Draw a reminder of a task's deadline.
 *
 * @param {any} element the task
 * @param {Record<string, any>} context of the panel
 * @param {number} daysBefore 0: when the deadline is over
 */
export function addReminder(element, context, daysBefore) {
  let timer = null;
  context.model.together(() => {
    timer = drawReminder(element, context, daysBefore);
  });
  context.select(timer.businessObject.id);
}

function drawReminder(element, context, daysBefore) {
  const { model, modeler } = context;
  const task = element.businessObject;
  const unique = (word) => makeUnique(word, (id) => context.naming.isTaken(id));
  const lane = model.laneOf(task);
  const name = task.name || task.id;
  const suffix = daysBefore ? 'due_soon' : 'overdue';
  const words = daysBefore ? `${name}即将到期` : `${name}超期`;
  const modeling = modeler.get('modeling');
  const factory = modeler.get('elementFactory');

  const timer = attachTimer(element, { factory, modeling, model }, { id: unique(`${task.id}_${suffix}`), name: words, daysBefore });
  const notice = append(timer, 'bpmn:ServiceTask', { id: unique(`remind_${task.id}`), name: `提醒${name}` }, { factory, modeling, model }, 0, BELOW);
  modeling.updateProperties(notice, { 'camunda:type': 'external', 'camunda:topic': 'notify' });
  const what = daysBefore ? '即将到期' : '已超过办理时限';
  model.setParameters(notice, notice.businessObject, [['to', lane?.id ?? ''], ['title', `${name}${what}`], ['body', `{applicant.name}的“${name}”${what}，请尽快办理。`]]);
  const end = append(notice, 'bpmn:EndEvent', { id: unique(`${task.id}_${daysBefore ? 'reminded' : 'overdue_reminded'}`), name: '已提醒' }, { factory, modeling, model }, BESIDE, 0);
  explain([timer, notice, end], model);
  return timer;
}

function attachTimer(element, { factory, modeling, model }, { id, name, daysBefore }) {
  const shape = factory.createShape({ type: 'bpmn:BoundaryEvent', eventDefinitionType: 'bpmn:TimerEventDefinition' });
  const place = { x: element.x + element.width - 20, y: element.y + element.height };
  const timer = modeling.createShape(shape, place, element, { attach: true });
  modeling.updateProperties(timer, { id, name, cancelActivity: false });
  const [definition] = timer.businessObject.eventDefinitions;
  const due = `deadlines.${element.businessObject.id}`;
  model.setExpression(timer, definition, 'timeDate', daysBefore ? `${due} - duration("P${daysBefore}D")` : due);
  return timer;
}

function append(source, type, properties, { factory, modeling }, right, below) {
  const shape = factory.createShape({ type });
  const place = { x: source.x + source.width / 2 + right, y: source.y + source.height / 2 + below };
  const made = modeling.appendShape(source, shape, place, source.parent);
  modeling.updateProperties(made, properties);
  return made;
}

function explain(elements, model) {
  for (const element of elements) {
    model.setNotes(element, { text: '到时提醒办理，办理照常进行。', basis: '来源文件未规定提醒', mark: '平台默认' });
  }
}
