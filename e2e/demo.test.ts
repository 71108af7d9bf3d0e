// The demonstration, as somebody who tries Earshot for the first time meets it.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, newPage, type WatchedPage } from './browser';
import { startDemo } from './server';

let browser: Browser;
let demo: Awaited<ReturnType<typeof startDemo>>;

beforeAll(async () => {
  [browser, demo] = await Promise.all([launch(), startDemo()]);
});
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

const survey = (page: Page) => page.locator('#refiner-widget-wrapper');

/** Logs in and waits until the client knows which surveys this person may get. */
async function logIn(page: Page, name: string): Promise<void> {
  await page.locator('#person').click();
  const known = page.waitForResponse((r) => r.url().includes('/c/v1/') && (r.request().postData() ?? '').includes('"identify"'));
  await page.getByRole('button', { name }).click();
  await (await known).finished();
}

async function open(path = ''): Promise<WatchedPage> {
  const watched = await newPage(browser);
  await watched.page.goto(`${demo.url}/demo/${path}`);
  return watched;
}

/** What must hold on every page, whatever was done there. */
async function expectQuiet({ context, notes }: WatchedPage): Promise<void> {
  expect(notes.errors).toEqual([]);
  expect(notes.violations).toEqual([]);
  expect(notes.console.filter((line) => line.startsWith('error'))).toEqual([]);
  await context.close();
}

describe('Planwise', () => {
  test.each(['', '?view=list', 'invoices', 'pricing', 'settings', 'answers'])('/demo/%s opens without a complaint', async (path) => {
    const watched = await open(path);
    await watched.page.getByRole('heading', { level: 1 }).waitFor();
    await watched.page.locator('.heard-count').waitFor();
    await expectQuiet(watched);
  });

  test('changes the view without loading a page', async () => {
    const watched = await open();
    const { page } = watched;
    await page.evaluate(() => Object.assign(window, { same: true }));
    await page.getByRole('link', { name: 'List' }).click();
    await page.locator('.list').waitFor();
    expect(new URL(page.url()).search).toBe('?view=list');
    await page.goBack();
    await page.locator('.board').waitFor();
    expect(await page.evaluate(() => 'same' in window)).toBe(true);
    await expectQuiet(watched);
  });

  test('asks about an invoice right after it was sent, and stores the answer', async () => {
    const watched = await open('invoices');
    const { page } = watched;
    await logIn(page, 'Ada Lovelace');
    await page.getByRole('button', { name: 'Send invoice 2043' }).click();
    await survey(page).getByText('How was sending that invoice?').first().waitFor();
    await survey(page).locator('label', { has: page.getByRole('radio') }).last().click();
    const proceed = survey(page).getByRole('button', { name: /continue|next|send|submit/i });
    const thanks = survey(page).getByText('Good to know').first();
    await proceed.or(thanks).first().waitFor();
    if (await proceed.isVisible()) await proceed.click();
    await thanks.waitFor();

    await page.goto(`${demo.url}/demo/answers`);
    const stored = page.getByRole('article').filter({ hasText: 'How was sending that invoice?' });
    await expect.poll(async () => {
      await page.getByRole('button', { name: 'Refresh' }).click();
      return stored.first().innerText({ timeout: 1_000 }).catch(() => '');
    }).toMatch(/Ada Lovelace[\s\S]*effort\s+2/);
    await expectQuiet(watched);
  });

  test.each(['Corner', 'Bottom bar', 'Side panel', 'Modal', 'Full screen'])('shows the layout %s on request', async (layout) => {
    const watched = await open();
    const { page } = watched;
    await page.locator('.hears summary').click();
    await page.getByRole('button', { name: layout, exact: true }).click();
    await survey(page).getByRole('dialog').waitFor();
    await page.locator('.heard .outcome', { hasText: 'shown: true' }).waitFor();
    await page.locator('.heard .callback', { hasText: 'onShow' }).waitFor();
    await survey(page).getByRole('button', { name: 'Close' }).click();
    await page.locator('.heard .callback', { hasText: 'onClose' }).waitFor();
    await expectQuiet(watched);
  });

  test('shows a survey inside the page', async () => {
    const watched = await open();
    const { page } = watched;
    await page.locator('.hears summary').click();
    await page.getByRole('button', { name: 'Inline' }).click();
    await page.locator('#planwise-inline').getByText('Is this page helpful?').first().waitFor();
    await expectQuiet(watched);
  });
});
