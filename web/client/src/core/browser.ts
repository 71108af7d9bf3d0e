import type { Channel } from '../contract';
import { area } from './area';
import { parse } from './json';
import { type Env, log, type Reply, safely, shell } from './shell';
import type { CreateLauncher } from './launcher';
import * as visit from './visit';

const TIMEOUT = 1e4;
/** More than this is no answer of ours, and reading it would hold the page up. */
const MAX_ANSWER = 1e6;

const doc = document;
const { userAgent } = navigator;

/** What a page loads on its own, because few need it. */
export interface Parts {
  launch(): Promise<{ create: CreateLauncher }>;
  lease(): Promise<{ leased(name: string, run: () => Promise<void>): Promise<void> }>;
}

/** One request. A body without a content type of its own goes as text/plain, which needs no preflight. */
async function post(url: string, body: string, keepalive: boolean): Promise<Reply> {
  const signal = AbortSignal.timeout(TIMEOUT);
  const r = await fetch(url, { method: 'POST', body, keepalive, credentials: 'omit', signal });
  const answer = await r.blob(); // its size is known before it is turned into text
  return {
    status: r.status,
    wait: +r.headers.get('retry-after')! || 0,
    body: answer.size < MAX_ANSWER && parse(await answer.text()),
  };
}

/** The world of a page. */
export const browser = (server: string, channel: Channel, parts: Parts, nonce?: string): Env => ({
  channel,
  nonce,
  local: area(() => localStorage),
  session: area(() => sessionStorage),
  device:
    /iPad|Tablet|Android(?!.*Mobi)/.test(userAgent) || (/Mac/.test(userAgent) && navigator.maxTouchPoints > 1)
      ? 'tablet'
      : /Mobi/.test(userAgent)
        ? 'mobile'
        : 'desktop',
  language: () => navigator.language,
  place: () => ({ url: location.href, title: doc.title }),
  hidden: () => doc.hidden,
  post: (path, body, keepalive) => post(server + path, body, keepalive),
  async alone(name, run) {
    // Where there is no lock to be had nothing is shared either.
    let turn = run;
    const once = () => {
      turn = async () => {};
      return run();
    };
    const { locks } = navigator;
    await (locks ? locks.request(name, once) : parts.lease().then((l) => l.leased(name, once))).catch(log);
    await turn();
  },
  // Version 4; crypto.randomUUID does not exist on pages without https.
  uuid: () =>
    'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () =>
      (crypto.getRandomValues(new Uint8Array(1))[0]! & 15).toString(16),
    ),
  load: async () => (await parts.launch()).create,
  element: (id) => doc.getElementById(id),
});

/** Follows what happens to the page. Nothing of this may reach the page's own code, so nothing throws. */
export function listen() {
  let href = location.href;
  const moved = () => {
    if (href == location.href) return;
    href = location.href;
    shell.page = undefined;
    setTimeout(visit.navigated);
  };
  for (const name of ['pushState', 'replaceState'] as const)
    safely(() => {
      const original = history[name];
      history[name] = function (...args) {
        original.apply(this, args);
        safely(moved);
      };
    });
  const happened = ({ type, persisted, key, newValue }: any) => {
    const outbox = visit.running();
    moved();
    if (type == 'pagehide') visit.leave();
    if (persisted && type == 'pageshow') visit.resume();
    if (type == 'online') outbox?.online();
    if (newValue === null) outbox?.forget(key);
    if (type == 'pagehide' || doc.hidden) outbox?.leave();
    else visit.check(type == 'storage' ? visit.Cause.time : visit.Cause.page);
  };
  for (const type of 'popstate hashchange online storage pagehide pageshow visibilitychange'.split(' '))
    addEventListener(type, (e) => safely(() => happened(e)));
}
