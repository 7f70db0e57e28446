// Builds every editor of the studio: src/<name>/index.js becomes an entry of one split build, written to
// web/static/dist with a manifest (addresses, sizes, SHA-256) and a .gz beside each file.
//
//   node build.mjs [--outdir DIRECTORY]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { chineseTexts } from './plugins/chinese_texts.mjs';
import { collectLicences } from './plugins/licences.mjs';
import { onlyModernFonts } from './plugins/only_modern_fonts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const outdirOption = process.argv.indexOf('--outdir');
const outdir = outdirOption > 0 ? resolve(process.argv[outdirOption + 1]) : join(here, '../static/dist');
const COMPRESSED = /\.(js|css|txt|svg)$/;

/** Return the editors: the directories of src with an index.js, by name. */
function listEntries() {
  const names = readdirSync(join(here, 'src')).filter((name) => name !== 'shared').sort();
  const found = names.filter((name) => existsSync(join(here, 'src', name, 'index.js')));
  return Object.fromEntries(found.map((name) => [name, join(here, 'src', name, 'index.js')]));
}

/** Return the chunks that an output loads before it runs, nearest first. */
function listImports(outputs, path, seen = new Set()) {
  for (const { path: imported, kind } of outputs[path].imports) {
    if (kind === 'import-statement' && outputs[imported] && !seen.has(imported)) {
      seen.add(imported);
      listImports(outputs, imported, seen);
    }
  }
  return [...seen];
}

function describeEntries(outputs) {
  const entries = {};
  for (const [path, output] of Object.entries(outputs)) {
    const match = /^src\/([^/]+)\/index\.js$/.exec(output.entryPoint ?? '');
    if (match) {
      entries[match[1]] = {
        script: basename(path),
        imports: listImports(outputs, path).map((imported) => basename(imported)),
        styles: output.cssBundle ? [basename(output.cssBundle)] : [],
      };
    }
  }
  return entries;
}

function describeFiles(files) {
  const described = {};
  for (const { path, contents } of files) {
    const compressed = COMPRESSED.test(path) ? gzipSync(contents, { level: 9 }) : null;
    if (compressed) {
      writeFileSync(path + '.gz', compressed);
    }
    described[relative(outdir, path)] = {
      bytes: contents.length,
      sha256: createHash('sha256').update(contents).digest('hex'),
      compressed: compressed !== null,
    };
  }
  return Object.fromEntries(Object.entries(described).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const texts = await chineseTexts(join(here, 'src/shared/texts'));
const result = await build({
  absWorkingDir: here,
  entryPoints: listEntries(),
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  metafile: true,
  write: false,
  charset: 'utf8',
  legalComments: 'linked',
  entryNames: '[name]-[hash]',
  chunkNames: 'shared-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.woff2': 'file', '.svg': 'file', '.png': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [texts.plugin, onlyModernFonts],
  logLevel: 'warning',
});
texts.refuseUnused();

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
const licences = Buffer.from(collectLicences(here, result.metafile.inputs));
const files = [...result.outputFiles, { path: join(outdir, 'licences.txt'), contents: licences }];
for (const { path, contents } of files) {
  writeFileSync(path, contents);
}
const manifest = { entries: describeEntries(result.metafile.outputs), files: describeFiles(files) };
writeFileSync(join(outdir, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');

const total = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
console.log(`${Object.keys(manifest.entries).join(', ')}: ${Object.keys(manifest.files).length} files, ${Math.round(total / 1000)} kB`);
