// The modeller with everything that this studio adds to it, and a viewer for drafts that nobody may change now.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer.js';
import Modeler from 'bpmn-js/lib/Modeler.js';
import search from 'bpmn-js/lib/features/search/index.js';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import tokenSimulation from 'bpmn-js-token-simulation';
import tokenSimulationOfViewers from 'bpmn-js-token-simulation/lib/viewer.js';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import grid from 'diagram-js-grid';
import minimap from 'diagram-js-minimap';

import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';

import { translation } from '../shared/translate.js';
import { arrangingModule } from './arranging.js';
import { menusModule } from './menus.js';
import { namingModule } from './naming.js';

const moddleExtensions = { camunda };

/** Make a modeller in a container. */
export function makeModeler(container) {
  const own = [menusModule, namingModule, arrangingModule];
  const additionalModules = [translation, grid, minimap, tokenSimulation, CreateAppendAnythingModule, ...own];
  return new Modeler({ container, moddleExtensions, additionalModules });
}

/** Make a viewer, for what may be looked at and not be changed. */
export function makeViewer(container) {
  const additionalModules = [translation, grid, minimap, tokenSimulationOfViewers, search];
  return new NavigatedViewer({ container, moddleExtensions, additionalModules });
}
