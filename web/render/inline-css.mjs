// An esbuild plugin that does what Vite does with `import css from './x.css?inline'`:
// the style sheet as a minified text. Nested rules stay nested: all browsers of
// the last three years read them, and they are smaller.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** @type {import('esbuild').Plugin} */
export const inlineCss = {
  name: 'inline-css',
  setup(build) {
    build.onResolve({ filter: /\.css\?inline$/ }, ({ path, importer }) => ({ path: resolve(dirname(importer), path.replace('?inline', '')), namespace: 'inline-css' }));
    build.onLoad({ filter: /.*/, namespace: 'inline-css' }, async ({ path }) => {
      const { code } = await build.esbuild.transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text', watchFiles: [path] };
    });
  },
};
