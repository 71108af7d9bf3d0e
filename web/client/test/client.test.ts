import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Armed } from '../src/launch/armed';
import { freeze, pass, PROJECT, storage, survey, type Tab, World } from './world';

let warnings: string[];

beforeEach(() => {
  freeze();
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((_, text) => void warnings.push(text));
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => vi.useRealTimers());

const S = '22222222-2222-4222-8222-222222222222';

async function page(options = {}): Promise<[World, Tab]> {
  const world = new World();
  world.server.surveys.s = survey(S, { key: 'nps' });
  return [world, await world.tab(options)];
}

describe('commands', () => {
  const all: Record<string, unknown[]> = {
    setProject: [PROJECT],
    identifyUser: [{ id: 'u1' }],
    setUser: [{ id: 'u1' }],
    resetUser: [],
    trackEvent: ['x'],
    trackPage: [],
    showForm: ['nps'],
    dismissForm: [],
    closeForm: [],
    embed: ['nps', 'here'],
    addToResponse: [null],
    attachToResponse: [null],
    ping: [],
    stopPinging: [],
    startPinging: [],
    disableClient: [],
    enableClient: [],
    startSession: [],
    setLocale: ['de'],
    setAnonymousId: ['anonymous-1'],
    setClientStorageMethod: ['sessionStorage'],
    setInstallationMethod: ['npm'],
    setConsent: ['granted'],
    debug: [true],
    onBeforeShow: [null],
    onShow: [null],
    onNavigation: [null],
    onClose: [null],
    onDismiss: [null],
    onComplete: [null],
    onError: [null],
  };
  it.each(Object.entries(all))('%s exists and resolves', async (name, args) => {
    const [, tab] = await page();
    const done = tab.run(name, ...args);
    await pass(200);
    await done;
    expect(warnings).toEqual([]);
  });

  it('that are unknown are logged once', async () => {
    const [, tab] = await page();
    for (const name of ['fly', 'fly', 'constructor', 'toString', '__proto__', '', undefined, null, 7, {}, Symbol('x')]) await tab.run(name);
    expect(warnings.filter((w) => w.includes('fly'))).toHaveLength(1);
    expect(tab.visit.running()).toBeTruthy();
  });

  const wrong: unknown[][] = [
    ['setProject', 'no uuid'],
    ['setProject', 7],
    ['identifyUser'],
    ['identifyUser', 'u1'],
    ['identifyUser', null],
    ['identifyUser', { name: 'nobody' }],
    ['identifyUser', { id: 'u1' }, 'replace'],
    ['trackEvent'],
    ['trackEvent', {}],
    ['trackEvent', 'x', 'y'],
    ['showForm'],
    ['showForm', 'nps', 'yes'],
    ['embed', 'nps', 'nowhere'],
    ['addToResponse', 'x'],
    ['setAnonymousId', 'short'],
    ['setLocale', 7],
    ['debug', 'on'],
    ['setConsent', 'yes'],
    ['setConsent'],
    ['onShow', 'alert(1)'],
  ];
  it.each(wrong)('%s(%j, %j) is logged with what was expected', async (...args) => {
    const [world, tab] = await page();
    await tab.run(...args);
    await pass(1000);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/expects|no element/);
    expect(world.server.ledger).toEqual([]);
  });

  it('never throw or reject, whatever they are given', async () => {
    const [, tab] = await page();
    const loop: any = {};
    loop.loop = loop;
    const odd = [loop, 10n, new Date(NaN), () => {}, [], { get x() { throw new Error('no'); } }, Object.create(null), new Proxy({}, {})];
    for (const name of [...Object.keys(all).filter((n) => n !== 'setProject'), 'nonsense'])
      for (const arg of odd) void tab.run(name, arg, arg);
    for (const entry of [null, undefined, 7, 'x', {}, { length: 1e9 }]) void tab.client.command(entry as any);
    await pass(1000);
  });

  it('take arguments objects as they are', async () => {
    const [world, tab] = await page();
    const entry = (function (..._: unknown[]) {
      // eslint-disable-next-line prefer-rest-params
      return arguments;
    })('trackEvent', 'by arguments');
    await tab.client.command(entry);
    await pass(100);
    expect(world.server.of('track')[0]!.name).toBe('by arguments');
  });

  it('wait for the project, in order', async () => {
    const [world, tab] = await page({ project: null });
    await tab.run('trackEvent', 'a');
    await tab.run('identifyUser', { id: 'u1' });
    await tab.run('trackEvent', 'b');
    const outcome = tab.run('showForm', 'nps');
    await pass(1000);
    expect(world.server.requests).toEqual([]);
    await tab.run('setProject', PROJECT);
    await pass(1000);
    expect(world.server.names()).toEqual(['track', 'identify', 'track', 'view']);
    expect(await outcome).toEqual({ shown: true });
  });

  it('setProject(null) stops everything and closes what is open', async () => {
    const [world, tab] = await page();
    await tab.show('nps');
    expect(tab.screen).toBeDefined();
    await tab.run('setProject', null);
    expect(tab.screen).toBeUndefined();
    const before = world.server.requests.length;
    await tab.run('trackEvent', 'x');
    tab.go('/else');
    await pass(864e5);
    expect(world.server.requests.length).toBe(before);
  });
});

