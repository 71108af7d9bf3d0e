// Builds what browsers load into web/dist, and the npm package into web/client/dist.
//
//   node web/build.mjs            once
//   node web/build.mjs --watch    again on every change
//
// What is loaded later comes first: its name holds a hash of its content, and the core has to know it. esbuild bundles;
// Oxc, a part of Vite, then makes the files small: they compress 3 % better than what esbuild itself makes of them.

import { execFileSync } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { inlineCss } from './render/inline-css.mjs';
import { minify } from 'vite';

const web = fileURLToPath(new URL('.', import.meta.url));
const dist = join(web, 'dist');
const client = join(web, 'client');
const source = (name) => join(client, 'src', name);
const { version } = JSON.parse(await readFile(join(client, 'package.json'), 'utf8'));

const common = {
  bundle: true,
  minifySyntax: true,
  target: 'es2021',
  format: 'esm',
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  define: { __VERSION__: JSON.stringify(version), __LAUNCH__: '""', __LEASE__: '""' },
  plugins: [inlineCss],
};

/** Makes a module small, and writes it. */
async function write(name, text) {
  const options = { module: true, compress: { target: 'es2021' }, mangle: { toplevel: true }, codegen: true };
  const { code, errors } = await minify(name, text, options);
  if (errors?.length) throw new Error(`${name}: ${errors[0].message}`);
  await writeFile(join(dist, name), code.trim());
}

/** Modules with a hash in their name, and whatever they load later. Returns the names by the given ones. */
async function modules(entries) {
  const { outputFiles, metafile } = await build({
    ...common,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, source(entry)])),
    outdir: dist,
    splitting: true,
    metafile: true,
    write: false,
    entryNames: '[name]-[hash]',
    chunkNames: `${Object.keys(entries)[0]}-part-[hash]`,
  });
  for (const { path, text } of outputFiles) await write(basename(path), text);
  const outputs = Object.entries(metafile.outputs);
  const named = ([name, entry]) => [name, basename(outputs.find(([, o]) => o.entryPoint?.endsWith(entry))[0])];
  return Object.fromEntries(Object.entries(entries).map(named));
}

/** The script of the address /v001/client.js; it is no module, so it must not leave names behind. */
async function core({ launch, lease }) {
  const { outputFiles } = await build({
    ...common,
    define: { ...common.define, __LAUNCH__: JSON.stringify(launch), __LEASE__: JSON.stringify(lease) },
    entryPoints: [source('core/main.ts')],
    write: false,
  });
  await write('client.js', outputFiles[0].text);
  const code = await readFile(join(dist, 'client.js'), 'utf8');
  await writeFile(join(dist, 'client.js'), `(()=>{${code.replace(/;$/, '')}})()`);
}

/** The snippet, with places for the server's address and the project. */
async function snippet() {
  const { code } = await transform(await readFile(source('snippet.js'), 'utf8'), { minify: true, target: 'es2015' });
  await writeFile(join(dist, 'snippet.txt'), `<script>${code.trim().replace(/;$/, '')}</script>\n`);
}

/** The npm package: both kinds of modules, and the types. */
async function npm() {
  const options = { ...common, minifySyntax: false, entryPoints: [source('npm/index.ts')] };
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
  const ours = /^(client\.js|snippet\.txt|manifest\.json|(launch|widget|page|lease)-.*\.js)$/;
  for (const name of await readdir(dist)) if (ours.test(name)) await rm(join(dist, name));
}

async function all() {
  await clean();
  const names = {
    ...(await modules({ widget: 'widget/index.ts', launch: 'launch/index.ts' })),
    ...(await modules({ page: 'page/index.ts' })),
    ...(await modules({ lease: 'lease/index.ts' })),
  };
  await Promise.all([core(names), snippet(), npm()]);
  const manifest = { client: 'client.js', ...names };
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
