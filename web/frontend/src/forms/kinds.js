// What a form may consist of, and what can be said of each component: the words of the panel, and where the JSON has it.
//
// A property: name (dotted path in the component), label, help, type:
//   text, area, flag (value when ticked), number, amount (a number kept as text), choice, feel, limit (a number or FEEL),
//   condition, options, headings, columns, name
const UNIQUE = '同一张表单里不能重复。';

const CHOICES = ['radio', 'checklist', 'select'];
const TEXTS = ['textfield', 'textarea'];
const ANSWERS = [...TEXTS, 'number', 'datetime', ...CHOICES, 'checkbox'];
const KEYED = [...ANSWERS, 'filepicker', 'dynamiclist', 'expression'];

/** Kind → { label, group, help, make }; `make` returns what a new one has besides type, id, name and label. */
export const KINDS = {
  textfield: { label: '单行文字', group: 'fill', help: '一行以内的文字，如名称、地址、编号。', make: () => ({ validate: { maxLength: 100 } }) },
  textarea: { label: '多行文字', group: 'fill', help: '一段话，如意见、说明。', make: () => ({ properties: { max_characters_cn: '500' } }) },
  number: { label: '数字', group: 'fill', help: '金额、数量、比例；可定单位和小数位。', make: () => ({ decimalDigits: 0, validate: { min: 0 } }) },
  datetime: { label: '日期时间', group: 'fill', help: '日期、时间，或日期加时间。', make: (label) => ({ subtype: 'date', dateLabel: label }) },
  radio: { label: '单选', group: 'fill', help: '几项里选一项，全部列出。', make: () => ({ values: [{ label: '选项一', value: 'first' }, { label: '选项二', value: 'second' }] }) },
  select: { label: '下拉选择', group: 'fill', help: '几项里选一项，选项较多时用。', make: () => ({ values: [{ label: '选项一', value: 'first' }, { label: '选项二', value: 'second' }] }) },
  checklist: { label: '多选', group: 'fill', help: '几项里选若干项。', make: () => ({ values: [{ label: '选项一', value: 'first' }, { label: '选项二', value: 'second' }] }) },
  checkbox: { label: '勾选确认', group: 'fill', help: '一句话前打勾，如承诺。', make: () => ({}) },
  filepicker: { label: '材料上传', group: 'fill', help: '一项材料：份数、格式、是否盖章。', make: () => ({ properties: { min: '1', accept: '.pdf,.ofd,.jpg,.png' } }) },
  group: { label: '区块', group: 'layout', help: '把几项归在一个标题下；可以整块设显示条件。', make: () => ({ components: [] }) },
  dynamiclist: { label: '可增行的列表', group: 'layout', help: '每行填同样几项，填表人自己加行。', make: () => ({ defaultRepetitions: 1, properties: { min: '1', max: '20' }, components: [] }) },
  text: { label: '说明文字', group: 'layout', help: '给填表人看的话，支持标题、加粗、列表和链接。', make: () => ({ text: '请写明填表说明。' }) },
  separator: { label: '分隔线', group: 'layout', help: '一条横线。', make: () => ({}) },
  spacer: { label: '空白', group: 'layout', help: '一段空白。', make: () => ({}) },
  expression: { label: '自动计算', group: 'shown', help: '由别的栏目算出，填表人只能看。', make: (label) => ({ expression: '=""', properties: { label } }) },
  table: { label: '数据表', group: 'shown', help: '把一个列表显示成表格，只能看。', make: () => ({ dataSource: '=[]', columns: [{ key: 'name', label: '名称' }] }) },
  button: { label: '提交按钮', group: 'shown', help: '页面已有提交按钮，一般不用加。', make: () => ({ action: 'submit' }) },
};

export const PALETTE = [
  { id: 'fill', label: '填写的栏目' },
  { id: 'layout', label: '版式' },
  { id: 'shown', label: '只显示' },
];

export const canHold = (component) => component?.type === 'group' || component?.type === 'dynamiclist' || component?.components !== undefined && component.type === 'default';

/** Return a new component of a kind, complete but for its place. */
export function makeComponent(kind, freshName) {
  const label = KINDS[kind].label;
  const id = freshName(kind === 'textfield' ? 'field' : kind);
  const named = { type: kind, id };
  if (kind === 'dynamiclist') {
    named.path = id;
  } else if (KEYED.includes(kind)) {
    named.key = id;
  }
  if (KEYED.includes(kind) && kind !== 'expression' || kind === 'group') {
    named.label = label;
  }
  return { ...named, ...KINDS[kind].make(label) };
}

/** The sections of the panel, in order. */
export const SECTIONS = [
  { id: 'basic', label: '基本' },
  { id: 'choices', label: '选项' },
  { id: 'demands', label: '填写要求' },
  { id: 'shown', label: '何时显示、能否修改' },
  { id: 'source', label: '依据' },
  { id: 'more', label: '其他' },
];

