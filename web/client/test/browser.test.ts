// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const PROJECT = '11111111-1111-4111-8111-111111111111';
const page = window as any;
const errors: unknown[] = [];
let requests: { url: string; init: RequestInit; body: any }[];

/** What the browsers of the last three years have and jsdom does not. */
function modern() {
  Object.defineProperty(navigator, 'locks', { configurable: true, value: { request: async (_: string, run: () => Promise<void>) => run() } });
  AbortSignal.timeout ??= () => new AbortController().signal;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string);
    requests.push({ url, init, body });
    const results = body.ops.map((op: any) => ({ uid: op.uid, status: 'ok' }));
    const text = JSON.stringify({ results, armed: [], fresh_for: 1800, ask_in: 0 });
    return { status: 200, headers: new Headers(), blob: async () => ({ size: text.length, text: async () => text }) };
  });
}

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  requests = [];
  errors.length = 0;
  modern();
  for (const name of ['_refiner', '_refinerQueue', '_refinerAlreadyBooted']) delete page[name];
  document.head.replaceChildren();
  document.body.replaceChildren();
  localStorage.clear();
  sessionStorage.clear();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  page.onerror = (e: unknown) => void errors.push(e);
});
afterEach(() => {
  for (const visit of booted.splice(0)) visit.stop();
  expect(errors).toEqual([]);
  vi.useRealTimers();
});

const pass = (ms = 1000) => vi.advanceTimersByTimeAsync(ms);

function script(attributes: Record<string, string> = {}, src = 'https://surveys.example.com/v001/client.js') {
  const s = document.createElement('script');
  // Without a type that runs, so that jsdom does not fetch it.
  s.type = 'text/plain';
  s.src = src;
  for (const [name, value] of Object.entries(attributes)) s.setAttribute(name, value);
  document.head.append(s);
  return s;
}
let booted: (typeof import('../src/core/visit'))[] = [];
async function boot() {
  await import('../src/core/main');
  booted.push(await import('../src/core/visit'));
}
const ops = () => requests.flatMap((r) => r.body.ops);
const tracked = () => ops().filter((op) => op.op === 'track').map((op) => op.name);

describe('the script', () => {
  it('finds its server from its own address, and sends requests that need no preflight', async () => {
    script({ 'data-project': PROJECT });
    await boot();
    await pass();
    expect(requests).toHaveLength(1);
    expect(requests[0]!.url).toBe(`https://surveys.example.com/c/v1/${PROJECT}`);
    expect(requests[0]!.init).toMatchObject({ method: 'POST', credentials: 'omit' });
    expect(requests[0]!.init.headers).toBeUndefined();
    expect(requests[0]!.body.at.device).toBe('desktop');
  });

  it('finds a server below a path, with a version in its address', async () => {
    script({ 'data-project': PROJECT }, 'https://example.com/earshot/v001/client.js?v=2');
    await boot();
    await pass();
    expect(requests[0]!.url).toBe(`https://example.com/earshot/c/v1/${PROJECT}`);
  });

  it('stays quiet where there is no script with such an address', async () => {
    await boot();
    await pass();
    expect(requests).toEqual([]);
  });

  it('does nothing a second time', async () => {
    script({ 'data-project': PROJECT });
    await boot();
    const first = page._refiner;
    vi.resetModules();
    await boot();
    expect(page._refiner).toBe(first);
    await pass();
    expect(requests).toHaveLength(1);
  });

  it('waits for consent where the script asks for it', async () => {
    script({ 'data-project': PROJECT, 'data-consent': 'required' });
    await boot();
    await page._refiner('trackEvent', 'x');
    await pass(100_000);
    expect(requests).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([]);
    await page._refiner('setConsent', 'granted');
    await pass();
    expect(tracked()).toEqual(['x']);
  });

  it('owns no other globals than those everybody knows', async () => {
    script();
    const before = new Set(Object.keys(window));
    await boot();
    expect(Object.keys(window).filter((k) => !before.has(k)).sort()).toEqual(['_refiner', '_refinerAlreadyBooted', '_refinerQueue']);
  });

  it('is not led astray by elements with our names', async () => {
    script({ 'data-project': PROJECT });
    page._refinerQueue = document.createElement('form');
    page._refinerAlreadyBooted = document.createElement('form');
    await boot();
    await page._refiner('trackEvent', 'x');
    await pass();
    expect(tracked()).toEqual(['x']);
  });
});

describe('the queue', () => {
  /** The function of the snippet, and of the public npm package. */
  function snippet() {
    page._refinerQueue = page._refinerQueue || [];
    const captured = (page._refiner = function () {
      // eslint-disable-next-line prefer-rest-params
      page._refinerQueue.push(arguments);
    });
    return captured as (...args: unknown[]) => void;
  }

  it('is worked off in order, and for ever', async () => {
    const captured = snippet();
    const queue = page._refinerQueue;
    captured('setProject', PROJECT);
    captured('trackEvent', 'before');
    script();
    await boot();
    captured('trackEvent', 'by the function of before');
    queue.push(['trackEvent', 'by the array of before'], ['trackEvent', 'two at once']);
    await page._refiner('trackEvent', 'by the new function');
    await pass();
    expect(tracked()).toEqual(['before', 'by the function of before', 'by the array of before', 'two at once', 'by the new function']);
    expect(page._refinerQueue).toBe(queue);
    expect(queue).toHaveLength(0);
  });

  it('takes what the public package hands over, which puts its own function in the place of ours', async () => {
    script({ 'data-project': PROJECT });
    await boot();
    const refiner = (await import('refiner-js' as string)).default as (...args: unknown[]) => Promise<void>;
    void refiner('trackEvent', 'by refiner-js').catch(() => {});
    await pass();
    expect(tracked()).toEqual(['by refiner-js']);
    expect(requests[0]!.body.installation).toBe('npm');
  });

  it('survives nonsense', async () => {
    page._refinerQueue = [null, 7, 'text', {}, [], [[]], { length: -1 }];
    script({ 'data-project': PROJECT });
    await boot();
    page._refinerQueue.push(undefined, null);
    await page._refiner();
    await page._refiner('trackEvent', 'x');
    await pass();
    expect(tracked()).toEqual(['x']);
  });
});

