// What elements are called, and which group of the panel speaks of them.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { TRIGGER_TEXTS } from '../shared/texts/bpmn.js';

const NAMES = {
  'bpmn:Process': '流程',
  'bpmn:Collaboration': '流程',
  'bpmn:Participant': '参与方',
  'bpmn:Lane': '泳道',
  'bpmn:Task': '任务（未定类型）',
  'bpmn:UserTask': '用户任务',
  'bpmn:ManualTask': '线下任务',
  'bpmn:ServiceTask': '服务任务',
  'bpmn:SendTask': '发送任务',
  'bpmn:ReceiveTask': '接收任务',
  'bpmn:ScriptTask': '脚本任务',
  'bpmn:BusinessRuleTask': '决策任务',
  'bpmn:CallActivity': '调用流程',
  'bpmn:SubProcess': '子流程',
  'bpmn:AdHocSubProcess': '自由子流程',
  'bpmn:Transaction': '事务子流程',
  'bpmn:ExclusiveGateway': '排他网关',
  'bpmn:ParallelGateway': '并行网关',
  'bpmn:InclusiveGateway': '包容网关',
  'bpmn:EventBasedGateway': '事件网关',
  'bpmn:ComplexGateway': '复杂网关',
  'bpmn:SequenceFlow': '顺序流',
  'bpmn:MessageFlow': '消息流',
  'bpmn:Association': '关联',
  'bpmn:DataInputAssociation': '数据关联',
  'bpmn:DataOutputAssociation': '数据关联',
  'bpmn:TextAnnotation': '注释',
  'bpmn:Group': '分组',
  'bpmn:DataObjectReference': '数据对象',
  'bpmn:DataStoreReference': '数据存储',
};
const POSITIONS = {
  'bpmn:StartEvent': '开始事件',
  'bpmn:EndEvent': '结束事件',
  'bpmn:BoundaryEvent': '边界事件',
  'bpmn:IntermediateCatchEvent': '等候事件',
  'bpmn:IntermediateThrowEvent': '抛出事件',
};

/** Return the trigger of an event, e.g. `Timer`, or "". */
export function triggerOf(businessObject) {
  const definition = businessObject.eventDefinitions?.[0];
  return definition ? definition.$type.replace('bpmn:', '').replace('EventDefinition', '') : '';
}

/** Return what kind of element it is, in words. */
export function kindOf(businessObject) {
  const position = POSITIONS[businessObject.$type];
  if (position) {
    const trigger = TRIGGER_TEXTS[triggerOf(businessObject)] ?? '';
    const isPlainThrow = !trigger && is(businessObject, 'bpmn:IntermediateThrowEvent');
    return isPlainThrow ? '中间事件' : trigger + position;
  }
  return businessObject.triggeredByEvent ? '事件子流程' : (NAMES[businessObject.$type] ?? '元素');
}

/** Return what people call an element: its name, or its kind. */
export function nameOf(businessObject) {
  const text = businessObject.$type === 'bpmn:TextAnnotation' ? businessObject.text : businessObject.name;
  return (text ?? '').replace(/\s+/g, ' ').trim() || `（${kindOf(businessObject)}）`;
}

/** Tell whether an element is a step of the flow: an activity, an event or a gateway. */
export function isStep(businessObject) {
  return is(businessObject, 'bpmn:FlowNode');
}
