// Builds what browsers load into web/dist, and the npm package into web/client/dist.
//
//   node web/build.mjs            once
//   node web/build.mjs --watch    again on every change
//
// What is loaded later comes first: its name holds a hash of its content, and the core has to know it. The core is
// bundled by esbuild and then made small by Oxc (a part of Vite), which makes 2 % less of it.

import { execFileSync } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const web = fileURLToPath(new URL('.', import.meta.url));
const dist = join(web, 'dist');
const client = join(web, 'client');
const source = (name) => join(client, 'src', name);
const { version } = JSON.parse(await readFile(join(client, 'package.json'), 'utf8'));

/** import css from './x.css?inline': the style sheet as a text, made small. */
const inlineCSS = {
  name: 'inline-css',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.css\?inline$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?inline', '')),
      namespace: 'inline-css',
    }));
    onLoad({ filter: /./, namespace: 'inline-css' }, async ({ path }) => {
      const css = await readFile(path, 'utf8');
      const { code } = await transform(css, { loader: 'css', minify: true, target: 'chrome109' });
      return { contents: code.trim(), loader: 'text', watchFiles: [path] };
    });
  },
};

const common = {
  bundle: true,
  minify: true,
  target: 'es2021',
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  define: { __VERSION__: JSON.stringify(version), __WIDGET__: '""', __LEASE__: '""' },
  plugins: [inlineCSS],
};

/** A module with a hash in its name, and whatever it loads later. Returns the name. */
async function module(name, entry) {
  const { metafile } = await build({
    ...common,
    entryPoints: { [name]: source(entry) },
    outdir: dist,
    format: 'esm',
    splitting: true,
    metafile: true,
    entryNames: '[name]-[hash]',
    chunkNames: `${name}-part-[hash]`,
  });
  const [path] = Object.entries(metafile.outputs).find(([, o]) => o.entryPoint?.endsWith(entry));
  return basename(path);
}

/** The script of the address /v001/client.js. */
async function core(widget, lease) {
  await build({
    ...common,
    define: { ...common.define, __WIDGET__: JSON.stringify(widget), __LEASE__: JSON.stringify(lease) },
    entryPoints: [source('core/main.ts')],
    outfile: join(dist, 'client.js'),
    format: 'iife',
  });
}

/** The snippet, with places for the server's address and the project. */
async function snippet() {
  const { code } = await transform(await readFile(source('snippet.js'), 'utf8'), { minify: true, target: 'es2015' });
  await writeFile(join(dist, 'snippet.txt'), `<script>${code.trim().replace(/;$/, '')}</script>\n`);
}

/** The npm package: both kinds of modules, and the types. */
async function npm() {
  const options = { ...common, minify: false, entryPoints: [source('npm/index.ts')] };
  await build({ ...options, outfile: join(client, 'dist/index.js'), format: 'esm' });
  await build({ ...options, outfile: join(client, 'dist/index.cjs'), format: 'cjs' });
  const flags =
    '--declaration --emitDeclarationOnly --strict --target es2021 --module esnext --moduleResolution bundler --types';
  const tsc = join(web, '../node_modules/typescript/bin/tsc');
  const args = [tsc, ...flags.split(' '), '', '--ignoreConfig', '--outDir', join(client, 'dist'), source('npm/index.ts')];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

/** Takes away what an earlier build has left, but nothing that other builds put there. */
async function clean() {
  await mkdir(dist, { recursive: true });
  const ours = /^(client\.js|snippet\.txt|manifest\.json|(widget|page|lease)-.*\.js)$/;
  for (const name of await readdir(dist)) if (ours.test(name)) await rm(join(dist, name));
}

async function all() {
  await clean();
  const [widget, page, lease] = await Promise.all([
    module('widget', 'show/index.ts'),
    module('page', 'page/index.ts'),
    module('lease', 'lease/index.ts'),
  ]);
  await Promise.all([core(widget, lease), snippet(), npm()]);
  const manifest = { client: 'client.js', widget, page, lease };
  await writeFile(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

await all();

if (process.argv.includes('--watch')) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => all().then(() => console.log('built'), console.error), 100);
  };
  for (const folder of ['client/src', 'render'].map((f) => join(web, f)).filter(existsSync))
    watch(folder, { recursive: true }, again);
}
