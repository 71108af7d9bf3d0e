import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anyPage, onPages } from '../src/pages';
import type { Armed } from '../src/launch/armed';
import { freeze, pass, survey, type Tab, World } from './world';

beforeEach(() => {
  freeze();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => vi.useRealTimers());

const armed = (uuid: string, trigger: Armed['trigger'], more: Partial<Armed> = {}): Armed => ({
  survey: uuid,
  key: `key-${uuid}`,
  trigger,
  repeat: 'once',
  ...more,
});

async function page(...list: Armed[]): Promise<[World, Tab]> {
  const world = new World();
  world.server.armed = list;
  for (const { survey: uuid } of list) world.server.surveys[uuid] = survey(uuid);
  return [world, await world.tab()];
}

const shown = (tab: Tab) => tab.drawn.map((d) => d.survey.uuid);
const claims = (world: World) => world.server.requests.flatMap((r) => r.ops).filter((op) => op.op === 'view');
const pricing = { allow: [{ op: 'path_starts_with', value: '/pricing' }] };

describe('triggers', () => {
  it('now: at once', async () => {
    const [world, tab] = await page(armed('a', { type: 'now' }));
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
    expect(claims(world)[0]).toMatchObject({ survey: 'a', launch: 'trigger' });
  });

  it('after: that long after the answer arrived, wherever the visitor is then, also on the next page', async () => {
    const [world, tab] = await page(armed('a', { type: 'after', delay_ms: 60_000 }));
    await pass(30_000);
    tab.visit.stop();
    const next = await world.tab();
    await pass(29_000);
    expect(shown(next)).toEqual([]);
    await pass(2000);
    expect(shown(next)).toEqual(['a']);
    expect(world.server.requests.filter((r) => r.ask)).toHaveLength(1);
  });

  it('page: while on one of the pages, after being there that long', async () => {
    const [, tab] = await page(armed('a', { type: 'page', pages: [{ op: 'path_equals', value: '/plan' }], delay_ms: 5000 }));
    await pass(10_000);
    tab.go('/plan');
    await pass(4000);
    tab.go('/');
    await pass(4000);
    expect(shown(tab)).toEqual([]);
    tab.go('/plan');
    await pass(3000);
    tab.go('/plan?tab=2');
    await pass(2100);
    expect(shown(tab)).toEqual(['a']);
  });

  it('event: when the page tracks it, together with the event', async () => {
    const [world, tab] = await page(armed('a', { type: 'event', name: 'exported' }));
    await pass(1000);
    await tab.run('trackEvent', 'other');
    await pass(1000);
    expect(shown(tab)).toEqual([]);
    await tab.run('trackEvent', 'exported');
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
    const last = world.server.requests[world.server.requests.length - 1]!;
    expect(last.ops.map((op) => op.op)).toEqual(['track', 'view']);
    expect(last.ops[1]!.event).toBe('exported');
  });

  it('none: never by itself', async () => {
    const [, tab] = await page(armed('a', { type: 'none' }));
    await pass(864e5);
    expect(shown(tab)).toEqual([]);
  });

  it('unknown or broken ones do no harm', async () => {
    const [world, tab] = await page();
    world.server.armed = [null, {}, { survey: 'x', trigger: { type: 'moon' } }, { survey: 'y', trigger: 7, pages: 3 }, armed('a', { type: 'now' })] as never;
    world.server.surveys.a = survey('a');
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
  });
});

describe('pages', () => {
  it('are checked when the trigger fires and on every navigation while it waits', async () => {
    const [world, tab] = await page(armed('a', { type: 'event', name: 'x' }, { pages: pricing }));
    await pass(1000);
    await tab.run('trackEvent', 'x');
    await pass(10_000);
    expect(claims(world)).toEqual([]);
    tab.go('/pricing/eu');
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
  });

  it('may ask to be looked at for a while first', async () => {
    const [, tab] = await page(armed('a', { type: 'now' }, { pages: { ...pricing, delay_ms: 3000 } }));
    await pass(10_000);
    tab.go('/pricing');
    await pass(2900);
    expect(shown(tab)).toEqual([]);
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
  });

  it('that are excluded keep it away', async () => {
    const [, tab] = await page(armed('a', { type: 'now' }, { pages: { exclude: [{ op: 'path_equals', value: '/' }] } }));
    await pass(1000);
    expect(shown(tab)).toEqual([]);
    tab.go('/b');
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
  });

  it('nobody looks at show nothing', async () => {
    const [, tab] = await page();
    tab.hidden = true;
    await pass(1000);
    const [world, hidden] = await page(armed('a', { type: 'after', delay_ms: 5000 }));
    await pass(1000);
    hidden.hidden = true;
    await pass(60_000);
    expect(claims(world)).toEqual([]);
    hidden.hidden = false;
    hidden.visit.check(hidden.visit.Cause?.page ?? 0);
    await pass(200);
    expect(shown(hidden)).toEqual(['a']);
  });
});

describe('of several', () => {
  it('the first is claimed, and the next after it has closed', async () => {
    const [, tab] = await page(armed('a', { type: 'now' }), armed('b', { type: 'now' }));
    await pass(200);
    expect(shown(tab)).toEqual(['a']);
    tab.screen!.complete({ score: 1 });
    tab.screen!.close();
    await pass(1000);
    expect(shown(tab)).toEqual(['a', 'b']);
  });

  it('a refusal lets the next one have its turn, and is not asked for again', async () => {
    const [world, tab] = await page(armed('a', { type: 'now' }), armed('b', { type: 'now' }));
    world.server.refuse.a = { reason: 'contact_throttled' };
    world.server.weather = (b) => {
      if (b.ops.some((op) => op.op === 'view')) world.server.armed = world.server.armed.filter((e) => e.survey !== 'a');
      return 'fine';
    };
    await pass(1000);
    expect(shown(tab)).toEqual(['b']);
    expect(claims(world).map((op) => op.survey)).toEqual(['a', 'b']);
  });

  it('no survey is claimed twice unless it may repeat', async () => {
    const [world, tab] = await page(armed('a', { type: 'event', name: 'x' }));
    await pass(200);
    world.server.armed = [];
    for (let i = 0; i < 3; i++) {
      await tab.run('trackEvent', 'x');
      await pass(200);
      tab.screen?.close();
    }
    expect(shown(tab)).toEqual(['a']);
  });

  it('one that may repeat comes with each event', async () => {
    const [, tab] = await page(armed('a', { type: 'event', name: 'x' }, { repeat: 'trigger' }));
    await pass(200);
    for (let i = 0; i < 3; i++) {
      await tab.run('trackEvent', 'x');
      await pass(200);
      tab.screen?.close();
    }
    expect(shown(tab)).toEqual(['a', 'a', 'a']);
  });

  it('one that may repeat on a page comes once for each visit of it', async () => {
    const [, tab] = await page(armed('a', { type: 'page', pages: [{ op: 'path_equals', value: '/plan' }] }, { repeat: 'trigger' }));
    await pass(200);
    for (const path of ['/plan', '/', '/plan']) {
      tab.go(path);
      await pass(200);
      tab.screen?.close();
      await pass(5000);
    }
    expect(shown(tab)).toEqual(['a', 'a']);
  });

  it('an unreachable server makes no loop', async () => {
    const [world, tab] = await page(armed('a', { type: 'after', delay_ms: 1000 }));
    await pass(500);
    world.server.weather = () => 'lost';
    await pass(600_000);
    expect(world.server.requests.length).toBeLessThanOrEqual(13);
    world.server.weather = () => 'fine';
    tab.go('/else');
    await pass(400_000);
    tab.go('/again');
    await pass(1000);
    expect(shown(tab)).toEqual(['a']);
  });

  it('two tabs open one', async () => {
    const [world, first] = await page(armed('a', { type: 'after', delay_ms: 5000 }), armed('b', { type: 'after', delay_ms: 5000 }));
    const second = await world.tab();
    await pass(4900);
    first.hidden = true;
    await pass(10_000);
    expect([...shown(first), ...shown(second)]).toEqual(['a']);
  });
});

describe('other visitors', () => {
  it('have other surveys: what was armed for one is forgotten at once', async () => {
    const [world, tab] = await page(armed('a', { type: 'event', name: 'x' }));
    await pass(200);
    world.server.armed = [];
    await tab.run('identifyUser', { id: 'u1' });
    await tab.run('trackEvent', 'x');
    await pass(1000);
    expect(shown(tab)).toEqual([]);
  });

  it('an answer for the visitor before is not taken for the present one', async () => {
    const [world, tab] = await page(armed('a', { type: 'now' }));
    world.server.delay = 500;
    await pass(100);
    world.server.weather = () => {
      world.server.armed = [];
      return 'fine';
    };
    await tab.run('identifyUser', { id: 'u1' });
    await pass(5000);
    expect(shown(tab)).toEqual([]);
  });
});

describe('page rules', () => {
  const file = new URL('../../../spec/vectors/pages.json', import.meta.url);
  it.runIf(existsSync(file))('agree with the server on the shared cases', () => {
    const { cases } = JSON.parse(readFileSync(file, 'utf8'));
    for (const { says, rules, address, matches } of cases) expect([says, anyPage(rules, address)]).toEqual([says, matches]);
    expect(onPages({ allow: [], exclude: [] }, 'https://x.example/')).toBe(true);
  });

  const cases: [string, string, string, boolean][] = [
    ['equals', 'https://a.example/b', 'HTTPS://A.example/b/', true],
    ['equals', 'https://a.example/b', 'https://a.example/B', false],
    ['path_equals', '/pricing', 'https://a.example/pricing/?x=1#y', true],
    ['path_equals', '/', 'https://a.example', true],
    ['starts_with', 'https://a.example/b', 'https://a.example/bc', true],
    ['path_contains', 'é', 'https://a.example/caf%C3%A9', true],
    ['path_matches', '/a/*/c', 'https://x.example/a/b/c', true],
    ['path_matches', '/a/*/c', 'https://x.example/a/b/c/d', false],
    ['matches', '*', 'https://x.example/', true],
    ['matches', 'https://x.example/', 'https://x.example/', true],
    ['path_matches', '/a*a', 'https://x.example/a', false],
    ['path_regex', '^/u/\\d+$', 'https://x.example/u/42', true],
    ['regex', '(', 'https://x.example/', false],
    ['equals', '', 'https://x.example/', false],
    ['nonsense', 'x', 'https://x.example/', false],
    ['constructor', 'x', 'https://x.example/', false],
  ];
  it.each(cases)('%s %s on %s: %s', (op, value, url, want) => {
    expect(anyPage([{ op, value }], url)).toBe(want);
  });
});
