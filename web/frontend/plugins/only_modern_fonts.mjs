// Icon fonts come in five formats for browsers of the past; every browser that runs these bundles reads woff2.
import { readFile } from 'node:fs/promises';

const FACE = /@font-face\s*\{[^}]*\}/g;
const WOFF2 = /url\((['"]?)[^)'"]*\.woff2[^)]*\)\s*format\((['"])woff2\2\)/;
const SOURCE = /src:[^;}]*;?/g;

/** Return the style sheet with only the woff2 file of each font that has one. */
function keepWoff2(css) {
  return css.replace(FACE, (face) => {
    const modern = WOFF2.exec(face);
    if (!modern) {
      return face;
    }
    const bare = face.replace(SOURCE, '');
    return bare.replace('{', `{ src: ${modern[0].replace(/\.woff2[?#][^'")]*/, '.woff2')};`);
  });
}

export const onlyModernFonts = {
  name: 'only-modern-fonts',
  setup(build) {
    build.onLoad({ filter: /node_modules.*\.css$/ }, async ({ path }) => ({
      contents: keepWoff2(await readFile(path, 'utf8')),
      loader: 'css',
    }));
  },
};
