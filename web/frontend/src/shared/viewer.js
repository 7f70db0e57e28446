// A diagram to look at: moved with the mouse or the arrow keys, zoomed, marked, never changed.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';

import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';

import { translation } from './translate.js';

/**
 * Show a diagram.
 *
 * @param {HTMLElement} container
 * @param {string} xml
 * @return {Promise<NavigatedViewer>}
 */
export async function openViewer(container, xml) {
  const viewer = new NavigatedViewer({ container, additionalModules: [translation] });
  await viewer.importXML(xml);
  viewer.get('canvas').zoom('fit-viewport', 'auto');
  return viewer;
}
