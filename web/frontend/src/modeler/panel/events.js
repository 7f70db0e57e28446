// 定时, 消息, 条件, 信号, 差错, 升级, 链接: what an event waits for or sends.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil.js';

import { triggerOf } from '../kinds.js';
import { faultOfWord } from '../words.js';
import { feelField } from './feel.js';

const TIMES = [['timeDate', '到某个时刻'], ['timeDuration', '过一段时间'], ['timeCycle', '每隔一段时间']];
const TIME_HELP = {
  timeDate: '写出时刻的表达式，例如 `deadlines.review_by_province`（办理到期时）、`windows.filing.closes_at`（窗口截止时）。',
  timeDuration: '例如 `P5D`（五日）、`PT12H`（十二小时）、`P1M`（一个月）；也可以写表达式。',
  timeCycle: '例如 `R/P7D`（每七日一次）、`R3/P1M`（每月一次，共三次）。',
};
const ISO = /^(?:R\d*\/)?(?:P[\dYMDTHWS.]+|\d{4}-\d{2}-\d{2}.*)$/;
/** Kind of declaration -> words, prefix of its ids, what else it has. */
const DECLARED = {
  Message: { type: 'bpmn:Message', reference: 'messageRef', title: '消息与关联', label: '消息', prefix: 'msg_' },
  Signal: { type: 'bpmn:Signal', reference: 'signalRef', title: '信号', label: '信号', prefix: 'sig_' },
  Error: { type: 'bpmn:Error', reference: 'errorRef', title: '差错', label: '差错', prefix: 'err_', code: 'errorCode' },
  Escalation: { type: 'bpmn:Escalation', reference: 'escalationRef', title: '升级', label: '升级', prefix: 'esc_', code: 'escalationCode' },
};

const WAITING = ['bpmn:BoundaryEvent', 'bpmn:IntermediateThrowEvent', 'bpmn:IntermediateCatchEvent'];
/** What an event that was just drawn may be made to wait for. */
const AWAITED = [['Timer', '时间：到某个时刻，或过一段时间'], ['Message', '消息：如撤回、窗口延期'], ['Conditional', '条件：某项内容成为某个值']];

export function events(element, context, fields) {
  const { businessObject } = element;
  const definition = businessObject.eventDefinitions?.[0];
  if (isAny(businessObject, ['bpmn:ReceiveTask', 'bpmn:SendTask'])) {
    return declaredGroup(element, businessObject, DECLARED.Message, context, fields);
  }
  if (!definition) {
    return isAny(businessObject, WAITING) ? plainGroup(element, context, fields) : null;
  }
  const trigger = triggerOf(businessObject);
  const declared = DECLARED[trigger];
  if (declared) {
    return declaredGroup(element, definition, declared, context, fields);
  }
  return { Timer: timerGroup, Conditional: conditionGroup, Link: linkGroup }[trigger]?.(element, definition, context, fields) ?? null;
}

function plainGroup(element, { modeler, select }, fields) {
  const type = is(element.businessObject, 'bpmn:BoundaryEvent') ? 'bpmn:BoundaryEvent' : 'bpmn:IntermediateCatchEvent';
  const become = (kind) => {
    const made = modeler.get('bpmnReplace').replaceElement(element, { type, eventDefinitionType: `bpmn:${kind}EventDefinition` });
    select(made.id);
  };
  return { title: '等什么', fields: [
    fields.choice({
      key: 'event.awaits', label: '这个事件等什么', value: '', options: [['', '（请选择）'], ...AWAITED], isRequired: type === 'bpmn:BoundaryEvent',
      help: '贴在步骤边上的事件，在这一步办理期间等着；等到了就从它这里另走一条线。', commit: (kind) => kind && become(kind),
    }),
  ] };
}

function timerGroup(element, definition, context, fields) {
  const kind = TIMES.map(([name]) => name).find((name) => definition[name]) ?? 'timeDate';
  const text = definition[kind]?.body ?? '';
  const { model } = context;
  const change = (chosen) => {
    const expression = text ? model.make('bpmn:FormalExpression', { body: text }, definition) : undefined;
    model.setInside(element, definition, { timeDate: undefined, timeDuration: undefined, timeCycle: undefined, [chosen]: expression });
  };
  const parts = [
    fields.choice({ key: 'timer.kind', label: '什么时候到时', value: kind, options: TIMES, commit: change }),
    feelField(fields, {
      key: 'timer.text', label: '时间', value: text, isRequired: true, help: TIME_HELP[kind], names: context.namesFor(element),
      strip: (written) => (ISO.test(written.trim()) ? null : written),
      commit: (written) => model.setExpression(element, definition, kind, written),
    }),
  ];
  parts.push(...timeProposals(element, definition, context, fields));
  return { title: '定时', fields: [...parts, ...interrupting(element, context, fields)] };
}

