// Word ids: proposed from the Chinese name, as an owner would write them (`review_by_province`).

const VERBS = {
  填写: 'fill', 填报: 'fill', 填表: 'fill', 提交: 'submit', 报送: 'submit', 申报: 'file', 申请: 'apply', 受理: 'accept', 收件: 'receive', 接收: 'receive',
  审核: 'review', 复审: 'review_again', 初审: 'screen', 审查: 'examine', 形式审查: 'examine', 核查: 'verify', 核对: 'check', 核验: 'verify', 查验: 'verify', 检查: 'check', 现场核查: 'inspect',
  评审: 'assess', 评估: 'evaluate', 评价: 'evaluate', 评分: 'score', 打分: 'score', 汇总: 'total', 计算: 'compute', 统计: 'count', 会签: 'countersign', 会商: 'consult', 会审: 'review_jointly', 征求: 'ask_for', 征询: 'consult',
  审批: 'approve', 批准: 'approve', 同意: 'consent', 决定: 'decide', 认定: 'recognise', 确认: 'confirm', 签发: 'sign', 签署: 'sign', 盖章: 'stamp', 用印: 'stamp', 复核: 'renew', 复查: 'review_again',
  补正: 'correct', 修改: 'amend', 整改: 'rectify', 退回: 'return', 驳回: 'refuse', 撤回: 'withdraw', 撤销: 'revoke', 取消: 'cancel', 终止: 'stop', 放弃: 'give_up',
  通知: 'notify', 告知: 'inform', 提醒: 'remind', 催办: 'urge', 公示: 'publicise', 公告: 'announce', 公布: 'publish', 发布: 'publish', 通报: 'report', 送达: 'deliver', 寄送: 'send', 转送: 'forward', 上报: 'report', 推荐: 'recommend', 答复: 'answer', 回复: 'answer',
  授予: 'grant', 命名: 'name', 颁发: 'issue', 出具: 'issue', 制发: 'issue', 生成: 'make', 登记: 'register', 记录: 'record', 记下: 'note', 记为: 'mark', 归档: 'archive', 备案: 'file', 存档: 'archive',
  选择: 'choose', 抽取: 'draw', 组织: 'organise', 召开: 'hold', 听取: 'hear', 起草: 'draft', 编制: 'draft', 上传: 'upload', 办理: 'handle', 处理: 'handle', 分派: 'assign', 指定: 'assign', 缴费: 'pay', 拨付: 'pay', 支付: 'pay', 验收: 'accept', 结题: 'conclude', 延期: 'extend',
};
const OBJECTS = {
  申请书: 'application', 申请表: 'form', 申请: 'application', 材料: 'materials', 资料: 'materials', 意见: 'opinion', 结论: 'conclusion', 结果: 'result', 报告: 'report', 名单: 'list', 清单: 'list', 方案: 'plan', 计划: 'plan', 项目: 'project',
  回执: 'receipt', 文书: 'document', 通知书: 'notice', 决定书: 'decision', 证书: 'certificate', 公文: 'document', 文件: 'document', 称号: 'title', 资格: 'qualification', 星级: 'stars', 评分: 'scores', 总分: 'total', 得分: 'score',
  异议: 'objection', 投诉: 'complaint', 违规: 'violation', 专家: 'experts', 评委: 'experts', 会议: 'meeting', 数据: 'figures', 指标: 'figures', 金额: 'amount', 费用: 'fee', 期限: 'deadline', 时限: 'deadline', 窗口: 'window', 数量: 'number', 条件: 'conditions', 邮件: 'mail',
};
const OFFICES = {
  省级人民政府: 'provincial_government', 省级: 'province', 省厅: 'province', 省: 'province', 地市级: 'city', 市级: 'city', 市局: 'city', 市: 'city', 区级: 'district', 区: 'district', 县级: 'county', 县: 'county', 镇街: 'town', 园区: 'park',
  工业和信息化部: 'ministry', 部级: 'ministry', 部: 'ministry', 领导小组: 'leading_group', 主管部门: 'department', 部门: 'department', 处室: 'division', 科室: 'section', 领导: 'leader', 负责人: 'leader', 单位: 'office', 企业: 'enterprise', 协会: 'association', 联合会: 'federation', 政府: 'government', 财政: 'finance', 法制: 'legal', 法规: 'legal', 申请人: 'applicant',
};
const HAPPENED = {
  开始: 'begun', 结束: 'ended', 完成: 'done', 办结: 'closed', 通过: 'passed', 超期: 'overdue', 逾期: 'overdue', 到期: 'due', 期满: 'expired', 截止: 'closed', 关闭: 'closed', 撤回: 'withdrawn', 撤销: 'revoked', 退回: 'returned', 提醒: 'reminded', 同意: 'agreed', 批准: 'approved', 提交: 'submitted', 受理: 'accepted', 取消: 'cancelled', 终止: 'stopped', 收到: 'received', 授予: 'granted', 公示: 'publicised', 补正: 'corrected', 未: 'not', 不: 'not',
};
const QUESTIONS = { 需要: 'needs', 需: 'needs', 是否: 'is', 结果: 'result', 结论: 'result', 合格: 'qualified', 齐全: 'complete', 完整: 'complete', 同意: 'agreed', 通过: 'passed', 达标: 'qualified', 直辖市: 'municipality', 哪: 'which' };
const ANSWERS = { 不同意: 'disagree', 不通过: 'fail', 不推荐: 'decline', 不需要: 'no', 不是: 'no', 同意: 'agree', 通过: 'pass', 推荐: 'recommend', 补正: 'correct', 退回: 'return', 撤回: 'withdraw', 需要: 'yes', 是: 'yes', 否: 'no', 有: 'yes', 无: 'no', 合格: 'pass', 不合格: 'fail', 放弃: 'given_up', 逾期: 'late', 其他: 'other' };

