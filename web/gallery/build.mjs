// Builds the gallery into web/dist/gallery: every element type, layout,
// scheme and direction on one page, with the widget's own code.
//
//   node web/gallery/build.mjs      then open web/dist/gallery/index.html by any static server

import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inlineCss } from '../render/inline-css.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Builds it; returns the folder. */
export async function buildGallery(out = join(here, '../dist/gallery')) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [join(here, 'gallery.ts')],
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2021',
    charset: 'utf8',
    minify: true,
    plugins: [inlineCss],
  });
  for (const file of ['index.html', 'gallery.css']) await copyFile(join(here, file), join(out, file));
  return out;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildGallery());
