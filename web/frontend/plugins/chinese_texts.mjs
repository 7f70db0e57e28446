// Some packages have English words in their code that no translation service reaches. A file
// src/shared/texts/packages/<package>.mjs names them, and they are replaced while the package is bundled:
//
//   export default {
//     package: '@scope/name',
//     literals: { 'Whole string literal': '整个字符串' },                 // in every file of the package
//     fragments: { 'lib/File.js': [['exact piece of source', 'other']] },  // where a literal is not alone
//   };
//
// A text that is found nowhere in a package that was bundled stops the build: a new version of the package may
// have brought English back under other words.
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const INSIDE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\/(.*)$/;

function quote(text, mark) {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll(mark, '\\' + mark);
  return mark + (mark === '`' ? escaped.replaceAll('${', '\\${') : escaped) + mark;
}

class Dictionary {
  constructor({ package: name, literals = {}, fragments = {} }) {
    this.name = name;
    this.literals = Object.entries(literals);
    this.fragments = fragments;
    this.isBundled = false;
    this.used = new Set();
  }

  translate(source, file) {
    this.isBundled = true;
    let translated = source;
    for (const [english, chinese] of this.fragments[file] ?? []) {
      translated = this.#replace(translated, english, chinese, `${file}: ${english}`);
    }
    for (const [english, chinese] of this.literals) {
      for (const mark of ["'", '"', '`']) {
        translated = this.#replace(translated, quote(english, mark), quote(chinese, mark), english);
      }
    }
    return translated;
  }

  listUnused() {
    const fragments = Object.entries(this.fragments).flatMap(([file, pairs]) => pairs.map(([text]) => `${file}: ${text}`));
    const all = this.isBundled ? [...this.literals.map(([english]) => english), ...fragments] : [];
    return all.filter((text) => !this.used.has(text)).map((text) => `${this.name}: ${text}`);
  }

  #replace(source, from, to, key) {
    if (!source.includes(from)) {
      return source;
    }
    this.used.add(key);
    return source.replaceAll(from, () => to);
  }
}

/**
 * Read the dictionaries.
 *
 * @param {string} directory where `packages/` lies
 * @return {Promise<{ plugin: import('esbuild').Plugin, refuseUnused: () => void }>}
 */
export async function chineseTexts(directory) {
  const folder = join(directory, 'packages');
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.mjs')).sort() : [];
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(join(folder, file)))));
  const dictionaries = new Map(modules.map((module) => [module.default.package, new Dictionary(module.default)]));

  const plugin = {
    name: 'chinese-texts',
    setup(build) {
      build.onLoad({ filter: /node_modules.*\.m?js$/ }, async ({ path }) => {
        const [, name, file] = INSIDE.exec(path);
        const dictionary = dictionaries.get(name);
        return dictionary ? { contents: dictionary.translate(await readFile(path, 'utf8'), file), loader: 'js' } : undefined;
      });
    },
  };

  function refuseUnused() {
    const unused = [...dictionaries.values()].flatMap((dictionary) => dictionary.listUnused());
    if (unused.length) {
      throw new Error(`these texts are in no bundled file of their package:\n  ${unused.join('\n  ')}`);
    }
  }
  return { plugin, refuseUnused };
}
