// 决策 and 调用: a decision table that is asked, another diagram that is run.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { h } from '../../shared/dom.js';

const SHAPES = [
  ['singleEntry', '一个值'],
  ['singleResult', '一行（按输出列的名称取值）'],
  ['collectEntries', '一列值'],
  ['resultList', '许多行'],
];

export function calls(element, context, fields) {
  const { businessObject } = element;
  if (is(businessObject, 'bpmn:BusinessRuleTask')) {
    return decisionGroup(element, context, fields);
  }
  return is(businessObject, 'bpmn:CallActivity') ? callGroup(element, context, fields) : null;
}

function decisionGroup(element, { model, catalogue, address }, fields) {
  const task = element.businessObject;
  const chosen = task.get('camunda:decisionRef') ?? '';
  const table = catalogue.decisions.find(({ id }) => id === chosen);
  const link = table && h('a', { href: `${address}/table?file=${encodeURIComponent(table.file)}`, target: 'guicheng-table' }, '打开决策表');
  return {
    title: '决策',
    fields: [
      fields.choice({
        key: 'decisionRef', label: '决策表', value: chosen, isRequired: true,
        options: [['', catalogue.decisions.length ? '（请选择）' : '（还没有决策表）'], ...catalogue.decisions.map(({ id, name }) => [id, name || id])],
        help: '到这一步时系统按决策表得出结果，没有人办理。', commit: (id) => model.set(element, { 'camunda:decisionRef': id || undefined }),
      }),
      ...(link ? [fields.note(link)] : []),
      fields.text({
        key: 'resultVariable', label: '结果存入的变量', value: task.get('camunda:resultVariable') ?? '', isCode: true, isRequired: true,
        help: '后面的条件用这个名称读结果。', commit: (name) => model.set(element, { 'camunda:resultVariable': name || undefined }),
      }),
      fields.choice({
        key: 'mapDecisionResult', label: '结果的形状', value: task.get('camunda:mapDecisionResult') || 'resultList', options: SHAPES,
        help: '只有一个输出列的表通常选“一个值”。', commit: (shape) => model.set(element, { 'camunda:mapDecisionResult': shape }),
      }),
    ],
  };
}

function callGroup(element, context, fields) {
  const { model, catalogue, address } = context;
  const called = element.businessObject.calledElement ?? '';
  const others = catalogue.diagrams.filter(({ file }) => file !== context.file);
  const target = catalogue.diagrams.find(({ process_id: id }) => id === called);
  const link = target && h('a', { href: `${address}/diagram?file=${encodeURIComponent(target.file)}` }, '打开这张流程图');
  return {
    title: '调用',
    fields: [
      fields.choice({
        key: 'calledElement', label: '调用哪张流程图', value: called, isRequired: true,
        options: [['', others.length ? '（请选择）' : '（没有别的流程图）'], ...others.map(({ process_id: id, name }) => [id, name || id])],
        help: '到这一步时从头走那张图，走完后回到这里。', commit: (id) => model.set(element, { calledElement: id || undefined }),
      }),
      ...(link ? [fields.note(link)] : []),
      mapping(element, context, fields, 'camunda:In', '传进去的变量', '被调用的图里的名称'),
      mapping(element, context, fields, 'camunda:Out', '取回来的变量', '本图里的名称'),
    ],
  };
}

function mapping(element, { model }, fields, type, label, target) {
  const { businessObject } = element;
  const all = model.extensions(businessObject, type);
  const plain = all.filter((one) => one.target && one.variables === undefined);
  const special = all.filter((one) => !plain.includes(one));
  const isSame = (one, name, text) => one.target === name && (one.source ?? one.sourceExpression) === text;
  return fields.pairs({
    key: type, label, names: [target, '取自（变量或表达式）'], value: plain.map((one) => [one.target, one.source ?? one.sourceExpression ?? '']),
    help: '都不写时，两张图共用全部变量。',
    commit: (pairs) => model.replaceExtensions(element, businessObject, type, [
      ...special, ...pairs.map(([name, text]) => plain.find((one) => isSame(one, name, text)) ?? model.make(type, { target: name, source: text }, businessObject)),
    ]),
  });
}