describe('identify', () => {
  const identified = (world: World) => world.server.of('identify');

  it('sends everything once, and an unchanged repeat nothing, also on the next page', async () => {
    const [world, tab] = await page();
    const call = (t: Tab) =>
      t.run('identifyUser', { id: 7, email: 'a@b.c', plan: 'pro', seats: 3, trial: false, born_at: new Date(0), account: { name: 'ACME' } }, { locale: 'de', write_operation: 'replace', signature: 's' });
    await call(tab);
    await call(tab);
    await pass(1000);
    await call(await world.tab());
    await pass(1000);
    expect(identified(world)).toHaveLength(1);
    expect(identified(world)[0]).toMatchObject({
      id: '7',
      email: 'a@b.c',
      traits: { plan: 'pro', seats: 3, trial: false, born_at: '1970-01-01T00:00:00.000Z' },
      account: { name: 'ACME' },
      write_operation: 'replace',
      locale: 'de',
      signature: 's',
    });
  });

  it('sends changed traits, and again what a reset came between', async () => {
    const [world, tab] = await page();
    await tab.run('identifyUser', { id: 'u1', plan: 'free' });
    await tab.run('identifyUser', { id: 'u1', plan: 'pro' });
    await tab.run('resetUser');
    await tab.run('resetUser');
    await tab.run('identifyUser', { id: 'u1', plan: 'pro' });
    await pass(1000);
    expect(world.server.names()).toEqual(['identify', 'identify', 'reset', 'identify']);
  });

  it('keeps the anonymous id through identify and reset', async () => {
    const [world, tab] = await page();
    await tab.run('trackEvent', 'a');
    await tab.run('identifyUser', { email: 'a@b.c' });
    await tab.run('trackEvent', 'b');
    await tab.run('resetUser');
    await tab.run('trackEvent', 'c');
    await pass(1000);
    expect(new Set(world.server.ledger.map((l) => l.who.anonymous_id)).size).toBe(1);
    expect(world.server.ledger[world.server.ledger.length - 1]!.who).toEqual({ anonymous_id: expect.any(String) });
  });

  it('is tried again after the server has refused it', async () => {
    const [world, tab] = await page();
    world.server.refuse.identify = { reason: 'signature_invalid', message: 'The signature does not fit.' };
    await tab.run('identifyUser', { id: 'u1' });
    await pass(1000);
    expect(warnings[0]).toContain('signature_invalid');
    world.server.refuse = {};
    await tab.run('identifyUser', { id: 'u1' });
    await pass(1000);
    expect(world.server.requests.flatMap((r) => r.ops).filter((op) => op.op === 'identify')).toHaveLength(2);
  });

  it('lets setUser wait for something to happen', async () => {
    const [world, tab] = await page();
    await tab.run('setUser', { id: 'u1' });
    await pass(1000);
    expect(world.server.names()).toEqual([]);
    await tab.run('trackEvent', 'x');
    await pass(1000);
    expect(world.server.names()).toEqual(['identify', 'track']);
    await tab.run('setUser', { id: 'u1' });
    await tab.run('trackEvent', 'y');
    await pass(1000);
    expect(world.server.names()).toEqual(['identify', 'track', 'track']);
  });

  it('lets setUser come before a claim', async () => {
    const [world, tab] = await page();
    await tab.run('setUser', { id: 'u1' });
    await tab.show('nps');
    expect(world.server.names()).toEqual(['identify', 'view']);
    expect(world.server.ledger[1]!.who.id).toBe('u1');
  });

  it('is shared by the tabs', async () => {
    const [world, first] = await page();
    const second = await world.tab();
    await first.run('identifyUser', { id: 'u1' });
    await second.run('trackEvent', 'x');
    await pass(1000);
    expect(world.server.ledger.find((l) => l.op.op === 'track')!.who.id).toBe('u1');
  });

  it('takes over the visitor id of the client that was there before', async () => {
    const world = new World();
    world.local().setItem('refiner_cookie_id', 'abcdef01-2345-6789-abcd-ef0123456789');
    const tab = await world.tab();
    await tab.run('trackEvent', 'x');
    await pass(1000);
    expect(world.server.ledger[0]!.who.anonymous_id).toBe('abcdef01-2345-6789-abcd-ef0123456789');
  });

  it('takes what was handed over as it was then', async () => {
    const [world, tab] = await page();
    const traits: any = JSON.parse('{"id": "u1", "plan": "pro", "__proto__": {"polluted": true}}');
    void tab.run('setUser', traits);
    traits.plan = 'changed';
    await tab.run('trackEvent', 'x');
    await pass(1000);
    expect(identified(world)[0]!.traits.plan).toBe('pro');
    expect(({} as any).polluted).toBeUndefined();
  });
});