const SUBTYPES = [['date', '日期'], ['time', '时间'], ['datetime', '日期和时间']];
const MARKS = [['', '未标记'], ['source', '依据：文件明文规定'], ['reading', '解释：对文件文字的理解'], ['platform', '平台默认：文件没有规定']];
const WIDTHS = [['', '整行'], [8, '半行'], [5, '三分之一行'], [11, '三分之二行'], [4, '四分之一行'], [12, '四分之三行']];
const VALIDATIONS = [['', '不限'], ['email', '邮箱'], ['phone', '电话']];

/** Every property: `kinds` it belongs to, or all that `only` accepts. */
export const PROPERTIES = [
  { section: 'basic', name: 'label', label: '标签', type: 'label', kinds: [...ANSWERS, 'filepicker', 'dynamiclist', 'group', 'table'], help: '填表人看到的名称，写明填什么。' },
  { section: 'basic', name: 'properties.label', label: '标签', type: 'text', kinds: ['expression'], help: '算出的值显示在这个名称下；不写就不显示，只供条件使用。' },
  { section: 'basic', name: 'key', label: '名称', type: 'name', kinds: KEYED.filter((kind) => kind !== 'dynamiclist'), help: `英文单词加下划线，条件和流程图里用它。${UNIQUE}改名时先列出用到它的各处，同意后一起改。` },
  { section: 'basic', name: 'path', label: '名称', type: 'name', kinds: ['dynamiclist'], help: `列表的名称，英文单词加下划线。改名时先列出用到它的各处，同意后一起改。${UNIQUE}` },
  { section: 'basic', name: 'description', label: '填写提示', type: 'area', kinds: [...ANSWERS, 'filepicker', 'dynamiclist', 'group'], help: '写在栏目旁边，说明怎么填、填到什么程度。' },
  { section: 'basic', name: 'text', label: '文字', type: 'prose', kinds: ['text'], help: '空一行分段；`## 标题`、`**加粗**`、`- 列表`、`1. 编号`、`[文字](https://…)`。不能用网页标签和图片。' },
  { section: 'basic', name: 'expression', label: '算法', type: 'feel', kinds: ['expression'], help: '用别的栏目的名称计算，例如 `amount * 0.13`；文字写在双引号里。' },
  { section: 'basic', name: 'dataSource', label: '数据', type: 'feel', kinds: ['table'], help: '一个列表的名称，例如 `products`。' },
  { section: 'basic', name: 'columns', label: '表格的列', type: 'headings', kinds: ['table'], help: '每列显示列表里的哪一项，和列的标题。' },
  { section: 'basic', name: 'subtype', label: '填什么', type: 'choice', options: SUBTYPES, kinds: ['datetime'] },
  { section: 'basic', name: 'properties.unit', label: '单位', type: 'text', kinds: ['number', 'textfield', 'expression'], help: '写在数字后面，如 万元、家、%。' },
  { section: 'basic', name: 'layout.columns', label: '宽度', type: 'columns', options: WIDTHS, kinds: [...ANSWERS, 'filepicker', 'expression', 'text'], help: '电脑上的宽度；手机上总是整行。' },

  { section: 'choices', name: 'values', label: '选项', type: 'options', kinds: CHOICES, help: '“值”是英文单词，条件里用；改了值，条件里也要改。' },
  { section: 'choices', name: 'valuesKey', label: '选项由流程给出', type: 'text', kinds: CHOICES, help: '写变量名称，例如 `panel`；此时不写固定选项。一般留空。' },

  { section: 'demands', name: 'validate.required', label: '必填', type: 'flag', kinds: ANSWERS.concat('dynamiclist') },
  { section: 'demands', name: 'properties.max_characters_cn', label: '最多字数（按汉字计）', type: 'amount', kinds: TEXTS, help: '一个汉字、一个标点、一个外文单词各算一字。' },
  { section: 'demands', name: 'validate.minLength', label: '最少字符', type: 'limit', kinds: TEXTS },
  { section: 'demands', name: 'validate.maxLength', label: '最多字符', type: 'limit', kinds: TEXTS, help: '按字符计，空格也算。' },
  { section: 'demands', name: 'validate.validationType', label: '格式', type: 'choice', options: VALIDATIONS, kinds: ['textfield'] },
  { section: 'demands', name: 'properties.check', label: '校验码', type: 'choice', options: [['', '不校验'], ['uscc', '统一社会信用代码']], kinds: ['textfield'] },
  { section: 'demands', name: 'validate.pattern', label: '格式（正则表达式）', type: 'code', kinds: TEXTS, help: '例如 `^1[3-9]\\d{9}$`。不熟悉时留空。' },
  { section: 'demands', name: 'properties.pattern_message', label: '格式不对时怎么说', type: 'text', kinds: TEXTS, needs: 'validate.pattern', help: '告诉填表人正确的写法。' },
  { section: 'demands', name: 'decimalDigits', label: '小数位数', type: 'number', kinds: ['number'], help: '0 表示只能填整数。' },
  { section: 'demands', name: 'validate.min', label: '最小值', type: 'limit', kinds: ['number'], help: '数字；或以 = 开头的式子。' },
  { section: 'demands', name: 'validate.max', label: '最大值', type: 'limit', kinds: ['number'], help: '数字；或以 = 开头的式子。' },
  { section: 'demands', name: 'properties.stamp', label: '需加盖公章', type: 'flag', value: 'required', kinds: ['filepicker'] },
  { section: 'demands', name: 'properties.min', label: '最少文件数', type: 'amountOrFeel', kinds: ['filepicker'], help: '0 或不写为选交；也可以是以 = 开头的式子。' },
  { section: 'demands', name: 'properties.max', label: '最多文件数', type: 'amount', kinds: ['filepicker'], help: '不写时只收一个；写 2 以上要同时勾选“可传多个”。' },
  { section: 'demands', name: 'multiple', label: '可传多个文件', type: 'flag', kinds: ['filepicker'] },
  { section: 'demands', name: 'properties.accept', label: '收哪些格式', type: 'text', kinds: ['filepicker'], help: '扩展名，用逗号隔开，例如 `.pdf,.ofd,.jpg`；不写为系统允许的全部格式。' },
  { section: 'demands', name: 'properties.when', label: '什么情况下必须提供', type: 'feelText', kinds: ['filepicker'], help: '条件成立时才必须提供；不写为总是必须。' },
  { section: 'demands', name: 'properties.supplied_by', label: '由谁出具', type: 'text', kinds: ['filepicker'], help: '例如 省级人民政府；填表人自己出具的不写。' },
  { section: 'demands', name: 'properties.min', label: '最少行数', type: 'amount', kinds: ['dynamiclist'] },
  { section: 'demands', name: 'properties.max', label: '最多行数', type: 'amount', kinds: ['dynamiclist'] },
  { section: 'demands', name: 'defaultRepetitions', label: '开始时有几行', type: 'number', kinds: ['dynamiclist'] },
  { section: 'demands', name: 'properties.rule', label: '须满足的关系', type: 'feelText', kinds: [...ANSWERS, 'dynamiclist'], help: '填了之后必须为真，例如 `date(ends_on) >= date(begins_on)`。' },
  { section: 'demands', name: 'properties.rule_message', label: '不满足时怎么说', type: 'text', kinds: [...ANSWERS, 'dynamiclist'], needs: 'properties.rule', help: '告诉填表人哪里不对、怎么改；`{name}` 代表本栏的标签。' },

  { section: 'shown', name: 'conditional.hide', label: '什么时候显示', type: 'condition', help: '不显示的栏目不用填，填过的也不计。' },
  { section: 'shown', name: 'readonly', label: '只读', type: 'readonly', kinds: ANSWERS, help: '显示前面步骤填过的值，不能改。' },
  { section: 'shown', name: 'allowAddRemove', label: '填表人可以增删行', type: 'flagOn', kinds: ['dynamiclist'] },

  { section: 'source', name: 'properties.basis', label: '依据', type: 'area', help: '文件名称、文号和条款；没有规定的写“来源文件没有规定”。' },
  { section: 'source', name: 'properties.mark', label: '标记', type: 'choice', options: MARKS },
  { section: 'source', name: 'properties.placeholder_form', label: '待官方表样', type: 'flag', value: '待官方表样', kinds: ['text'], help: '官方还没有公布表样，栏目是平台暂拟的。' },
  { section: 'source', name: 'properties.personal_data', label: '含个人信息', type: 'flag', value: '是', kinds: [...ANSWERS, 'filepicker'] },
  { section: 'source', name: 'properties.publish', label: '将对外公开', type: 'flag', value: '是', kinds: [...ANSWERS, 'filepicker'] },
  { section: 'source', name: 'properties.note', label: '备注', type: 'text', help: '给改表单的人看，填表人看不到。' },
];

/** What can be said of the form itself. */
export const FORM_PROPERTIES = [
  { section: 'basic', name: 'title', label: '表单标题', type: 'text', help: '办理页面上的标题。' },
  { section: 'source', name: 'version', label: '表样版本', type: 'text', help: '所依据的官方表样，例如 附件2（2023-06-16）；没有的写“平台拟定版”和年月。' },
  { section: 'source', name: 'placeholder_form', label: '待官方表样', type: 'flag', value: '待官方表样', help: '官方还没有公布表样，整张表由平台暂拟。' },
];

export function propertiesOf(component, isForm) {
  if (isForm) {
    return FORM_PROPERTIES;
  }
  return PROPERTIES.filter((property) => !property.kinds || property.kinds.includes(component.type));
}

/** Return what a person calls a component. */
export function titleOf(component) {
  const text = component.label || component.properties?.label || component.text || component.key || component.path || '';
  return String(text).replace(/[#*]/g, '').split('\n')[0].trim().slice(0, 60);
}

export const kindLabel = (component) => KINDS[component.type]?.label ?? `不支持的组件（${component.type ?? '没有类型'}）`;
