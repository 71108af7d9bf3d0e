import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { blocked, freeze, pass, storage, survey, type Tab, type Weather, World } from './world';

beforeEach(() => {
  freeze();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(console, 'info').mockImplementation(() => {});
});
afterEach(() => vi.useRealTimers());

const DAY = 864e5;
const names = (world: World) => world.server.of('track').map((op) => op.name);

describe('exactly once', () => {
  it('every operation is applied once and in order, whatever the network does', async () => {
    const weather = fc.constantFrom<Weather>('fine', 'lost', 'unanswered', { status: 503, wait: 2 }, { status: 500 }, {
      status: 200,
      body: '<html>',
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('track' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9000 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('hide' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(weather, { maxLength: 12 }), fc.array(step, { maxLength: 25 }), async (sky, steps) => {
        const world = new World();
        world.server.weather = () => sky.shift() ?? 'fine';
        let tab = await world.tab();
        const tracked: string[] = [];
        for (const s of steps) {
          if (s.do === 'track') {
            tracked.push(`e${tracked.length}`);
            await tab.run('trackEvent', tracked[tracked.length - 1]);
          } else if (s.do === 'wait') await pass(s.ms);
          else if (s.do === 'hide') tab.hide();
          else {
            tab.hide(true);
            tab.visit.stop();
            tab = await world.tab();
          }
          tab.hidden = false;
        }
        await pass(DAY / 4);
        expect(names(world).sort()).toEqual([...tracked].sort());
        tab.visit.stop();
      }),
      { numRuns: 60 },
    );
  });

  it('two tabs never have a request on its way at the same time', async () => {
    const world = new World();
    world.server.delay = 3000;
    const tabs = [await world.tab(), await world.tab()];
    for (let i = 0; i < 10; i++) {
      await tabs[i % 2]!.run('trackEvent', `e${i}`);
      await pass(500);
    }
    await pass(60_000);
    expect(world.server.together).toBe(1);
    const sent = world.server.requests.flatMap((r) => r.ops.map((op) => op.uid));
    expect(new Set(sent).size).toBe(sent.length);
    expect(names(world)).toHaveLength(10);
  });

  it('what one tab could not send, another one sends', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    const first = await world.tab();
    await first.run('trackEvent', 'left behind');
    await pass(200);
    first.visit.stop();
    world.server.weather = () => 'fine';
    await world.tab();
    await pass(60_000);
    expect(names(world)).toEqual(['left behind']);
  });

  it('survives storage that is wiped out by the page', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    const tab = await world.tab();
    await tab.run('trackEvent', 'dear');
    await pass(100);
    world.local().clear();
    world.server.weather = () => 'fine';
    await pass(DAY);
    expect(names(world)).toEqual(['dear']);
  });

  it('works in memory where storage is forbidden', async () => {
    const world = new World(blocked);
    const tab = await world.tab();
    world.server.weather = () => 'lost';
    await tab.run('trackEvent', 'kept in memory');
    await pass(100);
    world.server.weather = () => 'fine';
    await pass(60_000);
    expect(names(world)).toEqual(['kept in memory']);
  });

  it('works in memory where storage is full', async () => {
    const full = storage();
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const world = new World(() => full);
    const tab = await world.tab();
    await tab.run('trackEvent', 'x');
    await pass(1000);
    expect(names(world)).toEqual(['x']);
  });
});

