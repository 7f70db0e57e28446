// The diagram editor of the studio.
import Modeler from 'bpmn-js/lib/Modeler.js';

import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';

import { translation } from '../shared/translate.js';

async function open(container) {
  const answer = await fetch(container.dataset.file, { credentials: 'same-origin' });
  const modeler = new Modeler({ container, additionalModules: [translation] });
  await modeler.importXML(await answer.text());
  container.dataset.state = 'ready';
}

for (const container of document.querySelectorAll('[data-modeler]')) {
  open(container);
}
