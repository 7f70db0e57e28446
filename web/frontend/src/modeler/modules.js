// The modeller with everything that this studio adds to it.
import Modeler from 'bpmn-js/lib/Modeler.js';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import tokenSimulation from 'bpmn-js-token-simulation';
import grid from 'diagram-js-grid';
import minimap from 'diagram-js-minimap';

import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';

import { translation } from '../shared/translate.js';
import { arrangingModule } from './arranging.js';
import camunda from './camunda.json';
import { menusModule } from './menus.js';
import { namingModule } from './naming.js';

/** Make a modeller in a container. */
export function makeModeler(container) {
  return new Modeler({
    container,
    moddleExtensions: { camunda },
    additionalModules: [translation, grid, minimap, tokenSimulation, CreateAppendAnythingModule, menusModule, namingModule, arrangingModule],
  });
}