/** The instants that most timers wait for, to be chosen instead of written. */
function timeProposals(element, definition, { model, catalogue }, fields) {
  if (!fields.isEditable) {
    return [];
  }
  const host = element.businessObject.attachedToRef;
  const limited = Object.keys(catalogue.time_limits).map((id) => [`deadlines.${id}`, `${model.registry.get(id)?.businessObject.name ?? id} 办理到期时`]);
  const own = limited.filter(([text]) => text === `deadlines.${host?.id}`);
  const windows = catalogue.windows.flatMap(({ id, name }) => [[`windows.${id}.closes_at`, `${name}截止时`], [`windows.${id}.opens_at`, `${name}开始时`]]);
  const options = [['', '（从常用的时刻里选）'], ...own, ...windows, ...limited.filter((one) => !own.includes(one))];
  return [fields.choice({
    key: 'timer.proposal', label: '常用的时刻', value: '', options,
    commit: (chosen) => chosen && model.setInside(element, definition, {
      timeDuration: undefined, timeCycle: undefined, timeDate: model.make('bpmn:FormalExpression', { body: chosen }, definition),
    }),
  })];
}

function conditionGroup(element, definition, context, fields) {
  return {
    title: '条件',
    fields: [feelField(fields, {
      key: 'event.condition', label: '等到什么条件成立', value: definition.condition?.body ?? '', isRequired: true, names: context.namesFor(element),
      help: '办件每次停下来时看一次，由不成立变为成立时触发。',
      commit: (text) => context.model.setExpression(element, definition, 'condition', text),
    }), ...interrupting(element, context, fields)],
  };
}

function linkGroup(element, definition, { model }, fields) {
  return {
    title: '链接',
    fields: [fields.text({
      key: 'link.name', label: '链接名称', value: definition.name ?? '', isRequired: true,
      help: '同一层里名称相同的“抛出”和“接住”连在一起。', commit: (name) => model.setInside(element, definition, { name }),
    })],
  };
}

function declaredGroup(element, owner, kind, context, fields) {
  const { model, catalogue } = context;
  const isMessage = kind.type === 'bpmn:Message';
  const here = model.declared(kind.type).map(({ id, name }) => [id, name || id]);
  const known = isMessage ? catalogue.messages.map(({ id, label }) => [id, label]) : [];
  const options = [['', '（请选择）'], ...known, ...here.filter(([id]) => !known.some(([other]) => other === id))];
  const refer = (id) => model.together(() => {
    const reference = id ? model.declare(kind.type, id) : undefined;
    if (reference && kind.code && !reference[kind.code]) {
      model.setInside(element, reference, { [kind.code]: id });
    }
    model.setInside(element, owner, { [kind.reference]: reference });
  });
  const field = fields.choice({
    key: `${kind.reference}`, label: kind.label, value: owner[kind.reference]?.id ?? '', options,
    help: isMessage ? '消息只在同一件办件里传递：系统发来的，或图上另一步发出的，等着它的步骤收到后继续。' : '图上同名的抛出和接住相对应。',
    commit: refer,
  });
  return { title: kind.title, fields: [field, newDeclaration(kind, refer, context, fields), ...interrupting(element, context, fields)].filter(Boolean) };
}

function newDeclaration(kind, refer, context, fields) {
  if (!fields.isEditable) {
    return null;
  }
  const check = (word) => (word.startsWith(kind.prefix) ? faultOfWord(word, (id) => context.naming.isTaken(id)) : `以 ${kind.prefix} 开头，例如 ${kind.prefix}withdraw。`);
  return fields.text({ key: `new.${kind.reference}`, label: `新建${kind.label}`, value: '', isCode: true, waits: true, help: `输入编号后按回车，编号以 \`${kind.prefix}\` 开头。`, check: (word) => (word ? check(word) : ''), commit: (word) => word && refer(word) });
}

/** Whether what an event on an edge is attached to stops when it happens. */
function interrupting(element, { model }, fields) {
  const { businessObject } = element;
  if (is(businessObject, 'bpmn:BoundaryEvent')) {
    return [fields.tick({
      key: 'cancelActivity', label: '发生时停止所附的步骤', value: businessObject.cancelActivity !== false,
      help: '提醒一类的不要勾选：步骤照常办理。', commit: (stops) => model.set(element, { cancelActivity: stops }),
    })];
  }
  if (is(businessObject, 'bpmn:StartEvent') && businessObject.$parent?.triggeredByEvent) {
    return [fields.tick({
      key: 'isInterrupting', label: '发生时停止所在的这一层', value: businessObject.isInterrupting !== false,
      commit: (stops) => model.set(element, { isInterrupting: stops }),
    })];
  }
  return [];
}
