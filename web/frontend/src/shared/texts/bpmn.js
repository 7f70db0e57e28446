// What bpmn-js, diagram-js and their extensions say, in Chinese. Their translation service asks by the English text.

const TASKS = {
  Task: '任务',
  'User task': '用户任务',
  'Service task': '服务任务',
  'Script task': '脚本任务',
  'Business rule task': '决策任务',
  'Manual task': '线下任务',
  'Send task': '发送任务',
  'Receive task': '接收任务',
  'Call activity': '调用流程',
};

const SUB_PROCESSES = {
  Transaction: '事务子流程',
  'Sub-process': '子流程',
  'Sub-process (collapsed)': '子流程（收起）',
  'Sub-process (expanded)': '子流程（展开）',
  'Event sub-process': '事件子流程',
  'Ad-hoc sub-process': '自由子流程',
  'Ad-hoc sub-process (collapsed)': '自由子流程（收起）',
  'Ad-hoc sub-process (expanded)': '自由子流程（展开）',
};

const GATEWAYS = {
  'Exclusive gateway': '排他网关（选一条）',
  'Parallel gateway': '并行网关（都走）',
  'Inclusive gateway': '包容网关（选若干条）',
  'Complex gateway': '复杂网关',
  'Event-based gateway': '事件网关（先到先走）',
  'Event based instantiating Gateway': '启动用事件网关',
  'Parallel Event based instantiating Gateway': '启动用并行事件网关',
};

const FLOWS_AND_THINGS = {
  'Sequence flow': '顺序流',
  'Conditional flow': '条件流',
  'Default flow': '默认流',
  'Data object reference': '数据对象',
  'Data store reference': '数据存储',
  'Expanded pool/participant': '展开的参与方',
  'Empty pool/participant': '空白的参与方',
  'Non-empty pool/participant': '展开的参与方',
  'Collapsed pool/participant': '收起的参与方',
};

const POSITIONS = {
  'start event': '开始事件',
  'end event': '结束事件',
  'intermediate catch event': '等候事件',
  'intermediate throw event': '抛出事件',
  'boundary event': '边界事件',
};

export const TRIGGER_TEXTS = {
  Message: '消息',
  Timer: '定时',
  Conditional: '条件',
  Signal: '信号',
  Error: '差错',
  Escalation: '升级',
  Compensation: '补偿',
  Cancel: '取消',
  Terminate: '终止',
  Link: '链接',
};

/** Return the names of events: every trigger in every position, interrupting or not. */
function nameEvents() {
  const names = {
    'Start event': '开始事件',
    'End event': '结束事件',
    'Intermediate throw event': '中间事件',
    'Intermediate catch event': '等候事件',
    'Boundary event': '边界事件',
  };
  for (const [trigger, triggerText] of Object.entries(TRIGGER_TEXTS)) {
    for (const [position, positionText] of Object.entries(POSITIONS)) {
      names[`${trigger} ${position}`] = triggerText + positionText;
      names[`${trigger} ${position} (non-interrupting)`] = `${triggerText}${positionText}（不中断）`;
    }
  }
  return names;
}

const PALETTE = {
  'Activate hand tool': '移动画布',
  'Activate lasso tool': '框选',
  'Activate create/remove space tool': '拉开或收拢空白',
  'Activate global connect tool': '连线',
  'Create start event': '添加开始事件',
  'Create intermediate/boundary event': '添加中间或边界事件',
  'Create end event': '添加结束事件',
  'Create gateway': '添加网关',
  'Create task': '添加任务',
  'Create expanded sub-process': '添加子流程',
  'Create data object reference': '添加数据对象',
  'Create data store reference': '添加数据存储',
  'Create pool/participant': '添加参与方',
  'Create group': '添加分组',
  'Create element': '添加其他元素',
};

const CONTEXT_PAD = {
  'Append end event': '接着添加结束事件',
  'Append gateway': '接着添加网关',
  'Append task': '接着添加任务',
  'Append intermediate/boundary event': '接着添加中间或边界事件',
  'Append receive task': '接着添加接收任务',
  'Append message intermediate catch event': '接着添加等候消息',
  'Append timer intermediate catch event': '接着添加定时等候',
  'Append conditional intermediate catch event': '接着添加条件等候',
  'Append signal intermediate catch event': '接着添加信号等候',
  'Append compensation activity': '接着添加补偿任务',
  'Append element': '接着添加其他元素',
  'Add text annotation': '添加注释',
  'Add lane above': '在上方添加泳道',
  'Add lane below': '在下方添加泳道',
  'Divide into two lanes': '分成两条泳道',
  'Divide into three lanes': '分成三条泳道',
  'Change element': '更改类型',
  'Connect to other element': '连到其他元素',
  'Connect using association': '用关联连接',
  'Connect using data input association': '用数据输入关联连接',
  Delete: '删除',
  'Align elements': '对齐',
  'Align elements ': '',
  left: '左对齐',
  right: '右对齐',
  center: '左右居中',
  top: '上对齐',
  bottom: '下对齐',
  middle: '上下居中',
  'Align elements left': '左对齐',
  'Align elements right': '右对齐',
  'Align elements center': '左右居中',
  'Align elements top': '上对齐',
  'Align elements bottom': '下对齐',
  'Align elements middle': '上下居中',
  'Distribute elements horizontally': '水平等距分布',
  'Distribute elements vertically': '垂直等距分布',
  'Open {element}': '打开“{element}”',
};

const MENUS = {
  Data: '数据',
  Events: '事件',
  Gateways: '网关',
  Participants: '参与方',
  'Sub-processes': '子流程',
  Tasks: '任务',
  Templates: '模板',
  Collection: '集合',
  Loop: '循环',
  'Parallel multi-instance': '多实例（同时办）',
  'Sequential multi-instance': '多实例（依次办）',
  'Participant multiplicity': '多个参与方',
  'Toggle non-interrupting': '切换是否中断',
  'Search in diagram': '在图中查找',
  'Open minimap': '打开缩略图',
  'Close minimap': '收起缩略图',
};

export const BPMN_TEXTS = {
  ...TASKS,
  ...SUB_PROCESSES,
  ...GATEWAYS,
  ...FLOWS_AND_THINGS,
  ...nameEvents(),
  ...PALETTE,
  ...CONTEXT_PAD,
  ...MENUS,
};
