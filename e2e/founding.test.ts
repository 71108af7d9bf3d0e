// The calls the project exists for, each in a real browser against the real
// server and its SQLite file, and each looking at what is stored.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batches, launch, newPage, type WatchedPage } from './browser';
import { startHost, startServer, type Host, type Server, type StoredContact } from './server';
import { choose, eventually, listen, proceed, refiner, widget } from './visitor';

const ELEMENTS = `elements:
  - {id: score, type: nps, question: "How likely are you to recommend us?"}
  - {id: why, type: long_text, question: "What is the main reason?"}
  - {id: thanks, type: thank_you, question: Thank you}
`;

const MANUAL = `key: manual
name: Asked for by the page
status: published
${ELEMENTS}trigger: {type: manual}
`;

const AFTER_EVENT = `key: after_event
name: After an invoice
status: published
${ELEMENTS}trigger: {type: event, event: invoice_sent}
`;

let browser: Browser;
let server: Server;
let host: Host;
let manual: string;
const opened: WatchedPage[] = [];

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), startServer()]);
  await server.apply(MANUAL, AFTER_EVENT);
  host = await startHost(server, { '/': {}, '/next': { title: 'Next', body: '<h1>Next</h1>' }, '/thanks': { body: '<h1 id="thanked">Thanks</h1>', snippet: false } });
  manual = (await server.surveys()).find((s) => s.key === 'manual')!.uuid;
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await server?.close();
});

async function visit(): Promise<WatchedPage> {
  const watched = await newPage(browser);
  opened.push(watched);
  await watched.page.goto(host.url);
  return watched;
}

/** The stored contact with this user id. */
const stored = (id: string, ready: (c: StoredContact) => boolean = () => true): Promise<StoredContact> =>
  eventually(async () => (await server.contacts()).find((c) => c.user_id === id && ready(c)), `contact ${id} is stored`);

const response = (id: string, ready: (r: Awaited<ReturnType<Server['responses']>>[number]) => boolean) =>
  eventually(async () => (await server.responses()).find((r) => r.user_id === id && ready(r)), `a response of ${id}`);

/** No page was harmed. */
afterAll(() => {
  for (const { notes } of opened) {
    expect(notes.errors).toEqual([]);
    expect(notes.console.filter((line) => line.startsWith('error'))).toEqual([]);
  }
});

