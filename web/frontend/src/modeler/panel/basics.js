// 基本: number, name, explanation, basis, mark.
import { is } from 'bpmn-js/lib/util/ModelUtil.js';

import { h } from '../../shared/dom.js';
import { readNotes } from '../model.js';
import { faultOfWord, isProvisional } from '../words.js';

const MARKS = [
  ['', '（未写）'],
  ['依据', '依据：文件有明文'],
  ['解释', '解释：对不明确文字的理解'],
  ['平台默认', '平台默认：文件没有规定'],
];
const HELP_OF_ID = '小写英文单词，用下划线连接，说明做什么，如 `review_by_province`。表单、时限都按编号对应。';

export function basics(element, context, fields) {
  const { businessObject } = element;
  if (is(businessObject, 'bpmn:TextAnnotation')) {
    return { title: '注释', fields: [noteText(element, context, fields)] };
  }
  const hasId = !is(businessObject, 'bpmn:Process') && !is(businessObject, 'bpmn:Collaboration');
  const subject = hasId ? element : context.root();
  const parts = [nameField(subject, context, fields)];
  if (hasId) {
    parts.push(idField(element, context, fields));
  }
  if (hasNotes(businessObject)) {
    parts.push(...noteFields(subject, context, fields));
  }
  return { title: hasId ? '基本' : '整个流程', fields: parts };
}

/** Flows, lanes and what is only drawn need no basis, but may have one. */
function hasNotes(businessObject) {
  const isPlain = ['bpmn:Participant', 'bpmn:Lane', 'bpmn:Artifact', 'bpmn:SequenceFlow'].some((type) => is(businessObject, type));
  return !isPlain || Boolean(businessObject.documentation?.length);
}

function noteText(element, { model }, fields) {
  return fields.text({
    key: 'text', label: '文字', rows: 3, value: element.businessObject.text ?? '',
    help: '只给看图的人看，不影响办理。', commit: (text) => model.set(element, { text }),
  });
}

const HELP_OF_NAME = '办理人员在待办、办件和流程图上看到的名称。';
const HELP_OF_ANSWER = '写在线上的字，通常是一种结果，如“同意”。';

function nameField(element, { model }, fields) {
  return fields.text({
    key: 'name', label: '名称', value: element.businessObject.name ?? '',
    help: is(element.businessObject, 'bpmn:SequenceFlow') ? HELP_OF_ANSWER : HELP_OF_NAME, commit: (name) => model.set(element, { name }),
  });
}

function idField(element, context, fields) {
  const { businessObject } = element;
  const isTaken = (word) => context.naming.isTaken(word, businessObject);
  const field = fields.text({
    key: 'id', label: '编号', value: businessObject.id, help: HELP_OF_ID, isCode: true, isRequired: true, waits: true,
    check: (word) => (word === businessObject.id ? '' : faultOfWord(word, isTaken)),
    commit: (id) => context.rename(element, id),
  });
  if (!fields.isEditable) {
    return field;
  }
  if (isProvisional(businessObject.id)) {
    field.say('这是临时编号，请改成能说明内容的单词。');
  }
  const proposed = context.naming.propose(element);
  if (proposed && proposed !== businessObject.id && isProvisional(businessObject.id)) {
    field.append(fields.button(`采用建议的编号 ${proposed}`, () => context.rename(element, proposed)));
  }
  return field;
}

function noteFields(element, context, fields) {
  const { model } = context;
  const notes = readNotes(element.businessObject);
  const basis = fields.text({
    key: 'basis', label: '依据', rows: 2, value: notes.basis,
    help: '写到条款，例如“工信厅信发函〔2023〕278号 三（一）”。没有规定的，写明“来源文件未规定……”。',
    commit: (text) => model.setNotes(element, { basis: text }),
  });
  if (fields.isEditable && context.catalogue.clauses.length) {
    basis.append(clauseSearch(element, context));
  }
  return [
    fields.text({
      key: 'explanation', label: '说明', rows: 4, value: notes.text,
      help: '这一步做什么、怎样做。办理人员点开这一步就能看到。', commit: (text) => model.setNotes(element, { text }),
    }),
    basis,
    fields.choice({
      key: 'mark', label: '标记', value: notes.mark, options: MARKS,
      help: '让看的人分清哪些是规定，哪些可以调整。', commit: (mark) => model.setNotes(element, { mark }),
    }),
  ];
}

/** Look a clause up and cite it. */
function clauseSearch(element, { model, catalogue }) {
  const list = h('ul', { class: 'gp-clauses' });
  const input = h('input', { type: 'search', 'aria-label': '查找条款', placeholder: '输入条款里的字词，如：审核' });
  const cite = (clause) => {
    const { basis } = readNotes(element.businessObject);
    const cited = `${clause.name} ${clause.place}`;
    model.setNotes(element, { basis: basis.trim() ? `${basis.trim()}；${cited}` : cited, mark: readNotes(element.businessObject).mark || '依据' });
  };
  const fill = () => {
    const words = input.value.trim().split(/\s+/);
    const found = catalogue.clauses.filter((clause) => words.every((word) => `${clause.name}${clause.place}${clause.says}`.includes(word)));
    list.replaceChildren(...found.slice(0, 30).map((clause) => h('li', {},
      h('button', { type: 'button', onclick: () => cite(clause) }, `${clause.name} ${clause.place}`), h('span', {}, clause.says))));
  };
  input.addEventListener('input', fill);
  const details = h('details', { class: 'gp-more' }, h('summary', {}, '从条款目录里引用'), input, list);
  details.addEventListener('toggle', () => details.open && fill(), { once: true });
  return details;
}
