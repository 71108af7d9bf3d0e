// A survey on a page of its own, reached by a link with parameters.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, newPage } from './browser';
import { startServer, type Server } from './server';
import { eventually } from './visitor';

let browser: Browser;
let server: Server;
let address: string;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), startServer()]);
  await server.apply(`key: paged
name: On a page
status: published
elements:
  - {id: score, type: nps, question: "How likely are you to recommend us?"}
  - {id: why, type: long_text, question: "What is the main reason?"}
  - {id: thanks, type: thank_you, question: Thank you}
`);
  address = server.url + (await server.surveys())[0]!.page;
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test('a link says who answers, what goes with the answer, and the first answer', async () => {
  const { page, notes } = await newPage(browser);
  await page.goto(`${address}?contact_id=p-1&contact_email=p1%40example.com&contact_plan=pro&response_source=mail&tags=spring&answer_score=9&locale=en`);
  await page.getByRole('heading', { name: 'What is the main reason?' }).waitFor();
  await page.locator('textarea').fill('quick');
  await page.locator('.next').click();
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  const stored = await eventually(async () => (await server.responses()).find((r) => r.user_id === 'p-1' && r.completed_at), 'the response');
  expect(stored).toMatchObject({ channel: 'page', email: 'p1@example.com', answers: { score: 9, why: 'quick' }, hidden: { source: 'mail' }, tags: ['spring'] });
  expect((await server.contacts()).find((c) => c.user_id === 'p-1')!.traits).toMatchObject({ plan: 'pro' });
  expect(notes.errors).toEqual([]);
  expect(notes.violations).toEqual([]);
});

test('a mistyped address says so', async () => {
  const { page } = await newPage(browser);
  expect((await page.goto(`${server.url}/s/aaaaaa-aaaaaa`))!.status()).toBe(404);
  await page.getByRole('heading', { name: 'This survey is not here' }).waitFor();
});
