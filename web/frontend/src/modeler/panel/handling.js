// 办理: who works on a task, and its form.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil.js';

import { h } from '../../shared/dom.js';
import { token } from '../../shared/requests.js';
import { isProvisional } from '../words.js';

export function handling(element, context, fields) {
  const { businessObject } = element;
  if (!isAny(businessObject, ['bpmn:UserTask', 'bpmn:ManualTask'])) {
    return null;
  }
  const parts = [fields.note(...whoWorks(businessObject, context))];
  if (is(businessObject, 'bpmn:UserTask')) {
    parts.push(candidate(element, context, fields), ...formField(businessObject, context, fields));
  }
  return { title: '办理', fields: parts };
}

function whoWorks(businessObject, { model, catalogue, select }) {
  const lane = model.laneOf(businessObject);
  if (!lane) {
    return ['这一步不在任何泳道里，请拖进一条泳道，才知道由谁办理。'];
  }
  const rule = catalogue.lanes[lane.id];
  const role = catalogue.roles.find(({ value }) => value === rule?.role)?.label;
  const name = lane.name || lane.id;
  const open = h('button', { type: 'button', class: 'link-btn', onclick: () => select(lane.id) }, '查看泳道');
  return [role ? `泳道“${name}”，角色：${role}。` : `泳道“${name}”还没有写明角色。`, open];
}

function candidate(element, { model, catalogue }, fields) {
  return fields.choice({
    key: 'candidateGroups', label: '候选角色', value: element.businessObject.get('candidateGroups') ?? '',
    options: [['', '与泳道相同'], ...catalogue.roles.map(({ value, label }) => [value, label])],
    help: '泳道里只有这一步由另一个角色办理时填写。',
    commit: (role) => model.set(element, { 'camunda:candidateGroups': role || undefined }),
  });
}

function formField({ id }, context, fields) {
  const { catalogue, address } = context;
  const file = `forms/${id}.form`;
  const form = catalogue.forms.find((one) => one.file === file);
  const target = `${address}/form?file=${encodeURIComponent(file)}`;
  const title = h('p', { class: 'gp-label' }, '表单');
  if (form) {
    return [title, fields.note(form.title || form.key, '　', h('a', { href: target, target: 'guicheng-form' }, '打开表单编辑器'))];
  }
  if (isProvisional(id)) {
    return [title, fields.note('表单按编号对应。请先给这一步取好编号，再建表单。')];
  }
  const make = fields.isEditable ? [...adoptions(id, context, fields), newForm(id, address)] : [];
  return [title, fields.note('还没有表单，办理时没有可填的内容。'), ...make];
}

/** Forms and limits that lost their step, mostly because its number changed, may be given to this one. */
function adoptions(id, { catalogue, registry, adopt }, fields) {
  return catalogue.orphans.filter((orphan) => !registry.get(orphan)).map((orphan) => {
    const title = catalogue.forms.find(({ key }) => key === orphan)?.title ?? '';
    return fields.button(`把没有步骤的${title ? `表单“${title}”` : '时限'}（${orphan}）给这一步`, () => adopt(orphan, id));
  });
}

/** A button that makes the form of a step and opens its editor in a page of its own. */
function newForm(id, address) {
  const hidden = (name, value) => h('input', { type: 'hidden', name, value });
  return h('form', { method: 'post', action: `${address}/form/new`, target: 'guicheng-form' },
    hidden('csrf_token', token()), hidden('name', id), h('button', { type: 'submit', name: 'new-form', class: 'btn btn-2 btn-s' }, '新建表单'));
}
