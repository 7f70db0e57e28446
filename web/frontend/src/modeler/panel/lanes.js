// 泳道: which office works in it, and in which role (procedure.yaml).
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

const APPLICANT = 'applicant';
const NAMED = 'named';
const CHAIN = 'chain';

export function lanes(element, context, fields) {
  const { businessObject } = element;
  if (!is(businessObject, 'bpmn:Lane')) {
    return null;
  }
  const { catalogue } = context;
  const rule = catalogue.lanes[businessObject.id];
  const now = rule ?? { role: '', office: APPLICANT };
  const save = (changes) => context.saveLane(businessObject.id, { ...now, ...changes });
  const missing = rule ? [] : [fields.note('还没有写明这条泳道由谁办理。请选择角色，系统随即写入事项设置。')];
  return {
    title: '由谁办理',
    fields: [
      ...missing,
      fields.choice({
        key: 'lane.role', label: '岗位角色', value: now.role, isRequired: true,
        options: [['', '（请选择）'], ...catalogue.roles.map(({ value, label }) => [value, label])],
        help: '有这个角色的岗位收到本泳道的待办。', commit: (role) => save({ role }),
      }),
      fields.choice({
        key: 'lane.office', label: '哪个单位', value: officeKind(now.office),
        options: [[APPLICANT, '申报单位自己'], [CHAIN, '申报单位所在区划的上级单位'], [NAMED, '流程里指定的单位']],
        help: '不写具体单位名，由申报单位所在的区划逐级向上推算。',
        commit: (kind) => save({ office: emptyOffice(kind, catalogue) }),
      }),
      ...officeFields(now, catalogue, fields, save),
      fields.tick({
        key: 'lane.sealed', label: '办理结果封存', value: Boolean(now.sealed),
        help: '多人评分时用：全部提交前，互相看不到内容。', commit: (sealed) => save({ sealed }),
      }),
      fields.tick({
        key: 'lane.sets_windows', label: '可以缩短申报窗口', value: Boolean(now.sets_windows),
        help: '下级单位只能缩短，不能延长。', commit: (setsWindows) => save({ sets_windows: setsWindows }),
      }),
    ],
  };
}

function officeKind(office) {
  if (office === APPLICANT || !office) {
    return APPLICANT;
  }
  return 'named' in office ? NAMED : CHAIN;
}

function emptyOffice(kind, { kinds, levels }) {
  if (kind === NAMED) {
    return { named: 'office' };
  }
  return kind === CHAIN ? { kind: kinds[0].value, level: levels[0].value } : APPLICANT;
}

function officeFields({ office }, catalogue, fields, save) {
  const kind = officeKind(office);
  if (kind === NAMED) {
    return [fields.text({
      key: 'lane.named', label: '存放单位编号的变量', value: office.named, isCode: true,
      help: '多实例的元素变量，或前面步骤填写的字段。', commit: (named) => save({ office: { named } }),
    })];
  }
  if (kind !== CHAIN) {
    return [];
  }
  const options = (list) => list.map(({ value, label }) => [value, label]);
  return [
    fields.choice({
      key: 'lane.kind', label: '单位种类', value: office.kind, options: options(catalogue.kinds),
      commit: (chosen) => save({ office: { ...office, kind: chosen } }),
    }),
    fields.choice({
      key: 'lane.level', label: '单位层级', value: office.level, options: options(catalogue.levels),
      commit: (level) => save({ office: { ...office, level } }),
    }),
  ];
}
