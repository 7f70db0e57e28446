// 时限: how long a task may take (windows.yaml), and reminders (drawn as boundary events).
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { addReminder } from '../reminders.js';
import { isProvisional } from '../words.js';

const MARKS = [['source', '依据：文件有明文'], ['reading', '解释：对文字的理解'], ['platform', '平台默认：文件没有规定']];
const FEWEST_DAYS = 1;
const MOST_DAYS = 250;

export function deadlines(element, context, fields) {
  const { businessObject } = element;
  if (!is(businessObject, 'bpmn:UserTask')) {
    return null;
  }
  if (isProvisional(businessObject.id)) {
    return { title: '时限', fields: [fields.note('时限按编号对应。请先给这一步取好编号。')] };
  }
  const limit = context.catalogue.time_limits[businessObject.id];
  return { title: '时限', fields: [daysField(businessObject, limit, context, fields), ...(limit ? limitFields(element, limit, context, fields) : [])] };
}

function saver({ id }, limit, context) {
  const empty = { after: 'opened', basis: '来源文件没有规定办理时限', mark: 'platform' };
  return (changes) => context.saveLimit(id, { ...empty, ...limit, ...changes });
}

function daysField(businessObject, limit, context, fields) {
  const save = saver(businessObject, limit, context);
  return fields.text({
    key: 'limit.days', label: '办理时限（工作日）', type: 'number', value: limit ? String(limit.working_days) : '', waits: true,
    help: '按工作日历计算，收到当日不计入，最后一日到24:00。留空表示不限时。',
    check: (text) => (text === '' || (Number.isInteger(Number(text)) && text >= FEWEST_DAYS && text <= MOST_DAYS) ? '' : `请填写 ${FEWEST_DAYS} 到 ${MOST_DAYS} 的整数。`),
    commit: (text) => (text === '' ? context.saveLimit(businessObject.id, null) : save({ working_days: Number(text) })),
  });
}

function limitFields(element, limit, context, fields) {
  const save = saver(element.businessObject, limit, context);
  const windows = context.catalogue.windows.map(({ id, name }) => [`${id}.closes`, `“${name}”截止之后`]);
  return [
    fields.choice({
      key: 'limit.after', label: '从什么时候起算', value: limit.after, options: [['opened', '收到任务之后'], ...windows],
      help: '选窗口截止之后的，从收到任务和窗口截止两者中较晚的起算。', commit: (after) => save({ after }),
    }),
    fields.text({
      key: 'limit.basis', label: '时限的依据', rows: 2, value: limit.basis, isRequired: true,
      check: (text) => (text.trim() ? '' : '请写明依据；没有规定的，写“来源文件没有规定”。'), commit: (basis) => save({ basis: basis.trim() }),
    }),
    fields.choice({ key: 'limit.mark', label: '时限的标记', value: limit.mark, options: MARKS, commit: (mark) => save({ mark }) }),
    ...reminders(element, context, fields),
  ];
}

function reminders(element, context, fields) {
  const attached = (element.attachers ?? []).filter(({ businessObject }) => businessObject.eventDefinitions?.some((one) => is(one, 'bpmn:TimerEventDefinition')));
  const listed = attached.map(({ businessObject }) => businessObject.name || businessObject.id).join('、');
  const sentence = listed ? `已有定时：${listed}。` : '到期不会自动提醒，除非画上提醒。';
  return [
    fields.note(sentence),
    fields.button('画上“超期提醒”', () => addReminder(element, context, 0)),
    fields.button('画上“到期前一日提醒”', () => addReminder(element, context, 1)),
  ];
}
