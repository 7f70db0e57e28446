// Shows the diagram of every element with `data-diagram` (the address of its XML), marked as `data-marks` says:
// a JSON object from element ids to the class of their mark.
import { openViewer } from '../shared/viewer.js';

async function show(container) {
  const answer = await fetch(container.dataset.diagram, { credentials: 'same-origin' });
  if (!answer.ok) {
    throw new Error(`the diagram was answered with ${answer.status}`);
  }
  const viewer = await openViewer(container, await answer.text());
  const marks = JSON.parse(container.dataset.marks ?? '{}');
  const registry = viewer.get('elementRegistry');
  for (const [id, mark] of Object.entries(marks)) {
    if (registry.get(id)) {
      viewer.get('canvas').addMarker(id, mark);
    }
  }
  container.dataset.state = 'ready';
}

for (const container of document.querySelectorAll('[data-diagram]')) {
  show(container).catch(() => {
    container.dataset.state = 'failed';
    container.textContent = '流程图没有显示出来，请刷新页面重试。';
  });
}