describe('what surveys say to the page', () => {
  const said: unknown[] = [];
  async function listening(): Promise<[World, Tab]> {
    const [world, tab] = await page();
    said.length = 0;
    for (const name of ['onBeforeShow', 'onShow', 'onNavigation', 'onClose', 'onDismiss', 'onComplete', 'onError'])
      await tab.run(name, (...args: unknown[]) => void said.push([name, ...args]));
    return [world, tab];
  }
  const order = () => said.map((s) => (s as string[])[0]);

  it('completing: BeforeShow, Show, Navigation, Complete, Close, with their arguments', async () => {
    const [world, tab] = await listening();
    await tab.run('addToResponse', { plan: 'pro' });
    await tab.show('nps');
    tab.screen!.step({ score: 9 }, 'why');
    tab.screen!.complete({ score: 9, why: null });
    tab.screen!.close();
    await pass(1000);
    const s = world.server.surveys.s!;
    expect(said).toEqual([
      ['onBeforeShow', S, s],
      ['onShow', S],
      ['onNavigation', S, s.elements[1], { index: 1, total: 2 }],
      ['onComplete', S, { score: 9, plan: 'pro' }],
      ['onClose', S],
    ]);
  });

  it('dismissing: Dismiss, Close', async () => {
    const [world, tab] = await listening();
    await tab.show('nps');
    tab.screen!.dismiss({ score: 3 });
    await pass(1000);
    expect(order()).toEqual(['onBeforeShow', 'onShow', 'onDismiss', 'onClose']);
    expect(world.server.of('dismiss')[0]).toMatchObject({ answers: { score: 3 }, element: 'score' });
  });

  it('dismissForm records it, closeForm does not', async () => {
    const [world, tab] = await listening();
    await tab.show('nps');
    await tab.run('dismissForm', S);
    await tab.show('nps');
    await tab.run('closeForm');
    await pass(1000);
    expect(order()).toEqual(['onBeforeShow', 'onShow', 'onDismiss', 'onClose', 'onBeforeShow', 'onShow', 'onClose']);
    expect(world.server.names()).toEqual(['view', 'dismiss', 'view']);
  });

  it('a thank-you that is closed is not dismissed', async () => {
    const [world, tab] = await listening();
    await tab.show('nps');
    tab.screen!.complete({ score: 9 });
    tab.screen!.dismiss();
    await pass(1000);
    expect(order()).toEqual(['onBeforeShow', 'onShow', 'onComplete', 'onClose']);
    expect(world.server.names()).toEqual(['view', 'complete']);
  });

  it.each([false, 'abort', Promise.resolve(false), Promise.resolve('abort')])('onBeforeShow keeps it back with %s, and no view is recorded', async (verdict) => {
    const [world, tab] = await listening();
    await tab.run('onBeforeShow', () => verdict);
    expect(await tab.show('nps')).toMatchObject({ shown: false, reason: 'aborted' });
    expect(tab.drawn).toEqual([]);
    expect(world.server.names()).toEqual([]);
  });

  it.each([true, undefined, null, 'no', Promise.resolve()])('onBeforeShow lets it pass with %s', async (verdict) => {
    const [, tab] = await listening();
    await tab.run('onBeforeShow', () => verdict);
    expect(await tab.show('nps')).toEqual({ shown: true });
  });

  it('what a callback throws goes to onError and changes nothing', async () => {
    const [world, tab] = await listening();
    const bad = () => {
      throw new Error('mine');
    };
    for (const name of ['onBeforeShow', 'onShow', 'onNavigation', 'onComplete', 'onDismiss', 'onClose']) await tab.run(name, name === 'onShow' ? async () => bad() : bad);
    expect(await tab.show('nps')).toEqual({ shown: true });
    tab.screen!.step({ score: 1 }, 'why');
    tab.screen!.complete({ score: 1 });
    tab.screen!.close();
    await pass(1000);
    expect(said.map((s) => (s as string[]).join(' '))).toEqual([
      'onError onBeforeShow: Error: mine',
      'onError onShow: Error: mine',
      'onError onNavigation: Error: mine',
      'onError onComplete: Error: mine',
      'onError onClose: Error: mine',
    ]);
    expect(world.server.names()).toEqual(['view', 'complete']);
    await tab.run('onError', bad);
    await tab.run('nonsense');
  });

  it('null removes a callback', async () => {
    const [, tab] = await listening();
    for (const name of ['onBeforeShow', 'onShow', 'onClose']) await tab.run(name, null);
    await tab.show('nps');
    tab.screen!.close();
    expect(said).toEqual([]);
  });
});

