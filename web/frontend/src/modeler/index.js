// The page of the diagram editor.
import { Editor } from './editor.js';
// Last, so that it has the last word over the sheets of the packages.
import './modeler.css';

for (const page of document.querySelectorAll('[data-designer]')) {
  new Editor(page).open().catch((problem) => {
    page.dataset.state = 'failed';
    page.querySelector('[data-part="status"]').textContent = `流程图没有打开：${problem.message}`;
  });
}
