// The licences of everything that was bundled, in one text beside the bundles.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const RULE = '\n\n' + '-'.repeat(80) + '\n\n';

function describe(folder) {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${about.license ?? 'not stated'}`;
  return `${about.name} ${about.version}\n\n${text}`;
}

/** Return the licences of the packages that esbuild's metafile names among its inputs. */
export function collectLicences(here, inputs) {
  const folders = new Set();
  for (const path of Object.keys(inputs)) {
    const folder = FOLDER.exec(path)?.[1];
    if (folder && existsSync(join(here, folder, 'package.json'))) {
      folders.add(join(here, folder));
    }
  }
  return [...folders].sort().map(describe).join(RULE) + '\n';
}
