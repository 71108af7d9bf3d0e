// How many bytes a browser loads, for each built part: web/sizes.json and a table. Exits with 1 when a budget of the
// browser client, or the ceiling of one that is still missed, is exceeded. Run node web/build.mjs first.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const web = fileURLToPath(new URL('.', import.meta.url));
const dist = join(web, 'dist');
const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8'));

/** Budgets in bytes, brotli. */
const budgets = { snippet: 500, core: 5000, all: 15000 };
/**
 * Where a budget is not met yet, what must not be exceeded until it is: the figure may only sink, and the table goes on
 * saying that the budget is missed. docs/performance.md says what stands in the way.
 */
const ceilings = { all: 19100 };

function measure(name) {
  const raw = readFileSync(join(dist, name));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length };
  return { raw: raw.length, gzip: gzipSync(raw, { level: 9 }).length, brotli: brotliCompressSync(raw, { params }).length };
}

const add = (a, b) => ({ raw: a.raw + b.raw, gzip: a.gzip + b.gzip, brotli: a.brotli + b.brotli });

const sizes = {
  snippet: measure('snippet.txt'),
  core: measure('client.js'),
  launch: measure(manifest.launch),
  widget: measure(manifest.widget),
};
// What the widget loads on its own are the words of the visitor's language: at most one part for any survey.
const parts = readdirSync(dist)
  .filter((name) => /^widget-part-/.test(name))
  .map((name) => [name.replace(/\.js$/, ''), measure(name)])
  .sort(([, a], [, b]) => b.brotli - a.brotli);
const largest = parts[0]?.[1] ?? { raw: 0, gzip: 0, brotli: 0 };
// Everything needed to show any survey.
const all = [sizes.snippet, sizes.core, sizes.launch, sizes.widget, largest].reduce(add);
// Only on pages without https; only on hosted survey pages.
Object.assign(sizes, Object.fromEntries(parts), { all, lease: measure(manifest.lease), page: measure(manifest.page) });

writeFileSync(join(web, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);

let exceeded = false;
console.log('part                        raw    gzip  brotli  budget');
for (const [name, { raw, gzip, brotli }] of Object.entries(sizes)) {
  const budget = budgets[name];
  const missed = budget < brotli;
  const over = (ceilings[name] ?? budget) < brotli;
  exceeded ||= over;
  const columns = [raw, gzip, brotli, budget ?? ''].map((n) => String(n).padStart(8)).join('');
  console.log(`${name.padEnd(22)}${columns}${over ? '  EXCEEDED' : missed ? `  MISSED, held at ${ceilings[name]}` : ''}`);
}
process.exit(exceeded ? 1 : 0);