describe('an event', () => {
  const waiting: Armed = { survey: S, key: 'nps', trigger: { type: 'event', name: 'paid' } };

  it('counts although the survey that waits for it is armed a moment later', async () => {
    const [world, tab] = await page();
    world.server.armed = [waiting];
    void tab.run('identifyUser', { id: 'u1' });
    void tab.run('trackEvent', 'paid');
    await pass(2000);
    expect(world.server.of('view')).toMatchObject([{ survey: S, launch: 'trigger', event: 'paid' }]);
    expect(tab.drawn).toHaveLength(1);
  });

  it('of an earlier page does not count for a survey that is armed on a later one', async () => {
    const [world, tab] = await page();
    await tab.run('trackEvent', 'paid');
    await pass(1000);
    tab.url = 'https://app.example.com/later';
    tab.visit.navigated();
    world.server.armed = [waiting];
    await tab.run('ping');
    await pass(2000);
    expect(tab.drawn).toHaveLength(0);
  });

  it('launches a survey once', async () => {
    const [world, tab] = await page();
    world.server.armed = [{ ...waiting, repeat: 'trigger' }];
    await tab.run('ping');
    await pass(1000);
    await tab.run('trackEvent', 'paid');
    await pass(1000);
    tab.screen!.close();
    await pass(5000);
    expect(tab.drawn).toHaveLength(1);
    await tab.run('trackEvent', 'paid');
    await pass(1000);
    expect(tab.drawn).toHaveLength(2);
  });
});

