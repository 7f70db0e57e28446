// Every element of the diagram as a table: another way to find one, by keyboard and with a screen reader.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { h } from '../shared/dom.js';
import { renew } from '../shared/renewing.js';
import { isStep, kindOf, nameOf } from './kinds.js';

function isListed({ businessObject, type }) {
  return type !== 'label' && (isStep(businessObject) || is(businessObject, 'bpmn:Lane') || is(businessObject, 'bpmn:SequenceFlow'));
}

function row(element, { model, findings, select }) {
  const { businessObject } = element;
  const lane = is(businessObject, 'bpmn:SequenceFlow') ? null : model.laneOf(businessObject);
  const mine = findings.filter(({ element: id }) => id === businessObject.id).length;
  const name = is(businessObject, 'bpmn:SequenceFlow') ? `${nameOf(businessObject.sourceRef)} → ${nameOf(businessObject.targetRef)}` : nameOf(businessObject);
  const open = h('button', { type: 'button', class: 'link-btn', onclick: () => select(businessObject.id) }, name);
  return h('tr', {}, h('td', {}, open), h('td', {}, kindOf(businessObject)), h('td', {}, h('code', {}, businessObject.id)), h('td', {}, lane?.name ?? ''), h('td', {}, mine ? `${mine} 条` : ''));
}

/** Fill a container with the table. */
export function drawTable(container, context) {
  const listed = context.registry.filter(isListed);
  const order = (element) => [isStep(element.businessObject), is(element.businessObject, 'bpmn:SequenceFlow')].indexOf(true);
  const rows = listed.sort((one, other) => order(one) - order(other)).map((element) => row(element, context));
  const heads = ['名称', '类型', '编号', '泳道', '检查'].map((words) => h('th', { scope: 'col' }, words));
  renew(container, h('table', { class: 'designer-table' }, h('caption', { class: 'vh' }, '流程图的全部元素'), h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows)));
}