describe('a dead server', () => {
  const answers: [string, Weather][] = [
    ['never answers', 'lost'],
    ['is unavailable', { status: 503 }],
    ['answers HTML', { status: 200, body: undefined }],
    ['answers wrong types', { status: 200, body: { results: 7 } }],
    ['answers nonsense', { status: 200, body: { results: [], armed: { length: 3 }, fresh_for: {}, ask_in: 'soon', explain: 5 } }],
    ['answers for other operations', { status: 200, body: { results: [{ uid: 'other' }, null] } }],
    ['refuses everything', { status: 400, body: { error: { code: 'bad_json' } } }],
    ['finds everything too large', { status: 413 }],
  ];
  it.each(answers)('that %s gets at most 12 requests in 10 minutes', async (_, weather) => {
    const world = new World();
    const at: number[] = [];
    world.server.weather = () => {
      at.push(Date.now());
      return weather;
    };
    vi.spyOn(Math, 'random').mockReturnValue(0); // the worst jitter there can be
    let tab = await world.tab();
    for (let i = 0; i < 120; i++) {
      await tab.run('trackEvent', `e${i}`);
      if (i % 10 === 9) {
        tab.hide(true);
        tab.visit.stop();
        tab = await world.tab();
      }
      await pass(15_000);
    }
    for (const from of at) expect(at.filter((t) => t >= from && t < from + 6e5).length).toBeLessThanOrEqual(12);
  });

  it('is asked again with growing pauses, at most five minutes and a bit', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    vi.spyOn(Math, 'random').mockReturnValue(0.999);
    await world.tab();
    await pass(DAY / 4);
    expect(world.server.requests.length).toBeGreaterThan(40);
  });

  it('is believed when it says how long to wait, but not for ever', async () => {
    const world = new World();
    world.server.weather = () => ({ status: 429, wait: 60 });
    await world.tab();
    await pass(59_000);
    expect(world.server.requests).toHaveLength(1);
    world.server.weather = () => ({ status: 429, wait: 1e9 });
    await pass(30_000);
    expect(world.server.requests).toHaveLength(2);
    world.server.weather = () => 'fine';
    await pass(330_000);
    expect(world.server.requests).toHaveLength(3);
  });

  it('is left alone for this page when it does not know the project', async () => {
    const world = new World();
    world.server.weather = () => ({ status: 404, body: { error: { code: 'project_not_found', message: 'No.' } } });
    const tab = await world.tab();
    await pass(1000);
    await tab.run('trackEvent', 'x');
    await pass(DAY);
    expect(world.server.requests).toHaveLength(1);
  });

  it('does not silence us when the clock is set back', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    let tab = await world.tab();
    await pass(100_000);
    tab.visit.stop();
    vi.setSystemTime(Date.now() - 365 * DAY);
    world.server.weather = () => 'fine';
    tab = await world.tab();
    await pass(1000);
    expect(world.server.requests[world.server.requests.length - 1]!.ask).toBe(true);
  });

  it('tries at once when the network is back', async () => {
    const world = new World();
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    world.server.weather = () => 'lost';
    const tab = await world.tab();
    await pass(20_000);
    world.server.weather = () => 'fine';
    const before = world.server.requests.length;
    tab.visit.running()!.online();
    await pass(100);
    expect(world.server.requests.length).toBe(before + 1);
  });
});

describe('batches', () => {
  const at = (world: World, n: number) => world.server.requests[n]!;

  it('begin with whom the first operation is about, and go on through identify and reset', async () => {
    const world = new World();
    const tab = await world.tab();
    await tab.run('trackEvent', 'a');
    await tab.run('identifyUser', { id: 'u1', email: 'ada@example.com' }, { signature: 's' });
    await tab.run('trackEvent', 'b');
    await tab.run('resetUser');
    await tab.run('trackEvent', 'c');
    await pass(1000);
    expect(world.server.requests).toHaveLength(1);
    expect(at(world, 0).who.id).toBeUndefined();
    expect(world.server.ledger.map((l) => [l.op.op, l.who.id, l.who.signature])).toEqual([
      ['track', undefined, undefined],
      ['identify', undefined, undefined],
      ['track', 'u1', 's'],
      ['reset', 'u1', 's'],
      ['track', undefined, undefined],
    ]);
  });

  it('are parted where another tab has changed who the visitor is', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    const [a, b] = [await world.tab(), await world.tab()];
    await a.run('trackEvent', 'of nobody');
    await b.run('setAnonymousId', 'somebody-else');
    await pass(2);
    await a.run('trackEvent', 'of somebody');
    await pass(100);
    world.server.weather = () => 'fine';
    await pass(60_000);
    const who = Object.fromEntries(world.server.ledger.map((l) => [l.op.name, l.who.anonymous_id]));
    expect(who['of somebody']).toBe('somebody-else');
    expect(who['of nobody']).not.toBe('somebody-else');
  });

  it('never exceed 60,000 bytes or 100 operations', async () => {
    const world = new World();
    const sizes: number[] = [];
    world.server.weather = (b) => {
      sizes.push(new Blob([JSON.stringify(b)]).size);
      expect(b.ops.length).toBeLessThanOrEqual(100);
      return 'fine';
    };
    const tab = await world.tab();
    for (let i = 0; i < 30; i++) await tab.run('trackEvent', `e${i}`, { text: '€'.repeat(1500) });
    await pass(1000);
    expect(names(world)).toHaveLength(30);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(60_000);
  });

  it('are split when the server finds them too large or senseless, until the culprit is alone', async () => {
    for (const status of [400, 413]) {
      const world = new World();
      world.server.weather = (b) =>
        b.ops.some((op) => op.name === 'bad') ? { status, body: { error: { code: 'bad_json', message: 'No.' } } } : 'fine';
      const tab = await world.tab();
      for (let i = 0; i < 20; i++) await tab.run('trackEvent', i === 13 ? 'bad' : `e${i}`);
      await pass(120_000);
      expect(names(world)).toHaveLength(19);
      expect(world.local().getItem(`earshot:11111111-1111-4111-8111-111111111111:f`)).toBeNull();
    }
  });

  it('carry what the contract asks for', async () => {
    const world = new World();
    const tab = await world.tab();
    await tab.run('setInstallationMethod', 'wordpress');
    await tab.run('trackEvent', 'x', { plan: 'pro', n: 3 });
    await pass(1000);
    const [batch] = world.server.requests as any[];
    expect(batch).toMatchObject({
      v: 1,
      client: '0.0.0-test',
      installation: 'wordpress',
      ask: true,
      debug: false,
      at: { url: 'https://app.example.com/', title: 'A page', locale: 'en-GB', device: 'desktop', channel: 'widget' },
    });
    expect(batch.who.anonymous_id).toMatch(/^[\w-]{8,64}$/);
    expect(batch.ops[0]).toMatchObject({ op: 'track', name: 'x', properties: { plan: 'pro', n: 3 }, ts: expect.any(Number) });
  });
});