describe('showForm', () => {
  it('says why it did not, in words', async () => {
    const [world, tab] = await page();
    world.server.refuse.nps = { reason: 'already_completed', message: 'This contact has completed the survey.' };
    expect(await tab.show('nps')).toEqual({ shown: false, reason: 'already_completed', message: 'This contact has completed the survey.' });
    expect(console.info).toHaveBeenCalledTimes(1);
    expect((await tab.show('other')).reason).toBe('survey_not_found');
  });

  it('claims as manual, or forced with true', async () => {
    const [world, tab] = await page();
    await tab.show('nps');
    await tab.show(S, true);
    expect(world.server.of('view').map((op) => op.launch)).toEqual(['manual', 'forced']);
  });

  it('shows one survey at a time; true puts another one in its place', async () => {
    const [world, tab] = await page();
    world.server.surveys.t = survey('t');
    await tab.show('nps');
    expect(await tab.show('t')).toMatchObject({ shown: false, reason: 'already_open' });
    expect(await tab.show('t', true)).toEqual({ shown: true });
    expect(tab.drawn.map((d) => d.closed)).toEqual([true, false]);
  });

  it('asks the server anew when what is open only says thank you, or is being closed', async () => {
    const [world, tab] = await page();
    await tab.show('nps');
    tab.screen!.complete({ score: 9 });
    world.server.refuse.nps = { reason: 'already_completed', message: 'This contact has completed the survey.' };
    expect(await tab.show('nps')).toMatchObject({ reason: 'already_completed' });
    expect(tab.drawn[0]!.closed).toBe(true);
    world.server.surveys.t = survey('t');
    await tab.show('t');
    void tab.run('closeForm');
    delete world.server.refuse.nps;
    expect(await tab.show('nps')).toEqual({ shown: true });
  });

  it('two calls at once open one', async () => {
    const [, tab] = await page();
    const both = [tab.run('showForm', 'nps'), tab.run('showForm', 'nps')];
    await pass(1000);
    expect((await Promise.all(both)).map((o) => o.shown)).toEqual([true, false]);
    expect(tab.drawn).toHaveLength(1);
  });

  it('another tab that has one open counts, a crashed one only for a while', async () => {
    const [world, first] = await page();
    const second = await world.tab();
    await first.show('nps');
    expect(await second.show('nps')).toMatchObject({ reason: 'already_open' });
    await pass(11 * 60_000);
    expect(await second.show('nps')).toEqual({ shown: true });
  });

  it('says so when the server cannot be reached', async () => {
    const [world, tab] = await page();
    world.server.weather = () => 'lost';
    expect(await tab.show('nps')).toMatchObject({ shown: false, reason: 'unreachable' });
    expect(await tab.show('nps')).toMatchObject({ shown: false, reason: 'unreachable' });
  });

  it('says so when the widget cannot be loaded or drawn', async () => {
    const [, tab] = await page();
    tab.env.load = () => Promise.reject(new TypeError('blocked'));
    expect(await tab.show('nps')).toMatchObject({ shown: false, reason: 'failed' });
    const [, other] = await page();
    other.widget = async () => ({
      open: () => {
        throw new Error('broken');
      },
    });
    expect(await other.show('nps')).toMatchObject({ shown: false, reason: 'failed' });
  });

  it('is not shown any more when the project went away meanwhile', async () => {
    const [, tab] = await page();
    const outcome = tab.run('showForm', 'nps');
    await tab.run('setProject', null);
    await pass(1000);
    expect((await outcome).shown).toBe(false);
    expect(tab.screen).toBeUndefined();
  });
});

