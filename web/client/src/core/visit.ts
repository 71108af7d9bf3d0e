import { fingerprint, json, parse } from './json';
import type { Launcher, Outcome, Request, State } from './launcher';
import { createOutbox, type Op, type Outbox, type Result, type Who } from './outbox';
import { locale, log, place, safely, shell, warn } from './shell';

/**
 * The visit: who the visitor of the present project is, what the server knows about them, and when to look whether a
 * survey is due. There is one at a time in a page; without a project there is none.
 */

/** What makes us look whether a survey is due. */
export const enum Cause {
  /** The visitor came to a page, or back to it. */
  page,
  /** Time has passed. */
  time,
  /** Something that the page itself has called for: an event, an answer of the server. */
  called,
}

/** What may stand for a visitor who is not identified. */
export const anonymousId = /^[\w-]{8,64}$/;
const OFF = 'the client was switched off';
/** No timer runs for more than 24 days. */
const LONGEST = 1e9;
/** JSON knows no Infinity. */
const NEVER = 9e15;

const stranger = { armed: [], arrived: 0, fresh: 0, again: NEVER };

let prefix: string;
let state: State;
let came: number;
/** When events were last tracked, by their names. */
let fired: Record<string, number>;
let later: (() => void) | undefined;
let quiet: boolean;
let timer: any;
let outbox: Outbox | undefined;
let launcher: Launcher | undefined;

export const running = () => outbox;

/** Other tabs may have changed the state, and the page may have wiped it out. */
function load(): State {
  const kept = parse(shell.area.get(prefix));
  if (kept) state = kept;
  else if (state.who.anonymous_id) {
    change({});
    outbox?.restore();
  }
  return state;
}

function change(changes: Partial<State>) {
  state = { ...state, ...changes };
  shell.area.set(prefix, json(state));
}

/** Another visitor has other surveys. */
function become(who: Who | void) {
  if (!who || json(who) == json(state.who)) return;
  change({ ...stranger, who });
  forget();
  outbox!.ask(true);
}

/** Forgets the events that no survey waits for: they belong to a page, or a visitor, of before. */
function forget() {
  for (const name in fired) if (!state.armed.some(({ trigger }) => trigger.name == name)) delete fired[name];
}

function settled({ op }: Op, { status, reason, message }: Result) {
  if (status == 'ok') return;
  if (op == 'identify') change({ sent: 0 });
  warn(`${op}: ${reason || status}. ${message || ''}`);
}

function answered({ armed, explain, fresh_for, ask_in }: any, who: Who) {
  if (explain) console.table(explain);
  if (Array.isArray(armed) && json(who) == json(load().who)) {
    const arrived = Date.now();
    const after = (seconds: number) => arrived + Math.max(seconds || 0, 10) * 1e3;
    armed = armed.filter((e) => e?.trigger);
    change({ armed, arrived, fresh: after(fresh_for), again: ask_in > 0 ? after(ask_in) : NEVER });
  }
  check(Cause.called);
}

/** Sends what setUser has put off until something happens. */
function settleIdentity() {
  const send = later;
  later = undefined;
  send?.();
}

/** Puts an operation of the visitor into the outbox. */
export function act(op: string, fields: object) {
  settleIdentity();
  become(outbox!.push(op, fields, load().who));
}

/** Looks what there is to do now: ask the server, launch a survey, or wait for the next due moment. */
export const check = (cause: Cause) => safely(() => look(cause));

function look(cause: Cause) {
  const { env } = shell;
  const own = cause != Cause.called;
  clearTimeout(timer);
  if (!outbox || env.channel == 'page' || env.hidden() || (quiet && own)) return;
  const { armed, fresh, again } = load();
  const now = Date.now();
  if (own && now >= Math.min(again, cause ? again : fresh)) outbox.ask(true);
  if (armed[0] && !launcher) loaded().then(() => check(cause), log);
  const at = launcher ? launcher.look(came) : NEVER;
  const wait = Math.min(at, again > now ? again : at) - now;
  if (!quiet && wait < NEVER / 2) timer = setTimeout(check, Math.min(wait, LONGEST), Cause.time);
}

/** Loads the launcher; rejects when the client is switched off meanwhile. */
async function loaded(): Promise<Launcher> {
  const before = outbox!;
  const create = await shell.env.load();
  if (outbox != before) throw OFF;
  return (launcher ||= create({
    shell,
    prefix,
    json,
    parse,
    log,
    warn,
    locale,
    place,
    outbox: before,
    fired,
    load,
    change,
    settle: settleIdentity,
    check: () => check(Cause.called),
  }));
}

/** Shows a survey if the server grants it; never rejects. */
export const launch = (request: Request, container?: HTMLElement | null): Promise<Outcome> =>
  loaded().then(
    (l) => l.launch(request, container),
    (e) => ({ shown: false, reason: 'failed', message: '' + e }),
  );

export const each = (what: 'close' | 'dismiss', survey?: string) => launcher?.each(what, survey);

export function identify({ id, email, account, ...traits }: any, options: any, lazily?: boolean) {
  if (!id && !email) return warn('identifyUser expects an id or an email');
  const fields = { ...options, id: id && '' + id, email: email && '' + email, traits, account };
  const sent = fingerprint(json(fields));
  later = undefined;
  if (sent == load().sent) return;
  later = () => {
    act('identify', fields);
    change({ sent });
  };
  if (!lazily) settleIdentity();
}

export function reset() {
  later = undefined;
  const { id, email } = load().who;
  if (!id && !email) return;
  act('reset', {});
  change({ sent: 0 });
}

export function track(name: string, properties?: object) {
  act('track', { name, properties });
  fired[name] = Date.now();
  check(Cause.called);
}

export function pinging(on: boolean) {
  quiet = !on;
  outbox!.ask(false);
  check(Cause.page);
}

export function anonymous(anonymous_id: string) {
  become({ anonymous_id });
  change({ sent: 0 });
}

export function navigated() {
  forget();
  came = Date.now();
  check(Cause.page);
}

/** Takes up where an earlier page of the same tab had a survey open. */
export function resume() {
  if (launcher || shell.env.session.get(prefix + ':v')) loaded().then((l) => l.resume(), log);
}

export const leave = () => launcher?.leave();

/** Begins the visit of a project. `off` switches the client off or on, on this device. */
export function start(project: string, off?: boolean) {
  const { env } = shell;
  prefix = 'earshot:' + project;
  state = { who: { anonymous_id: '' }, ...stranger };
  fired = {};
  came = Date.now();
  quiet = false;
  if (!load().who.anonymous_id) {
    const old = env.local.get('refiner_cookie_id') || '';
    change({ who: { anonymous_id: anonymousId.test(old) ? old : env.uuid() } });
  }
  if (off != null) change({ off });
  if (state.off) return;
  outbox = createOutbox(project, () => load().who, settled, answered);
  outbox.wake(50);
  resume();
  check(Cause.page);
}

/** Ends the visit: nothing is sent or shown any more. What waits stays kept. */
export function stop() {
  clearTimeout(timer);
  later = undefined;
  const before = outbox;
  outbox = undefined;
  launcher?.each('destroy');
  launcher = undefined;
  before?.stop({ code: 'stopped', message: OFF });
}
