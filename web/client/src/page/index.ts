/**
 * The script of a hosted survey page. It runs the same core as a customer's page, on the channel "page": identity, claim
 * and outbox are the same, only that nothing but the page's own survey is ever shown.
 */
import type { Answers, Open, PageConfig, Survey } from '../contract';
import { browser, listen } from '../core/browser';
import { command, init } from '../core/client';
import type { Core } from '../core/launcher';
import { launch } from '../core/visit';
import { leased } from '../lease/index';
import { createLauncher } from '../launch/launcher';
import { open, sorry } from './view';

/** Answers of a link are text; scales want numbers and lists want lists. The server checks what comes of it. */
function typed({ elements }: Survey, given: Record<string, string>): Answers {
  const answers: Answers = {};
  for (const { id, type } of elements) {
    const text = given[id];
    if (text == null) continue;
    if (/^(nps|csat|ces|rating)$/.test(type)) answers[id] = +text;
    else answers[id] = type == 'multiple_choice' ? text.split(',') : text;
  }
  return answers;
}

/** Begins with the answers of the link, unless this person has given others before. */
const prefilled =
  (given: Record<string, string>): Open =>
  (survey, host) => {
    const answers = { ...typed(survey, given), ...host.initial?.answers };
    return open(survey, Object.keys(answers).length ? { ...host, initial: { element: '', ...host.initial, answers } } : host);
  };

async function begin() {
  const config: PageConfig = JSON.parse(document.getElementById('earshot-page')!.textContent!);
  const container = document.getElementById('earshot-survey') ?? document.body;
  const { contact, hidden, locale, survey, force, tags } = config;
  const view = async () => ({ open: prefilled(config.answers ?? {}) });
  const parts = {
    launch: async () => ({ create: (core: Core) => createLauncher(core, view) }),
    lease: async () => ({ leased }),
  };
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
  init(browser(config.server, 'page', parts, nonce), true);
  listen();
  command(['setProject', config.project]);
  if (contact?.id || contact?.email) {
    const { id, email, account, traits, signature } = contact;
    command(['identifyUser', { ...traits, id, email, account }, { signature, locale }]);
  } else command(['resetUser']);
  if (locale) command(['setLocale', locale]);
  if (hidden) command(['addToResponse', hidden]);
  const outcome = await launch({ survey, launch: force ? 'forced' : 'manual', tags }, container);
  if (!outcome.shown) sorry(outcome.reason ?? '', outcome.message ?? '', container);
}

void begin();