describe("the founding document's own cases", () => {
  test('identify with id and email', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-1', email: 'f1@example.com' });
    expect(await stored('f-1')).toMatchObject({ email: 'f1@example.com', sessions: 1 });
  });

  test('identify with traits of several types', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', {
      id: 'f-2', name: 'Ada', seats: 12, ratio: 0.5, is_admin: true, signed_up_at: '2026-01-02T03:04:05Z', trial_date: 1767225600, address: { city: 'Graz' },
    });
    expect((await stored('f-2')).traits).toMatchObject({
      name: 'Ada', seats: 12, ratio: 0.5, is_admin: true, signed_up_at: '2026-01-02T03:04:05.000000Z', trial_date: '2026-01-01T00:00:00.000000Z', address_city: 'Graz',
    });
  });

  test('identify with account and account traits: several users, one account', async () => {
    for (const id of ['f-3a', 'f-3b']) {
      const { page } = await visit();
      await refiner(page, 'identifyUser', { id, account: { id: 'acme', name: 'Acme', seats: 40, renewal_date: '2027-01-01' } });
    }
    const [a, b] = [await stored('f-3a'), await stored('f-3b')];
    expect(a.account).toMatchObject({ remote_id: 'acme', name: 'Acme', traits: { seats: 40, renewal_date: '2027-01-01T00:00:00.000000Z' } });
    expect(a.account!.uuid).toBe(b.account!.uuid);
  });

  test('resetUser, then the same visitor is still recognised by the anonymous id and last seen moves', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-4' });
    await refiner(page, 'showForm', manual);
    await choose(page, 9);
    await widget(page).locator('textarea').fill('fast');
    await proceed(page);
    const before = await response('f-4', (r) => !!r.completed_at).then(() => stored('f-4'));

    await refiner(page, 'resetUser');
    await refiner(page, 'trackEvent', 'came_back');
    const after = await stored('f-4', (c) => c.events?.['came_back'] === 1);
    expect(Date.parse(after.last_seen_at)).toBeGreaterThan(Date.parse(before.last_seen_at));
    expect(after.uuid).toBe(before.uuid);
    expect(await refiner(page, 'showForm', manual)).toMatchObject({ shown: false, reason: 'already_completed' });
  });

  test('trackEvent launching a survey', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-5' });
    await refiner(page, 'trackEvent', 'something_else');
    expect(await widget(page).count()).toBe(0);
    await refiner(page, 'trackEvent', 'invoice_sent');
    await choose(page, 10);
    await response('f-5', (r) => r.survey === 'after_event' && r.answers['score'] === 10);
    expect((await stored('f-5')).events).toMatchObject({ invoice_sent: 1, something_else: 1 });
  });

  test('showForm of a survey whose trigger is Manually', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-6' });
    expect(await refiner(page, 'showForm', manual)).toEqual({ shown: true });
    await widget(page).getByRole('heading', { name: 'How likely are you to recommend us?' }).waitFor();
    const views = await eventually(async () => (await server.views()).filter((r) => r.user_id === 'f-6'), 'a view');
    expect(views).toMatchObject([{ survey: 'manual', launch: 'manual', answers: {} }]);
  });

  test('showForm again giving "already completed", and with true shown all the same', async () => {
    const { page, notes } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-7' });
    await refiner(page, 'showForm', manual);
    await choose(page, 3);
    await widget(page).locator('textarea').waitFor();
    await proceed(page);
    await response('f-7', (r) => !!r.completed_at && r.answers['score'] === 3);
    await refiner(page, 'closeForm');

    expect(await refiner(page, 'showForm', manual)).toMatchObject({ shown: false, reason: 'already_completed', message: expect.stringMatching(/completed/i) });
    expect(notes.console.filter((line) => /not shown: already_completed/.test(line))).toHaveLength(1);
    expect(await refiner(page, 'showForm', manual, true)).toEqual({ shown: true });
    await widget(page).locator('.card').waitFor();
    await eventually(async () => (await server.views()).some((r) => r.user_id === 'f-7' && r.launch === 'forced'), 'the forced view is stored and marked');
  });

  test('each callback with its arguments, in order, through to completion', async () => {
    const { page } = await visit();
    const heard = await listen(page);
    await refiner(page, 'identifyUser', { id: 'f-8' });
    await refiner(page, 'addToResponse', { plan: 'pro' });
    await refiner(page, 'showForm', manual);
    await choose(page, 8);
    await widget(page).locator('textarea').fill('calm');
    await proceed(page);
    await widget(page).getByRole('heading', { name: 'Thank you' }).waitFor();
    await refiner(page, 'closeForm');
    const calls = await eventually(async () => {
      const all = await heard();
      return all.some(([name]) => name === 'onClose') && all;
    }, 'onClose');
    const names = calls.map(([name]) => name).filter((name, i, all) => name !== all[i - 1]);
    expect(names).toEqual(['onBeforeShow', 'onShow', 'onNavigation', 'onComplete', 'onClose']);
    expect(calls.every(([, id]) => id === manual)).toBe(true);
    expect(calls[0]![2]).toMatchObject({ uuid: manual, key: 'manual', elements: expect.any(Array) });
    const navigation = calls.find(([name]) => name === 'onNavigation')!;
    expect(navigation[2]).toMatchObject({ id: 'why', type: 'long_text' });
    expect(calls.find(([name]) => name === 'onComplete')![2]).toEqual({ score: 8, why: 'calm', plan: 'pro' });
  });

  test('onDismiss then onClose when the person presses the x', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-9' });
    const heard = await listen(page);
    await refiner(page, 'showForm', manual);
    await widget(page).getByRole('button', { name: 'Close' }).click();
    const calls = await eventually(async () => {
      const all = await heard();
      return all.some(([name]) => name === 'onClose') && all;
    }, 'onClose');
    expect(calls.slice(-2)).toEqual([['onDismiss', manual], ['onClose', manual]]);
    await eventually(async () => (await server.views()).some((r) => r.user_id === 'f-9' && r.dismissed_at), 'the dismissal is stored');
  });

  test('onBeforeShow keeps a survey away, and no view is recorded', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-10' });
    await page.evaluate(() => (window as any)._refiner('onBeforeShow', async () => 'abort'));
    expect(await refiner(page, 'showForm', manual)).toMatchObject({ shown: false });
    expect(await widget(page).count()).toBe(0);
    await refiner(page, 'trackEvent', 'after_abort');
    await stored('f-10', (c) => c.events?.['after_abort'] === 1);
    expect((await server.views()).filter((r) => r.user_id === 'f-10')).toEqual([]);
  });

  test('a redirect made from onComplete, and the answer arrives all the same', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-11' });
    await page.evaluate(() => (window as any)._refiner('onComplete', () => location.assign('/thanks')));
    await refiner(page, 'showForm', manual);
    await choose(page, 7);
    await widget(page).locator('textarea').fill('and gone');
    await proceed(page);
    await page.locator('#thanked').waitFor();
    expect((await response('f-11', (r) => !!r.completed_at)).answers).toEqual({ score: 7, why: 'and gone' });
  });

  test('addToResponse data arriving with the response without any field declared', async () => {
    const { page } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-12' });
    await refiner(page, 'addToResponse', { plan: 'pro', order: { total: 12.5 } });
    await refiner(page, 'showForm', manual);
    await widget(page).locator('.card').waitFor();
    await refiner(page, 'addToResponse', { late: true }); // the survey is open already
    await choose(page, 5);
    const r = await response('f-12', (r) => r.answers['score'] === 5);
    expect(r.hidden).toEqual({ plan: 'pro', order: { total: 12.5 }, late: true });
  });

  test('stopPinging: no request on its own, while trackEvent and showForm still work', async () => {
    const { page, notes } = await visit();
    await refiner(page, 'identifyUser', { id: 'f-13' });
    await stored('f-13');
    await refiner(page, 'stopPinging');
    const before = batches(notes, server.url).length;
    for (const path of ['/a', '/b', '/c']) await page.evaluate((p) => history.pushState({}, '', p), path);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    expect(batches(notes, server.url).length).toBe(before);

    await refiner(page, 'trackEvent', 'invoice_sent');
    await widget(page).locator('.card').waitFor();
    await stored('f-13', (c) => c.events?.['invoice_sent'] === 1);
    await refiner(page, 'dismissForm');
    expect(await refiner(page, 'showForm', manual)).toEqual({ shown: true });
  });
});
