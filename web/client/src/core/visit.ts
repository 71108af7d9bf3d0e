import { type Armed, next } from './armed';
import { fingerprint, json, parse } from './json';
import { createOutbox, type Op, type Outbox, type Result, type Who } from './outbox';
import { call, locale, log, place, safely, shell, warn } from './shell';
import type { Claimed, Outcome, Request, Show } from './show';

/**
 * The visit: who the visitor of the present project is, which surveys are armed for them, and when one is due. There is
 * one at a time in a page; without a project there is none.
 */

/** What is remembered of a visitor of one project, shared by all tabs. Moments in ms. */
interface State {
  who: Who;
  /** Fingerprint of the last identify, to keep silent about what has not changed. */
  sent?: number;
  armed: Armed[];
  /** When they arrived. */
  arrived: number;
  /** Not to be asked for by itself before then. */
  fresh: number;
  /** To be asked for then, because something becomes due. */
  again: number;
  /** Switched off on this device. */
  off?: boolean;
}

/** What makes us look whether a survey is due. */
export const enum Cause {
  /** The visitor came to a page, or back to it. */
  page,
  /** Time has passed. */
  time,
  /** Something that the page itself has called for: an event, an answer of the server. */
  called,
}

/** JSON knows no Infinity. */
const NEVER = 9e15;
/** After so long another tab's open survey is taken for the remains of a crash. */
const FORGOTTEN = 6e5;

const stranger = { armed: [], arrived: 0, fresh: 0, again: NEVER };

let prefix: string;
let state: State;
let came: number;
let since: Record<string, number>;
let fired: Record<string, number>;
let had: Record<string, number>;
let later: (() => void) | undefined;
let quiet: boolean;
let timer: any;
let outbox: Outbox | undefined;
let show: Show | undefined;
let opening: boolean;
let tab: string;

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
  outbox!.ask(true);
}

function settled({ op, dry, survey }: Op, { status, reason, message }: Result) {
  const ok = status == 'ok';
  if (op == 'view') {
    // A claim that was decided: its survey is not armed any more, unless it may come again.
    if (reason == 'unreachable' || reason == 'stopped' || (ok && dry)) return;
    const armed = load().armed.filter((e) => (e.survey != survey && e.key != survey) || (ok && e.repeat == 'trigger'));
    change({ armed });
  } else if (!ok) {
    if (op == 'identify') change({ sent: 0 });
    warn(`${op}: ${reason || status}. ${message || ''}`);
  }
}

