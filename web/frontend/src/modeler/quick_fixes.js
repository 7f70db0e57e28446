// What a line of the checks offers to do about itself, right there.

/** Return [words, action] for a finding, or null: `field` says which part of the element is meant. */
export function quickFix({ field, element: id }, context) {
  const element = context.registry.get(id);
  if (!element || !context.isEditable) {
    return null;
  }
  return { lane_rule: laneRule, id: word, role: roleOfLane, form }[field]?.(element, context) ?? null;
}

/** Who works in a lane is asked in its panel. */
function laneRule({ id }, { catalogue, choose }) {
  return catalogue.lanes[id] ? null : ['选择由谁办理', () => choose(id, 'lane.role')];
}

/** A step that names nobody known is worked on by whoever works in its lane. */
function roleOfLane(element, { model }) {
  return ['改为与泳道相同', () => model.set(element, { 'camunda:candidateGroups': undefined })];
}

function word(element, { naming, rename, choose }) {
  const proposed = naming.propose(element);
  return proposed ? [`改成 ${proposed}`, () => rename(element, proposed)] : ['改编号', () => choose(element.id, 'id')];
}

function form({ id }, { catalogue, choose }) {
  return catalogue.forms.some(({ key }) => key === id) ? null : ['新建表单', () => choose(id, 'new-form')?.click()];
}
