// The public package of the compatible interface, unmodified from its
// registry, drives a page: its script host is fixed, so the browser is told
// that this host is here.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, newPage } from './browser';
import { startHost, startServer, type Host, type Server } from './server';
import { choose, eventually, listen, widget } from './visitor';

const SCRIPT_HOST = 'js.refiner.io';

const SURVEY = (key: string, trigger: string) => `key: ${key}
name: ${key}
status: published
elements:
  - {id: score, type: nps, question: "How likely?"}
  - {id: thanks, type: thank_you, question: Thank you}
trigger: ${trigger}
`;

let browser: Browser;
let server: Server;
let host: Host;
let proxy: ChildProcess;
let manual: string;

beforeAll(async () => {
  server = await startServer();
  await server.apply(SURVEY('manual', '{type: manual}'), SURVEY('paid', '{type: event, event: paid}'));
  manual = (await server.surveys()).find((s) => s.key === 'manual')!.uuid;
  const address = await startProxy();
  browser = await launch([`--host-resolver-rules=MAP ${SCRIPT_HOST}:443 ${address}`, '--ignore-certificate-errors']);
  host = await startHost(server, { '/': { snippet: false, body: `<script>${await app()}</script><h1>An app that imports refiner-js</h1>` } });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await host?.close();
  proxy?.stdin?.end();
  await server?.close();
});

async function startProxy(): Promise<string> {
  const root = path.resolve(import.meta.dirname, '..');
  const child = spawn('go', ['run', './e2e/tlsproxy', server.url, SCRIPT_HOST], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
  proxy = child;
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return line.trim();
}

/** An app as a customer writes it, bundled with the package. */
async function app(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import _refiner from 'refiner-js'; window.imported = _refiner; _refiner('setProject', '${server.projectUuid}');`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  return outputFiles[0]!.text;
}

test('refiner-js identifies, tracks, shows and calls back', async () => {
  const { page, notes } = await newPage(browser, { ignoreHTTPSErrors: true });
  await page.goto(host.url);
  // What the app imported goes on working after the client has booted.
  const imported = (command: string, ...args: unknown[]) =>
    page.evaluate(([c, ...a]) => (window as any).imported(c, ...(a as unknown[])), [command, ...args]);
  await page.waitForFunction(() => (window as any)._refinerAlreadyBooted);
  const heard = await listen(page);

  await imported('identifyUser', { id: 'r-1', email: 'r1@example.com', name: 'Grace', account: { id: 'acme', name: 'Acme' } });
  const contact = await eventually(async () => (await server.contacts()).find((c) => c.user_id === 'r-1'), 'the contact');
  expect(contact).toMatchObject({ email: 'r1@example.com', traits: { name: 'Grace' }, account: { remote_id: 'acme' } });

  await imported('addToResponse', { source: 'refiner-js' });
  await imported('trackEvent', 'paid');
  await choose(page, 9);
  await eventually(async () => (await server.responses()).find((r) => r.survey === 'paid' && r.answers['score'] === 9 && r.completed_at), 'the answer');
  await imported('closeForm');
  await widget(page).waitFor({ state: 'detached' });

  await imported('showForm', manual, true);
  await choose(page, 2);
  const stored = await eventually(async () => (await server.responses()).find((r) => r.survey === 'manual' && r.completed_at), 'the forced answer');
  expect(stored).toMatchObject({ answers: { score: 2 }, hidden: { source: 'refiner-js' }, launch: 'forced' });
  const names = (await heard()).map(([name]) => name);
  expect(names).toEqual(expect.arrayContaining(['onBeforeShow', 'onShow', 'onComplete', 'onClose']));
  expect(notes.errors).toEqual([]);
  expect(notes.requests.filter((r) => r.url().includes('/c/v1/')).every((r) => r.url().startsWith(`https://${SCRIPT_HOST}/`))).toBe(true);
});
