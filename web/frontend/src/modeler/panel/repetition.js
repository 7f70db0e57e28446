// 多实例: an activity that several people or offices do, or that is done again.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { referenceTo } from '../references.js';
import { feelField } from './feel.js';

const ONCE = 'once';
const PARALLEL = 'parallel';
const SEQUENTIAL = 'sequential';
const LOOP = 'loop';
const KINDS = [[ONCE, '办一次'], [PARALLEL, '多份，同时办（如会签、专家评分）'], [SEQUENTIAL, '多份，依次办'], [LOOP, '条件成立就再办一次']];
const NAME = /^[^\W\d]\w*$/u;

export function repetition(element, context, fields) {
  const { businessObject } = element;
  if (!is(businessObject, 'bpmn:Activity') || businessObject.triggeredByEvent) {
    return null;
  }
  const loop = businessObject.loopCharacteristics;
  const kind = kindOfLoop(loop);
  const field = fields.choice({ key: 'loop.kind', label: '办几份', value: kind, options: KINDS, commit: (chosen) => change(element, loop, chosen, context) });
  const more = { [PARALLEL]: manyFields, [SEQUENTIAL]: manyFields, [LOOP]: loopFields }[kind]?.(element, loop, context, fields) ?? [];
  return { title: '多实例', fields: [field, ...more] };
}

function kindOfLoop(loop) {
  if (!loop) {
    return ONCE;
  }
  if (is(loop, 'bpmn:StandardLoopCharacteristics')) {
    return LOOP;
  }
  return loop.isSequential ? SEQUENTIAL : PARALLEL;
}

function change(element, loop, chosen, { model }) {
  const isMany = loop && is(loop, 'bpmn:MultiInstanceLoopCharacteristics');
  if (isMany && [PARALLEL, SEQUENTIAL].includes(chosen)) {
    model.setInside(element, loop, { isSequential: chosen === SEQUENTIAL });
    return;
  }
  const type = chosen === LOOP ? 'bpmn:StandardLoopCharacteristics' : 'bpmn:MultiInstanceLoopCharacteristics';
  const properties = chosen === SEQUENTIAL ? { isSequential: true } : {};
  model.set(element, { loopCharacteristics: chosen === ONCE ? undefined : model.make(type, properties, element.businessObject) });
}

function manyFields(element, loop, context, fields) {
  const { model } = context;
  const names = context.namesFor(element);
  const setAttribute = (name) => (text) => model.setInside(element, loop, { [`camunda:${name}`]: text.trim() || undefined });
  const isName = (text) => (!text || NAME.test(text) ? '' : '写一个变量名，由字母、数字和下划线组成。');
  return [
    feelField(fields, {
      key: 'loop.collection', label: '按哪个列表，每项一份', value: loop.get('camunda:collection') ?? '', rows: 1, names,
      help: '存放单位、专家等列表的变量，例如 `panel`。', commit: setAttribute('collection'),
    }),
    fields.text({
      key: 'loop.element', label: '每一项叫什么', value: loop.get('camunda:elementVariable') ?? '', isCode: true, check: isName,
      help: '这一份里用这个名称读列表的这一项，例如 `expert`。', commit: setAttribute('elementVariable'),
    }),
    feelField(fields, {
      key: 'loop.cardinality', label: '或者写份数', value: loop.loopCardinality?.body ?? '', rows: 1, names,
      help: '没有列表、只按数目办时填写。', commit: (text) => model.setExpression(element, loop, 'loopCardinality', text),
    }),
    feelField(fields, {
      key: 'loop.completion', label: '提前结束的条件', value: loop.completionCondition?.body ?? '', names,
      help: '不写则全部办完才继续。每办完一份看一次，成立时其余的撤回，例如 `decision = "disagree"`。',
      commit: (text) => model.setExpression(element, loop, 'completionCondition', text),
    }),
    fields.text({
      key: 'loop.result', label: '收集每一份的哪项内容', value: loop.outputDataItem?.name ?? '', isCode: true, check: isName,
      list: names.map(({ name }) => name), help: '后面要用到每一份的结果时填写：这一步表单里的字段，例如 `total_score`。',
      commit: (name) => model.setInside(element, loop, { outputDataItem: name ? resultItem(element, name, model) : undefined }),
    }),
    fields.text({
      key: 'loop.results', label: '收进哪个列表', value: loop.loopDataOutputRef?.id ?? '', isCode: true, check: isName,
      help: '后面的步骤用这个名称读全部结果，例如 `scores`。与上一项一起填写。',
      commit: (name) => model.setInside(element, loop, { loopDataOutputRef: name ? referenceTo(name) : undefined }),
    }),
  ];
}

function resultItem({ businessObject }, name, model) {
  return model.make('bpmn:DataOutput', { id: `${businessObject.id}__result`, name }, businessObject.loopCharacteristics);
}

function loopFields(element, loop, context, fields) {
  const { model } = context;
  return [
    feelField(fields, {
      key: 'loop.condition', label: '再办一次的条件', value: loop.loopCondition?.body ?? '', names: context.namesFor(element),
      commit: (text) => model.setExpression(element, loop, 'loopCondition', text),
    }),
    fields.text({
      key: 'loop.maximum', label: '最多几次', type: 'number', value: loop.loopMaximum === undefined ? '' : String(loop.loopMaximum),
      check: (text) => (text === '' || (Number.isInteger(Number(text)) && Number(text) > 0) ? '' : '请填写正整数。'),
      commit: (text) => model.setInside(element, loop, { loopMaximum: text === '' ? undefined : Number(text) }),
    }),
    fields.tick({
      key: 'loop.before', label: '先看条件再办第一次', value: Boolean(loop.testBefore), commit: (tests) => model.setInside(element, loop, { testBefore: tests }),
    }),
  ];
}