describe('responses', () => {
  it('carry hidden fields: merged, sticky, also into a survey that is open, null clears', async () => {
    const [world, tab] = await page();
    await tab.run('addToResponse', { a: 1 });
    await tab.show('nps');
    await tab.run('attachToResponse', { b: 2 });
    expect(tab.screen!.host.hidden()).toEqual({ a: 1, b: 2 });
    tab.screen!.complete({ score: 1 });
    tab.screen!.close();
    await pass(1000);
    await tab.show('nps');
    tab.screen!.complete({ score: 1 });
    tab.screen!.close();
    await tab.run('addToResponse', null);
    await pass(1000);
    await tab.show('nps');
    tab.screen!.complete({ score: 1 });
    await pass(1000);
    expect(world.server.of('complete').map((op) => op.hidden)).toEqual([{ a: 1, b: 2 }, { a: 1, b: 2 }, {}]);
  });

  it('stay here until they are whole, if the survey wants that', async () => {
    const [world, tab] = await page();
    world.server.surveys.s = survey(S, { key: 'nps', whole_only: true });
    await tab.show('nps');
    tab.screen!.step({ score: 9 }, 'why');
    await pass(1000);
    tab.screen!.dismiss();
    await pass(1000);
    await tab.show('nps');
    tab.screen!.complete({ score: 9 });
    await pass(1000);
    expect(world.server.ledger.filter((l) => l.op.op !== 'view').map((l) => [l.op.op, l.op.answers])).toEqual([
      ['dismiss', {}],
      ['complete', { score: 9 }],
    ]);
  });

  it('embed draws into the element, beside a survey over the page', async () => {
    const [world, tab] = await page();
    await tab.show('nps');
    const element = { nodeType: 1 } as HTMLElement;
    const both = [tab.run('embed', S, element), tab.run('embed', S, 'here')];
    await pass(1000);
    expect((await Promise.all(both)).map((o) => o.shown)).toEqual([true, true]);
    expect(tab.drawn[1]!.host.container).toBe(element);
    expect(world.server.requests.filter((r) => r.ops.some((op) => op.op === 'view')).map((r) => r.at.channel)).toEqual(['widget', 'embed', 'embed']);
  });
});

describe('a survey that is open when the page goes away', () => {
  async function away(): Promise<[World, Tab, Storage]> {
    const session = storage();
    const [world, tab] = await page({ session });
    await tab.run('addToResponse', { plan: 'pro' });
    await tab.show('nps');
    tab.screen!.step({ score: 9 }, 'why');
    await pass(100);
    tab.hide(true);
    return [world, tab, session];
  }

  it('is opened again on the next page of the tab, where it was, without a new view', async () => {
    const [world, , session] = await away();
    const next = await world.tab({ session });
    await pass(100);
    expect(next.screen!.host.initial).toEqual({ answers: { score: 9 }, element: 'why' });
    expect(next.screen!.host.hidden()).toEqual({ plan: 'pro' });
    next.screen!.complete({ score: 9, why: 'good' });
    await pass(1000);
    expect(world.server.names()).toEqual(['view', 'answer', 'complete']);
    const [answer, complete] = [world.server.of('answer')[0]!, world.server.of('complete')[0]!];
    expect(complete.view).toBe(answer.view);
    expect(complete.seq).toBeGreaterThan(answer.seq);
    expect(complete.hidden).toEqual({ plan: 'pro' });
  });

  it('is not opened in a copy of the tab, nor half an hour later, nor once it is complete', async () => {
    const session = storage();
    const [world, tab] = await page({ session });
    await tab.show('nps');
    const copy = await world.tab({ session: Object.assign(storage(), session) });
    await pass(100);
    expect(copy.screen).toBeUndefined();
    tab.hide(true);
    await pass(31 * 60_000);
    const late = await world.tab({ session });
    await pass(100);
    expect(late.screen).toBeUndefined();
    const [again, , other] = await away();
    const next = await again.tab({ session: other });
    await pass(100);
    next.screen!.complete({ score: 1 });
    next.hide(true);
    const last = await again.tab({ session: other });
    await pass(100);
    expect(last.screen).toBeUndefined();
  });

  it('is brought up to date when the page comes back from the cache', async () => {
    const [world, tab, session] = await away();
    const next = await world.tab({ session });
    await pass(100);
    next.screen!.step({ score: 2 }, 'thanks');
    await pass(100);
    next.hide(true);
    tab.hidden = false;
    tab.visit.resume();
    await pass(100);
    expect(tab.screen!.host.initial).toEqual({ answers: { score: 2 }, element: 'thanks' });
    expect(tab.drawn).toHaveLength(2);
  });
});