describe('the page', () => {
  it('is followed through the History API and the hash, without disturbing it', async () => {
    script({ 'data-project': PROJECT });
    await boot();
    await pass();
    expect(requests).toHaveLength(1);
    // What it knows is stale: it asks on the next navigation only.
    for (const go of [() => history.pushState({ a: 1 }, '', '/a'), () => history.replaceState(null, '', '/b'), () => (location.hash = 'c')]) {
      await pass(2_000_000);
      const before = requests.length;
      go();
      window.dispatchEvent(new Event('hashchange'));
      await pass();
      expect(requests.length).toBe(before + 1);
      expect(requests[before]!.body.at.url).toBe(location.href);
    }
    expect(() => history.pushState({}, '', 'https://elsewhere.example/')).toThrow();
  });

  it('that is left sends what waits with keepalive', async () => {
    script({ 'data-project': PROJECT });
    await boot();
    await pass();
    void page._refiner('trackEvent', 'bye');
    window.dispatchEvent(new Event('pagehide'));
    expect(tracked()).toEqual(['bye']);
    expect(requests[requests.length - 1]!.init.keepalive).toBe(true);
  });

  it('that forbids storage works in memory', async () => {
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    script({ 'data-project': PROJECT });
    await boot();
    await page._refiner('identifyUser', { id: 'u1' });
    await page._refiner('trackEvent', 'x');
    await pass();
    expect(tracked()).toEqual(['x']);
  });

  it('without locks, where the lease cannot be loaded, still sends', async () => {
    Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined });
    script({ 'data-project': PROJECT });
    await boot();
    await page._refiner('trackEvent', 'x');
    await pass();
    await vi.dynamicImportSettled();
    await pass();
    expect(tracked()).toEqual(['x']);
  });

  it('that forbids locks still sends', async () => {
    Object.defineProperty(navigator, 'locks', { configurable: true, value: { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } });
    script({ 'data-project': PROJECT });
    await boot();
    await page._refiner('trackEvent', 'x');
    await pass();
    expect(tracked()).toEqual(['x']);
  });

  it('without fetch is left alone', async () => {
    vi.stubGlobal('fetch', undefined);
    script({ 'data-project': PROJECT });
    await boot();
    await page._refiner('trackEvent', 'x');
    await pass(100_000);
  });

  it('gets ids of version 4', async () => {
    script({ 'data-project': PROJECT });
    await boot();
    await page._refiner('trackEvent', 'x');
    await pass();
    expect(ops()[0].uid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('an answer that is too large is no answer', async () => {
    vi.stubGlobal('fetch', async () => ({ status: 200, headers: new Headers(), blob: async () => ({ size: 5e7, text: () => { throw new Error('read'); } }) }));
    script({ 'data-project': PROJECT });
    await boot();
    await pass(5000);
  });
});

describe('the package', () => {
  const load = async () => (await import('../src/npm/index')) as typeof import('../src/npm/index');

  it('loads the script once from the given server, with project and nonce', async () => {
    const { configure, default: _refiner } = await load();
    void _refiner('trackEvent', 'early');
    configure({ server: 'https://surveys.example.com/', project: PROJECT, nonce: 'n0nce', consent: 'required' });
    configure({ server: 'https://other.example.com' });
    const scripts = [...document.scripts];
    expect(scripts.map((s) => s.src)).toEqual(['https://surveys.example.com/v001/client.js']);
    expect(scripts[0]!.nonce).toBe('n0nce');
    expect(scripts[0]!.dataset.consent).toBe('required');
    expect(page._refinerQueue.map((e: unknown[]) => e[0])).toEqual(['trackEvent', 'setInstallationMethod', 'setProject']);
  });

  it('hands on the outcome of showForm, and lets nobody wait for anything else', async () => {
    const { _refiner, configure } = await load();
    configure({ server: 'https://surveys.example.com', project: PROJECT });
    await _refiner('identifyUser', { id: 'u1' });
    const outcome = _refiner('showForm', 'nps');
    await boot();
    vi.spyOn(console, 'info').mockImplementation(() => {});
    await pass();
    expect(await outcome).toMatchObject({ shown: false });
    expect(ops().map((op) => op.op)).toContain('identify');
  });

  it('says so when the script cannot be loaded, and rejects nothing', async () => {
    const { _refiner, configure } = await load();
    configure({ server: 'https://surveys.example.com' });
    const outcome = _refiner('showForm', 'nps');
    document.scripts[0]!.dispatchEvent(new Event('error'));
    expect(await outcome).toMatchObject({ shown: false, reason: 'not_loaded' });
  });
});
