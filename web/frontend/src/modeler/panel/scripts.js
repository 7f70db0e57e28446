// 脚本: variables that a step computes, one line each.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { feelField } from './feel.js';

export function scripts(element, context, fields) {
  const { businessObject } = element;
  if (!is(businessObject, 'bpmn:ScriptTask')) {
    return null;
  }
  const field = feelField(fields, {
    key: 'script', label: '算出哪些变量', value: businessObject.script ?? '', rows: 6, isRequired: true, kind: 'script', names: context.namesFor(element),
    help: '一行一条，写成 变量名 = 表达式，例如 `total = sum(scores)`。',
    commit: (script) => context.model.set(element, { script, scriptFormat: 'feel' }),
  });
  return { title: '脚本', fields: [field] };
}