describe('consent', () => {
  const stored = (world: World, tab: Tab) => [...Object.keys(world.local()), ...Object.keys(tab.session)];

  it('missing: nothing is stored or sent; granted: what was said is done', async () => {
    const [world, tab] = await page({ consent: false });
    const outcome = tab.run('showForm', 'nps');
    await tab.run('identifyUser', { id: 'u1' });
    await tab.run('trackEvent', 'x');
    await tab.run('setClientStorageMethod', 'sessionStorage');
    await tab.run('debug', true);
    await pass(864e5);
    expect(stored(world, tab)).toEqual([]);
    expect(world.server.requests).toEqual([]);
    await tab.run('setConsent', 'granted');
    await pass(1000);
    expect(await outcome).toEqual({ shown: true });
    expect(world.server.names().sort()).toEqual(['identify', 'track', 'view']);
  });

  it('withdrawn: everything is taken away and closed, and nothing is sent until it is granted again', async () => {
    const [world, tab] = await page();
    await tab.show('nps');
    await tab.run('setConsent', 'denied');
    expect(stored(world, tab)).toEqual([]);
    expect(tab.screen).toBeUndefined();
    const before = world.server.requests.length;
    await tab.run('trackEvent', 'x');
    tab.go('/else');
    tab.hide(true);
    await pass(864e5);
    expect(stored(world, tab)).toEqual([]);
    expect(world.server.requests.length).toBe(before);
    tab.hidden = false;
    await tab.run('setConsent', 'granted');
    await pass(1000);
    expect(world.server.of('track')).toHaveLength(1);
  });
});