/** The vocabularies that speak of each kind of element, the telling one first. */
const VOCABULARIES = {
  task: [VERBS, OBJECTS, OFFICES],
  event: [HAPPENED, OBJECTS, OFFICES, VERBS],
  gateway: [QUESTIONS, OBJECTS, OFFICES, VERBS],
  flow: [ANSWERS, VERBS, OBJECTS],
};
const WORD = /^[a-z][a-z0-9]*(?:_{1,2}[a-z0-9]+)*$/;
const RESERVED = new Set(['start', 'end', 'root']);
const PROVISIONAL = /^(?:new_(?:step|event|question|lane|group|thing|note|flow)_\d+|[A-Z][A-Za-z]*_[0-9a-z]{7})$/;

/** Find the words of a vocabulary in a text, longest first, and take them out of it. */
function take(text, vocabulary) {
  const found = [];
  let rest = text;
  for (const chinese of Object.keys(vocabulary).sort((one, other) => other.length - one.length)) {
    const place = rest.indexOf(chinese);
    if (place >= 0) {
      found.push({ place, word: vocabulary[chinese] });
      rest = rest.replace(chinese, ' '.repeat(chinese.length));
    }
  }
  return { words: found.sort((one, other) => one.place - other.place).map(({ word }) => word), rest };
}

function inLatin(text) {
  return (text.toLowerCase().match(/[a-z][a-z0-9]*/g) ?? []).join('_');
}

function phrase(kind, name) {
  let rest = name;
  const groups = [];
  for (const vocabulary of VOCABULARIES[kind]) {
    const taken = take(rest, vocabulary);
    rest = taken.rest;
    groups.push(taken.words);
  }
  if (kind === 'task') {
    const [verbs, objects, offices] = groups;
    const [verb, ...others] = verbs;
    const by = offices.length ? ['by', ...offices.slice(0, 1)] : [];
    return verb ? [verb, ...(others.length ? others.slice(0, 1) : objects.slice(0, 2)), ...by] : [];
  }
  if (kind === 'event') {
    const [happened, objects, offices, verbs] = groups;
    return [...offices.slice(0, 1), ...objects.slice(0, 1), ...verbs.slice(0, 1), ...happened.slice(0, 2)];
  }
  if (kind === 'gateway') {
    const [questions, objects, offices, verbs] = groups;
    const asks = questions.filter((word) => ['needs', 'is', 'which'].includes(word)).slice(0, 1);
    const about = questions.filter((word) => !asks.includes(word));
    return [...asks, ...offices.slice(0, 1), ...verbs.slice(0, 1), ...objects.slice(0, 1), ...about.slice(0, 1)];
  }
  return groups.flat().slice(0, 2);
}

/**
 * Return an id for what an owner has named, or "" when the name has no known word.
 *
 * @param {'task' | 'event' | 'gateway' | 'flow'} kind
 * @param {string} name
 */
export function proposeWord(kind, name) {
  const words = phrase(kind, name ?? '');
  const proposed = (words.length ? words.join('_') : inLatin(name ?? '')).slice(0, 60);
  return WORD.test(proposed) && !RESERVED.has(proposed) ? proposed : '';
}

/** Return `word`, or `word_2`, `word_3` … when others have it. */
export function makeUnique(word, isTaken) {
  let number = 1;
  let candidate = word;
  while (isTaken(candidate)) {
    number += 1;
    candidate = `${word}_${number}`;
  }
  return candidate;
}

/** Tell whether an id was given by a machine and waits for a word. */
export function isProvisional(id) {
  return PROVISIONAL.test(id);
}

/** Return what is wrong with an id as people would be told, or "". */
export function faultOfWord(word, isTaken) {
  if (!word) {
    return '请填写编号。';
  }
  if (!WORD.test(word)) {
    return '编号由小写英文单词和下划线组成，以字母开头，例如 review_by_province。';
  }
  if (RESERVED.has(word)) {
    return `“${word}”是系统保留的编号，请换一个。`;
  }
  return isTaken(word) ? `已有编号“${word}”（本图或本事项的其他图），请换一个。` : '';
}
