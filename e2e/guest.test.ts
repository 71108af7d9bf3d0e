// The host page never suffers: whatever the server, the network or the
// browser does, nothing is thrown, nothing moves, and the page loads.

import http from 'node:http';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batches, launch, newPage, type WatchedPage } from './browser';
import { startHost, startServer, type Host, type Server } from './server';
import { eventually, refiner, widget } from './visitor';

let browser: Browser;
let server: Server;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), startServer()]);
  await server.apply(`key: hello
name: Hello
status: published
elements:
  - {id: score, type: nps, question: "How likely?"}
`);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Whatever answers under the address that the page believes to be Earshot. */
interface Fault {
  /** The script itself. By default the real one. */
  script?: (res: http.ServerResponse) => void;
  /** The collect door. */
  door?: (res: http.ServerResponse) => void;
}

const text = (status: number, body: string, type = 'application/json', headers: http.OutgoingHttpHeaders = {}) => (res: http.ServerResponse) => {
  res.writeHead(status, { 'Content-Type': type, 'Access-Control-Allow-Origin': '*', ...headers });
  res.end(body);
};
const hang = () => undefined;
const reset = (res: http.ServerResponse) => res.socket?.resetAndDestroy();

const faults: Record<string, Fault> = {
  'the door hangs': { door: hang },
  'the door resets the connection': { door: reset },
  'the door says 500': { door: text(500, '{"error":{"code":"internal"}}') },
  'the door says 503 and to wait for ever': { door: text(503, '{}', 'application/json', { 'Retry-After': '1000000000' }) },
  'the door answers HTML': { door: text(200, '<!doctype html><h1>Proxy login</h1>', 'text/html') },
  'the door answers half a JSON': { door: text(200, '{"results":[{"uid":"') },
  'the door answers the wrong shape': { door: text(200, '{"results":5,"armed":{"a":1},"fresh_for":"x"}') },
  'the door answers null': { door: text(200, 'null') },
  'the door answers nothing': { door: text(200, '') },
  'the door forgets its CORS header': { door: (res) => res.writeHead(200, { 'Content-Type': 'application/json' }).end('{}') },
  'the script is not there': { script: text(404, 'no', 'text/plain') },
  'the script is HTML': { script: text(200, '<!doctype html>', 'text/html') },
  'the script hangs': { script: hang },
};

/** A server that fails in one way and passes everything else on. */
async function faulty(fault: Fault): Promise<{ url: string; close(): void }> {
  const front = http.createServer(async (request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith('/c/v1/') && fault.door) return fault.door(response);
    if (url.startsWith('/v001/client.js') && fault.script) return fault.script(response);
    const real = await fetch(server.url + url);
    response.writeHead(real.status, Object.fromEntries(real.headers)).end(Buffer.from(await real.arrayBuffer()));
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    close: () => (front.closeAllConnections(), front.close()),
  };
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

/** Watches for anything that moves in the page. */
const watchShifts = `window.shifts = 0; new PerformanceObserver((l) => l.getEntries().forEach((e) => (window.shifts += e.value))).observe({ type: 'layout-shift', buffered: true });`;

/** Uses every part of the client, as a page that knows nothing of the trouble. */
async function use({ page }: WatchedPage): Promise<void> {
  await page.evaluate(() => {
    const r = (window as any)._refiner;
    r('identifyUser', { id: 'guest', email: 'g@example.com' });
    r('trackEvent', 'paid');
    r('showForm', 'hello');
    r('onComplete', () => undefined);
    r('addToResponse', { a: 1 });
    history.pushState({}, '', '#elsewhere');
  });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 400)));
}

async function expectUnharmed({ page, notes, context }: WatchedPage): Promise<void> {
  expect(notes.errors).toEqual([]);
  expect(await page.evaluate('window.shifts')).toBe(0);
  expect(await page.locator('h1').textContent()).toBe('A product');
  await context.close();
}

async function open(host: Host): Promise<WatchedPage> {
  const watched = await newPage(browser);
  await watched.page.addInitScript(watchShifts);
  await watched.page.goto(host.url, { waitUntil: 'domcontentloaded' });
  return watched;
}

describe('the page is unharmed when', () => {
  test.each(Object.entries(faults))('%s', async (_name, fault) => {
    const front = await faulty(fault);
    const host = await startHost({ url: front.url, projectUuid: server.projectUuid });
    const watched = await open(host);
    await use(watched);
    expect(await widget(watched.page).count()).toBe(0);
    expect(batches(watched.notes, front.url).length).toBeLessThanOrEqual(4);
    await expectUnharmed(watched);
    await host.close();
    front.close();
  });

  test('nothing listens there', async () => {
    const host = await startHost({ url: `http://127.0.0.1:${await freePort()}`, projectUuid: server.projectUuid });
    const watched = await open(host);
    await use(watched);
    await expectUnharmed(watched);
    await host.close();
  });

  test('storage is blocked', async () => {
    const host = await startHost(server);
    const watched = await newPage(browser);
    await watched.page.addInitScript(watchShifts);
    await watched.page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException('denied', 'SecurityError');
          },
        });
    });
    await watched.page.goto(host.url);
    expect(await refiner(watched.page, 'showForm', 'hello')).toEqual({ shown: true });
    await widget(watched.page).locator('.card').waitFor();
    await expectUnharmed(watched);
    await host.close();
  });

  test('the client is loaded twice', async () => {
    const host = await startHost(server, { '/': { body: `<h1>A product</h1><script async src="${server.url}/v001/client.js"></script>` } });
    const watched = await open(host);
    await refiner(watched.page, 'identifyUser', { id: 'twice' });
    await refiner(watched.page, 'trackEvent', 'once');
    await eventually(async () => (await server.contacts()).some((c) => c.user_id === 'twice' && c.events['once'] === 1), 'one event of one contact');
    await expectUnharmed(watched);
    await host.close();
  });

  test('the commands are garbage', async () => {
    const host = await startHost(server);
    const watched = await open(host);
    await watched.page.evaluate(() => {
      const w = window as any;
      const loop: any = {};
      loop.self = loop;
      for (const args of [[], [null], [5], ['nothing'], ['identifyUser'], ['identifyUser', loop], ['trackEvent', { a: 1 }], ['showForm'], ['embed', 'hello', '#none'], ['onShow', 'no function'], ['constructor'], ['__proto__']])
        w._refiner(...args);
      w._refinerQueue.push(null, 7, 'x', ['trackEvent']);
    });
    await watched.page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
    await expectUnharmed(watched);
    await host.close();
  });
});

test('a page without a survey for its visitor costs one request a session', async () => {
  const quiet = await startServer();
  const host = await startHost(quiet, { '/': {}, '/two': {} });
  const watched = await open(host);
  await eventually(async () => batches(watched.notes, quiet.url).length > 0, 'the first request');
  await watched.page.waitForLoadState('networkidle');
  for (let i = 0; i < 20; i++) await watched.page.evaluate((n) => history.pushState({}, '', `/page-${n}`), i);
  await watched.page.goto(`${host.url}/two`);
  await watched.page.waitForLoadState('networkidle');
  expect(batches(watched.notes, quiet.url)).toHaveLength(1);
  await expectUnharmed(watched);
  await host.close();
  await quiet.close();
});
