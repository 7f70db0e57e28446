// What may be drawn: only what the engine runs. A task without a type is a user task from the beginning.
import ElementFactory from 'bpmn-js/lib/features/modeling/ElementFactory.js';

const UNSUPPORTED = /complex-gateway|gateway-complex|ad-?hoc|compensation|instantiate|replace-with-task$|(?:create|append)-(?:none-)?task$/;
const MENUS = ['bpmn-replace', 'bpmn-append', 'bpmn-create'];
const LAST = 100;

class DefiniteFactory extends ElementFactory {
  createElement(elementType, attributes) {
    const isIndefinite = attributes?.type === 'bpmn:Task' && !attributes.businessObject;
    return super.createElement(elementType, isIndefinite ? { ...attributes, type: 'bpmn:UserTask' } : attributes);
  }
}
DefiniteFactory.$inject = ['bpmnFactory', 'moddle'];

/** Return the entries that the engine supports. */
function keepSupported(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([id]) => !UNSUPPORTED.test(id)));
}

class SupportedMenus {
  constructor(popupMenu, palette, contextPad, translate) {
    this.translate = translate;
    for (const menu of MENUS) {
      popupMenu.registerProvider(menu, LAST, { getPopupMenuEntries: () => keepSupported });
    }
    palette.registerProvider(LAST, { getPaletteEntries: () => (entries) => this.#namePalette(entries) });
    contextPad.registerProvider(LAST, { getContextPadEntries: () => (entries) => this.#namePad(entries) });
  }

  #namePalette(entries) {
    const { 'create.task': task, ...others } = entries;
    const named = { ...task, className: 'bpmn-icon-user-task', title: '添加用户任务' };
    return Object.fromEntries(
      Object.entries({ ...others, 'create.task': named }).sort(([one], [other]) => order(entries, one) - order(entries, other)),
    );
  }

  #namePad(entries) {
    const task = entries['append.append-task'];
    if (task) {
      entries['append.append-task'] = { ...task, className: 'bpmn-icon-user-task', title: '接着添加用户任务' };
    }
    return entries;
  }
}
SupportedMenus.$inject = ['popupMenu', 'palette', 'contextPad', 'translate'];

function order(entries, id) {
  return Object.keys(entries).indexOf(id);
}

export const menusModule = {
  __init__: ['supportedMenus'],
  elementFactory: ['type', DefiniteFactory],
  supportedMenus: ['type', SupportedMenus],
};
