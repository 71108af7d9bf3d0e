// The strictest practical policy: two concessions, the script's nonce and one
// origin to connect to. Everything renders and submits without a violation.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, newPage } from './browser';
import { startHost, startServer, type Host, type Server } from './server';
import { choose, eventually, proceed, refiner, widget } from './visitor';

const LAYOUTS = ['corner', 'bottom', 'side', 'modal', 'full'];
const NONCE = 'c2VjcmV0';

const survey = (layout: string) => `key: ${layout}
name: ${layout}
status: published
elements:
  - {id: score, type: nps, question: "How **likely**?", auto_advance: false}
  - {id: mood, type: csat, question: "How was it?", auto_advance: false}
  - {id: effort, type: ces, question: "It was easy", auto_advance: false}
  - {id: stars, type: rating, question: "How many?", auto_advance: false}
  - id: one
    type: single_choice
    question: Which?
    options: [{value: a, label: A}, {value: b, label: B}]
  - id: many
    type: multiple_choice
    question: Which ones?
    options: [{value: a, label: A}, {value: b, label: B}]
  - {id: short, type: short_text, question: "Your name?"}
  - {id: long, type: long_text, question: "What else?"}
  - {id: mail, type: email, question: "Your address?"}
  - {id: hint, type: info, question: "Nearly there"}
  - {id: thanks, type: thank_you, question: Thank you}
trigger: {type: manual}
look: {layout: ${layout}}
`;

let browser: Browser;
let server: Server;
let host: Host;

beforeAll(async () => {
  [browser, server] = await Promise.all([launch(), startServer()]);
  await server.apply(...LAYOUTS.map(survey));
  host = await startHost(server, {
    '/': {
      // The snippet sets the address of a script, which Trusted Types refuse; a page this strict writes the element itself.
      snippet: false,
      headers: {
        'Content-Security-Policy': `default-src 'none'; script-src 'nonce-${NONCE}' 'strict-dynamic'; style-src 'none'; img-src data:; connect-src ${server.url}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; report-uri /none`,
      },
      head: `<script nonce="${NONCE}" async src="${server.url}/v001/client.js" data-project="${server.projectUuid}"></script>`,
    },
  });
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await server?.close();
});

test.each(LAYOUTS)('layout %s renders every element and submits under a strict policy', async (layout) => {
  const { page, notes, context } = await newPage(browser);
  await page.goto(host.url);
  await refiner(page, 'identifyUser', { id: `csp-${layout}` });
  expect(await refiner(page, 'showForm', layout)).toEqual({ shown: true });
  for (const points of [11, 5, 7, 5]) {
    await widget(page).locator('.pt').nth(points - 1).waitFor();
    await choose(page, points - 1);
    await proceed(page);
  }
  await widget(page).getByRole('heading', { name: 'Which?' }).waitFor();
  await widget(page).locator('label', { hasText: /^B$/ }).click();
  await proceed(page);
  await widget(page).getByRole('heading', { name: 'Which ones?' }).waitFor();
  await widget(page).locator('label', { hasText: /^A$/ }).click();
  await proceed(page);
  await widget(page).getByLabel('Your name?').fill('Ada');
  await proceed(page);
  await widget(page).getByLabel('What else?').fill('Nothing');
  await proceed(page);
  await widget(page).getByLabel('Your address?').fill('ada@example.com');
  await proceed(page);
  await widget(page).getByRole('heading', { name: 'Nearly there' }).waitFor();
  await proceed(page);
  await widget(page).getByRole('heading', { name: 'Thank you' }).waitFor();
  const stored = await eventually(async () => (await server.responses()).find((r) => r.survey === layout && r.completed_at), 'the response');
  expect(stored.answers).toEqual({ score: 10, mood: 2, effort: 7, stars: 5, one: 'b', many: ['a'], short: 'Ada', long: 'Nothing', mail: 'ada@example.com' });
  expect(notes.violations).toEqual([]);
  expect(notes.errors).toEqual([]);
  await context.close();
});
