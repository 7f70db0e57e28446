// dmn-js with the parts that a folder may use: requirement diagrams, decision tables, single expressions.
import EditingManager from 'dmn-js-shared/lib/base/EditingManager.js';
import { containsDi } from 'dmn-js-shared/lib/util/DiUtil.js';
import { is } from 'dmn-js-shared/lib/util/ModelUtil.js';
import DecisionTableEditor from 'dmn-js-decision-table/lib/Editor.js';
import DrdModeler from 'dmn-js-drd/lib/Modeler.js';
import LiteralExpressionEditor from 'dmn-js-literal-expression/lib/Editor.js';

import { BPMN_TEXTS } from '../shared/texts/bpmn.js';
import { DMN_TEXTS } from '../shared/texts/dmn.js';
import { makeTranslation } from '../shared/translate.js';

import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';

const decides = (element, kind) => is(element, 'dmn:Decision') && is(element.decisionLogic, kind);

class DecisionModeler extends EditingManager {
  _getViewProviders() {
    return [
      { id: 'drd', constructor: DrdModeler, opens: 'dmn:Definitions' },
      { id: 'decisionTable', constructor: DecisionTableEditor, opens: (element) => decides(element, 'dmn:DecisionTable') },
      { id: 'literalExpression', constructor: LiteralExpressionEditor, opens: (element) => decides(element, 'dmn:LiteralExpression') },
    ];
  }

  /** A diagram that was never drawn has nothing to show: its first decision is shown instead. */
  _getInitialView(views, ...rest) {
    const first = super._getInitialView(views, ...rest);
    const isUndrawn = first && is(first.element, 'dmn:Definitions') && !containsDi(first.element);
    return isUndrawn ? views.find((view) => !is(view.element, 'dmn:Definitions')) ?? first : first;
  }
}

/** Return the editor of a file of decisions in Chinese. */
export function makeModeler(container) {
  const own = { additionalModules: [makeTranslation({ ...BPMN_TEXTS, ...DMN_TEXTS })] };
  return new DecisionModeler({ container, drd: own, decisionTable: own, literalExpression: own });
}
