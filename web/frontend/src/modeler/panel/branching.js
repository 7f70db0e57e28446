// 条件: when a flow is taken.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil.js';

import { nameOf } from '../kinds.js';
import { feelField } from './feel.js';

const CHOOSING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:Activity'];

export function branching(element, context, fields) {
  const { businessObject } = element;
  if (is(businessObject, 'bpmn:SequenceFlow')) {
    return flowGroup(element, context, fields);
  }
  const isQuestion = isAny(businessObject, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) && waysOut(element).length > 1;
  return isQuestion ? questionGroup(element, context, fields) : null;
}

/** Return the flows out of an element; files need not list them in it, so the drawing is asked. */
function waysOut(element) {
  return element.outgoing.filter(({ businessObject }) => is(businessObject, 'bpmn:SequenceFlow'));
}

function flowGroup(element, context, fields) {
  const flow = element.businessObject;
  const source = flow.sourceRef;
  if (!isAny(source, CHOOSING) || waysOut(element.source).length < 2) {
    return flow.conditionExpression ? { title: '条件', fields: [conditionField(element, context, fields)] } : null;
  }
  const isDefault = source.default === flow;
  const tick = fields.tick({
    key: 'default', label: '其他条件都不成立时走这条', value: isDefault,
    help: '每个选择都要有一条这样的默认去路，办件才不会停住。',
    commit: (chosen) => setDefault(element, context, chosen),
  });
  return { title: '条件', fields: isDefault ? [tick] : [tick, conditionField(element, context, fields)] };
}

function setDefault(element, { model }, chosen) {
  model.together(() => {
    model.set(element.source, { default: chosen ? element.businessObject : undefined });
    if (chosen && element.businessObject.conditionExpression) {
      model.set(element, { conditionExpression: undefined });
    }
  });
}

function conditionField(element, context, fields) {
  const flow = element.businessObject;
  return feelField(fields, {
    key: `condition.${flow.id}`, label: '满足什么条件时走这条', value: flow.conditionExpression?.body ?? '',
    help: '例如 `review_decision = "agree"`。并且写 `and`，或者写 `or`，不是写 `not( )`。不知道怎么写的，打开下面的“可以用的名称和答案”，点一个答案就写好了。', names: context.namesFor(element),
    commit: (text) => context.model.setExpression(element, flow, 'conditionExpression', text),
  });
}

function questionGroup(element, context, fields) {
  const ways = waysOut(element);
  const parts = ways.map((way) => wayFields(way, context, fields)).flat();
  const options = [['', '（没有，请选一条）'], ...ways.map(({ businessObject: flow }) => [flow.id, `${flow.name || '（未命名）'} → ${nameOf(flow.targetRef)}`])];
  const standard = fields.choice({
    key: 'gateway.default', label: '默认去路', value: element.businessObject.default?.id ?? '', options,
    help: '其他条件都不成立时走这条。', commit: (id) => chooseDefault(element, ways, context, id),
  });
  return { title: '条件', fields: [standard, ...parts] };
}

function chooseDefault(element, ways, { model }, id) {
  const way = ways.find(({ businessObject }) => businessObject.id === id);
  model.together(() => {
    model.set(element, { default: way?.businessObject });
    if (way?.businessObject.conditionExpression) {
      model.set(way, { conditionExpression: undefined });
    }
  });
}

function wayFields(way, context, fields) {
  const flow = way.businessObject;
  if (flow.sourceRef.default === flow) {
    return [];
  }
  return [feelField(fields, {
    key: `condition.${flow.id}`, label: `“${flow.name || '（未命名）'}”去“${nameOf(flow.targetRef)}”的条件`,
    value: flow.conditionExpression?.body ?? '', names: context.namesFor(way),
    commit: (text) => context.model.setExpression(way, flow, 'conditionExpression', text),
  })];
}