describe('on and off', () => {
  it('disableClient: no communication at all, remembered on this device', async () => {
    const [world, tab] = await page();
    await tab.show('nps');
    await tab.run('disableClient');
    expect(tab.screen).toBeUndefined();
    const before = world.server.requests.length;
    await tab.run('trackEvent', 'x');
    expect(await tab.show('nps', true)).toMatchObject({ shown: false, reason: 'disabled' });
    const next = await world.tab();
    await next.run('trackEvent', 'y');
    next.go('/else');
    await pass(864e5);
    expect(world.server.requests.length).toBe(before);
    await next.run('enableClient');
    await next.run('trackEvent', 'z');
    await pass(1000);
    expect(world.server.of('track').map((op) => op.name)).toEqual(['z']);
  });

  it('stopPinging: no request on its own, while events, forms and identify still work', async () => {
    const [world, tab] = await page();
    await tab.run('stopPinging');
    world.server.freshFor = 10;
    world.server.askIn = 20;
    tab.go('/else');
    await pass(864e5);
    expect(world.server.requests).toEqual([]);
    await tab.run('trackEvent', 'x');
    await pass(864e5);
    expect(world.server.requests).toHaveLength(1);
    await tab.run('identifyUser', { id: 'u1' });
    await pass(1000);
    expect(await tab.show('nps')).toEqual({ shown: true });
    expect(world.server.names()).toEqual(['track', 'identify', 'view']);
    await pass(20_000);
    await tab.run('startPinging');
    tab.go('/third');
    await pass(100);
    expect(world.server.requests.length).toBe(4);
  });

  it('a page without surveys costs one request', async () => {
    const [world, tab] = await page();
    for (let i = 0; i < 50; i++) {
      tab.go(`/page/${i}`);
      await pass(20_000);
    }
    const next = await world.tab();
    await pass(100_000);
    next.go('/x');
    expect(world.server.requests).toHaveLength(1);
    expect(world.server.requests[0]!.ask).toBe(true);
  });

  it('asks again when something becomes due, and when what it knows is stale', async () => {
    const [world, tab] = await page();
    world.server.askIn = 600;
    await pass(500_000);
    expect(world.server.requests).toHaveLength(1);
    world.server.askIn = 0;
    await pass(200_000);
    expect(world.server.requests).toHaveLength(2);
    await pass(1_900_000);
    expect(world.server.requests).toHaveLength(2);
    tab.go('/x');
    await pass(100);
    expect(world.server.requests).toHaveLength(3);
  });

  it('ping asks now', async () => {
    const [world, tab] = await page();
    await pass(1000);
    await tab.run('ping');
    await pass(100);
    expect(world.server.requests.map((r) => r.ask)).toEqual([true, true]);
  });

  it('setClientStorageMethod moves everything, and keeps what was there', async () => {
    const session = storage();
    const [world, tab] = await page({ session });
    await tab.run('trackEvent', 'x');
    await tab.run('setClientStorageMethod', 'sessionStorage');
    await pass(1000);
    expect(Object.keys(world.local())).toEqual([]);
    const who = world.server.ledger[0]!.who;
    const next = await world.tab({ session });
    await next.run('setClientStorageMethod', 'sessionStorage');
    await next.run('trackEvent', 'y');
    await pass(1000);
    expect(world.server.of('track').map((op) => op.name)).toEqual(['x', 'y']);
    expect(world.server.ledger[1]!.who).toEqual(who);
    expect(Object.keys(world.local())).toEqual([]);
  });

  it('debug prints the reasons and every request, also on the next page', async () => {
    const table = vi.spyOn(console, 'table').mockImplementation(() => {});
    const [world, tab] = await page();
    world.server.explain = [{ key: 'nps', reason: 'sampled_out', message: 'Not drawn.' }];
    await tab.run('debug', true);
    await pass(1000);
    expect(table).toHaveBeenCalledWith(world.server.explain);
    expect(console.log).toHaveBeenCalled();
    const next = await world.tab({ session: tab.session });
    await next.run('ping');
    await pass(1000);
    expect(world.server.requests[world.server.requests.length - 1]!.debug).toBe(true);
  });

  it('setLocale and trackPage change where the visitor is', async () => {
    const [world, tab] = await page();
    await tab.run('setLocale', 'de-AT');
    await tab.run('trackPage', '/plan?x=1', 'Plan');
    await tab.run('startSession');
    await pass(1000);
    expect(world.server.requests[0]!.at).toMatchObject({ url: 'https://app.example.com/plan?x=1', title: 'Plan', locale: 'de-AT' });
    expect(world.server.names()).toEqual(['page', 'session']);
    expect(world.server.of('page')[0]).toMatchObject({ url: 'https://app.example.com/plan?x=1', title: 'Plan' });
  });
});

describe('a hostile page', () => {
  it('that has put toJSON on arrays changes no payload', async () => {
    (Array.prototype as any).toJSON = function () {
      return 'broken';
    };
    try {
      const [world, tab] = await page();
      await tab.run('trackEvent', 'x', { list: [1, [2]] });
      await pass(1000);
      expect(world.server.of('track')[0]!.properties).toEqual({ list: [1, [2]] });
    } finally {
      delete (Array.prototype as any).toJSON;
    }
  });

  it('cannot make a batch unacceptable with halves of characters or NUL', async () => {
    const [world, tab] = await page();
    await tab.run('trackEvent', 'a\ud800b\0c😀');
    await pass(1000);
    expect(world.server.of('track')[0]!.name).toBe('a\ufffdb\ufffdc😀');
  });
});