describe('what waits', () => {
  it('is bounded to 100 operations, and events go before answers', async () => {
    const world = new World();
    world.server.surveys.s = survey('s');
    const tab = await world.tab();
    await tab.show('s');
    world.server.weather = () => 'lost';
    tab.screen!.complete({ score: 9 });
    for (let i = 0; i < 150; i++) await tab.run('trackEvent', `e${i}`);
    const kept = Object.keys(world.local()).filter((k) => k.includes(':o:'));
    expect(kept.length).toBeLessThanOrEqual(102); // what is on its way does not count
    world.server.weather = () => 'fine';
    await pass(DAY / 4);
    expect(world.server.of('complete')).toHaveLength(1);
    expect(names(world).length).toBeGreaterThanOrEqual(99);
    expect(names(world)).toContain('e149');
  });

  it('is bounded to 256 KiB', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    const tab = await world.tab();
    for (let i = 0; i < 30; i++) await tab.run('trackEvent', `e${i}`, { text: 'x'.repeat(15_000) });
    const kept = Object.entries(world.local()).filter(([k]) => k.includes(':o:'));
    expect(kept.reduce((sum, [, v]) => sum + 2 * v.length, 0)).toBeLessThan(256 * 1024 + 40_000);
  });

  it('is dropped after seven days', async () => {
    const world = new World();
    world.server.weather = () => 'lost';
    let tab = await world.tab();
    await tab.run('trackEvent', 'old');
    await pass(10);
    tab.visit.stop();
    vi.setSystemTime(Date.now() + 7 * DAY);
    world.server.weather = () => 'fine';
    tab = await world.tab();
    await pass(60_000);
    expect(names(world)).toEqual([]);
    expect(Object.keys(world.local()).filter((k) => k.includes(':o:'))).toEqual([]);
  });

  it('leaves when the page goes away in the same tick', async () => {
    const world = new World();
    const tab = await world.tab();
    await pass(1000);
    void tab.run('trackEvent', 'last words');
    tab.hide(true);
    expect(world.server.of('track').map((op) => op.name)).toEqual(['last words']);
  });

  it('an operation that can never be sent is refused at once', async () => {
    const world = new World();
    const tab = await world.tab();
    await tab.run('trackEvent', 'huge', { text: 'x'.repeat(60_000) });
    await pass(1000);
    expect(names(world)).toEqual([]);
    expect(console.warn).toHaveBeenCalledWith('[Earshot]', 'track is too large');
  });
});

describe('answers', () => {
  const opened = async (): Promise<[World, Tab]> => {
    const world = new World();
    world.server.surveys.s = survey('s');
    const tab = await world.tab();
    await tab.show('s');
    return [world, tab];
  };

  it('of which only the newest is sent when several wait', async () => {
    const [world, tab] = await opened();
    for (const score of [1, 2, 3]) tab.screen!.step({ score }, 'why');
    await pass(1000);
    expect(world.server.of('answer').map((op) => op.answers)).toEqual([{ score: 3 }]);
  });

  it('have rising numbers', async () => {
    const [world, tab] = await opened();
    for (const score of [1, 2, 3]) {
      tab.screen!.step({ score }, 'why');
      await pass(1000);
    }
    tab.screen!.complete({ score: 3 });
    await pass(1000);
    const seqs = world.server.ledger.filter((l) => l.op.seq).map((l) => l.op.seq);
    expect(seqs).toHaveLength(4);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(4);
  });

  it('stay those of the visitor who claimed the view', async () => {
    const world = new World();
    world.server.surveys.s = survey('s');
    const tab = await world.tab();
    await tab.run('identifyUser', { id: 'u1' });
    await tab.show('s');
    await tab.run('resetUser');
    tab.screen!.complete({ score: 9 });
    await pass(1000);
    expect(world.server.ledger.find((l) => l.op.op === 'complete')!.who.id).toBe('u1');
  });
});