function answered({ armed, explain, fresh_for, ask_in }: any, who: Who) {
  if (explain) log(console.table(explain, ['key', 'reason', 'message', 'due_ms']));
  if (Array.isArray(armed) && json(who) == json(load().who)) {
    const arrived = Date.now();
    const after = (seconds: number) => arrived + Math.max(seconds || 0, 10) * 1e3;
    armed = armed.filter((e) => e?.trigger);
    for (const { survey, repeat } of armed) if (repeat != 'trigger') delete had[survey];
    change({ armed, arrived, fresh: after(fresh_for), again: ask_in ? after(ask_in) : NEVER });
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

/** Another tab has a survey open. */
function elsewhere() {
  const [owner, at] = parse(shell.area.get(prefix + ':t')) || [tab];
  return owner != tab && Math.abs(Date.now() - at) < FORGOTTEN;
}

function mark(open: boolean) {
  if (open) shell.area.set(prefix + ':t', json([tab, Date.now()]));
  else if (!elsewhere()) shell.area.remove(prefix + ':t');
}

/** Looks what there is to do now: ask the server, show a survey, or wait for the next due moment. */
export const check = (cause: Cause) => safely(() => look(cause));

function look(cause: Cause) {
  const { env } = shell;
  const own = cause != Cause.called;
  clearTimeout(timer);
  if (!outbox || env.channel == 'page' || env.hidden() || (quiet && own)) return;
  const { armed, arrived, fresh, again } = load();
  const now = Date.now();
  if (own && now >= Math.min(again, cause ? again : fresh)) outbox.ask(true);
  if (opening || show?.open() || elsewhere()) return;
  const [due, at] = next(armed, place().url, { arrived, came, since, fired, had });
  if (due) return trigger(due);
  const wait = Math.min(at, again > now ? again : at) - now;
  if (!quiet && wait < NEVER / 2) timer = setTimeout(check, Math.min(wait, 2 ** 31 - 1), Cause.time);
}

async function trigger({ survey, trigger: { type, name } }: Armed) {
  const event = type == 'event' ? name : undefined;
  if (event) delete fired[survey];
  else had[survey] = came;
  const outcome = await launch({ survey, launch: 'trigger', event });
  log(survey, outcome);
  if (!outcome.shown) check(Cause.called);
}

function claim(request: Request, container: unknown, dry?: boolean): Promise<Claimed> {
  const { channel } = shell.env;
  settleIdentity();
  return outbox!.claim({ ...request, dry, channel: container && channel == 'widget' ? 'embed' : channel }, load().who);
}

/** Loads what shows surveys; rejects when the client is switched off meanwhile. */
async function loaded(): Promise<Show> {
  const { push } = outbox!;
  const before = outbox;
  const create = await shell.env.load();
  if (outbox != before) throw 'switched off';
  const closed = () => check(Cause.time);
  return (show ||= create({ shell, prefix, json, parse, call, log, warn, locale, claim, push, mark, closed }));
}

/** Shows a survey if the server grants it; never rejects. */
export async function launch(request: Request, container?: HTMLElement | null): Promise<Outcome> {
  const forced = request.launch == 'forced';
  if (!container) {
    if (forced) show?.each('destroy', '', false);
    if (opening || show?.open() || (!forced && elsewhere()))
      return { shown: false, reason: 'already_open', message: 'another survey is open' };
    opening = true;
  }
  try {
    // The claim and the code travel side by side, unless the page wants to be asked first.
    const claimed = shell.callbacks.onBeforeShow ? undefined : claim(request, container);
    return await (await loaded()).launch(request, container, claimed);
  } catch (e) {
    return { shown: false, reason: 'failed', message: '' + e };
  } finally {
    if (!container) opening = false;
  }
}

export const each = (what: 'close' | 'dismiss', survey?: string) => show?.each(what, survey);

export function identify({ id, email, account, ...traits }: any, options: any, lazily?: boolean) {
  const { signature, locale, write_operation } = options || {};
  if (!id && !email) return warn('identifyUser expects an id or an email');
  const fields = {
    id: id && '' + id,
    email: email && '' + email,
    traits,
    account,
    write_operation: write_operation?.toLowerCase(),
    locale,
    signature,
  };
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
  for (const { survey, trigger } of state.armed) if (trigger.name == name) fired[survey] = Date.now();
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
  came = Date.now();
  check(Cause.page);
}

/** Takes up where an earlier page of the same tab had a survey open. */
export function resume() {
  if (show || shell.env.session.get(prefix + ':v')) loaded().then((s) => s.resume(), log);
}

export const leave = () => show?.leave();

/** Begins the visit of a project. `off` switches the client off or on, on this device. */
export function start(project: string, off?: boolean) {
  const { env } = shell;
  prefix = 'earshot:' + project;
  tab = env.uuid();
  state = { who: { anonymous_id: '' }, ...stranger };
  since = {};
  fired = {};
  had = {};
  came = Date.now();
  quiet = opening = false;
  if (!load().who.anonymous_id) {
    const old = env.local.get('refiner_cookie_id') || '';
    change({ who: { anonymous_id: /^[\w-]{8,64}$/.test(old) ? old : env.uuid() } });
  }
  if (off != null) change({ off });
  if (state.off) return;
  outbox = createOutbox(project, { who: () => load().who, settled, answered });
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
  show?.each('destroy');
  show = undefined;
  before?.stop({ code: 'stopped', message: 'the client was switched off' });
}
