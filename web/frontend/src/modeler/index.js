// The page of the diagram editor.
import './modeler.css';

import { Editor } from './editor.js';

for (const page of document.querySelectorAll('[data-designer]')) {
  new Editor(page).open().catch((problem) => {
    page.dataset.state = 'failed';
    page.querySelector('[data-part="status"]').textContent = `流程图没有打开：${problem.message}`;
  });
}
