// 服务操作: which operation of the engine a step asks for, with its parameters.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil.js';

import { feelField } from './feel.js';

export function operations(element, context, fields) {
  const { businessObject } = element;
  const thrown = isAny(businessObject, ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent']) && businessObject.eventDefinitions?.find((one) => is(one, 'bpmn:MessageEventDefinition'));
  const owner = isAny(businessObject, ['bpmn:ServiceTask', 'bpmn:SendTask']) ? businessObject : thrown;
  if (!owner) {
    return null;
  }
  const { catalogue } = context;
  const topic = owner.get('camunda:topic') ?? '';
  const operation = catalogue.operations.find(({ name }) => name === topic);
  const isOptional = !is(businessObject, 'bpmn:ServiceTask');
  const field = fields.choice({
    key: 'topic', label: '由系统做什么', value: topic, isRequired: !isOptional,
    options: [['', isOptional ? '（不做，只发消息）' : '（请选择）'], ...catalogue.operations.map(({ name, label }) => [name, label])],
    help: operation?.help ?? '这一步没有人办理，到这里系统自动完成。',
    commit: (name) => choose(element, owner, name, context),
  });
  return { title: '服务操作', fields: [field, ...(operation ? parameterFields(element, owner, operation, context, fields) : [])] };
}

function choose(element, owner, name, { model, catalogue }) {
  const operation = catalogue.operations.find((one) => one.name === name);
  const known = new Set(operation?.parameters.map((one) => one.name) ?? []);
  const kept = model.parameters(owner).filter(([parameter]) => known.has(parameter) || operation?.takes_values);
  model.together(() => {
    model.setInside(element, owner, { 'camunda:type': name ? 'external' : undefined, 'camunda:topic': name || undefined });
    model.setParameters(element, owner, kept);
  });
}

function parameterFields(element, owner, operation, context, fields) {
  const { model } = context;
  const given = new Map(model.parameters(owner));
  const set = (name, text) => {
    const next = new Map(model.parameters(owner));
    next.set(name, text);
    model.setParameters(element, owner, [...next]);
  };
  const known = operation.parameters.map((parameter) => parameterField(parameter, given.get(parameter.name) ?? '', element, context, fields, set));
  const names = new Set(operation.parameters.map(({ name }) => name));
  const others = [...given].filter(([name]) => !names.has(name));
  if (!operation.takes_values && !others.length) {
    return known;
  }
  const rest = fields.pairs({
    key: 'values', label: operation.takes_values ? '填进模板的值' : '不认识的参数', names: ['名称', '值'], value: others,
    help: operation.takes_values ? '名称用小写英文单词，与模板里的名称一致；值以 `=` 开头时是表达式。' : '这个操作没有这些参数，请删去。',
    commit: (pairs) => model.setParameters(element, owner, [...[...model.parameters(owner)].filter(([name]) => names.has(name)), ...pairs]),
  });
  return [...known, rest];
}

function parameterField(parameter, value, element, context, fields, set) {
  const common = { key: `parameter.${parameter.name}`, label: parameter.label, value, isRequired: parameter.required, help: parameter.help, commit: (text) => set(parameter.name, text) };
  const special = { recipients: recipientsField, lane: laneField, template: templateField }[parameter.kind];
  if (special && !value.startsWith('=')) {
    return special(common, context, fields);
  }
  if (parameter.choices.length && !value.startsWith('=')) {
    const first = parameter.required ? '（请选择）' : '（不写）';
    return fields.choice({ ...common, options: [['', first], ...parameter.choices.map((one) => [one, one])] });
  }
  return feelField(fields, {
    ...common, rows: parameter.kind === 'text' ? 3 : 1, isCode: value.startsWith('='), kind: 'parameter', names: context.namesFor(element),
    strip: (text) => (/^\s*=|\{/.test(text) ? text : null),
  });
}

/** Return the lanes as [id, words]. */
function laneOptions({ catalogue, model }) {
  return Object.keys(catalogue.lanes).map((id) => [id, model.registry.get(id)?.businessObject.name ?? catalogue.lanes[id].label]);
}

function recipientsField(common, context, fields) {
  return fields.ticks({ ...common, options: [...laneOptions(context), ['all', '办件的所有参与单位']] });
}

function laneField(common, context, fields) {
  return fields.choice({ ...common, options: [['', '（不写）'], ...laneOptions(context)] });
}

function templateField(common, { catalogue }, fields) {
  return fields.choice({
    ...common, options: [['', '（请选择）'], ...catalogue.templates.map(({ file, label }) => [file, label])],
  });
}
