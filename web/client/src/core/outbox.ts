import { json, parse } from './json';
import { locale, log, place, type Reply, shell, warn } from './shell';

/** Who a visitor is on the wire: docs/api/collect.md, The batch. */
export interface Who {
  anonymous_id: string;
  id?: string;
  email?: string;
  signature?: string;
}

/** An operation: docs/api/collect.md. A view also names its channel, which is that of its batch. */
export interface Op {
  op: string;
  uid: string;
  ts: number;
  [field: string]: any;
}

/** What became of an operation; one that we refuse ourselves has no status. */
export interface Result {
  uid?: string;
  status?: string;
  reason?: string;
  message?: string;
  [field: string]: any;
}

/** An operation on its way, with the visitor whom it is about. */
interface Item {
  who: Who;
  op: Op;
  /** Where it is kept; claims are not kept. */
  key?: string;
  /** Claims wait for their result in this page, and each ends a batch. */
  done?: (op: Op, result: Result) => void;
}

export type Outbox = ReturnType<typeof createOutbox>;

const MAX_OPS = 100;
/** 256 KiB as browsers count it: two bytes a character. */
const MAX_KEPT = 131072;
const MAX_AGE = 6048e5;
/** Leaves room in 60,000 bytes for the rest of the batch. */
const MAX_BYTES = 52e3;
const MAX_WAIT = 3e5;
/** Failures in a row after which each pause is at least so long: together never more than 12 requests in 10 minutes. */
const MANY = 7;
const LONG = 12e4;

const size = (value: unknown) => new Blob([json(value)]).size;

/** Whom the operations after this one are about. */
const after = ({ who, op: { op, id, email, signature } }: Item): Who =>
  op == 'identify'
    ? { anonymous_id: who.anonymous_id, id, email, signature }
    : op == 'reset'
      ? { anonymous_id: who.anonymous_id }
      : who;

/**
 * The ordered outbox of a project. Operations are kept under a key of their own each, so that tabs never overwrite each
 * other's; whoever holds the lock sends those of all tabs. The server applies each exactly once by its uid, so that
 * sending again after a lost answer does no harm.
 *
 * `visitor` tells who the visitor is now, `settled` hears what became of each operation but claims, and `answered` what the server
 * has said, with whom the batch has left the visitor to be.
 */
export function createOutbox(
  project: string,
  visitor: () => Who,
  settled: (op: Op, result: Result) => void,
  answered: (body: any, who: Who) => void,
) {
  const { env, area } = shell;
  const prefix = 'earshot:' + project;
  const kept = prefix + ':o:';
  const failKey = prefix + ':f';

  /** Keys and texts of what this page has put in and not seen delivered. */
  const mine = new Map<string, string>();
  const flying = new Set<string>();
  let claims: Item[] = [];
  let asking = false;
  let limit = MAX_OPS;
  let stopped = false;
  let busy = false;
  let timer: any;
  let stamp = 0;

  /** The moment before which nothing is sent, and how often it has failed in a row. */
  const fails = (): [number, number] => parse(area.get(failKey)) || [0, 0];

  function paused(): number {
    const ms = fails()[0] - Date.now();
    return ms > 0 && ms < MAX_WAIT * 3 ? ms : 0; // a clock that was set back must not silence us
  }

  function fail(wait: number, base: number) {
    const n = fails()[1] + 1;
    const backoff = Math.random() * Math.min(MAX_WAIT, base * 2 ** n) + (n < MANY ? 0 : LONG);
    area.set(failKey, json([Date.now() + backoff + Math.min(MAX_WAIT, wait * 1e3), n]));
  }

  function remove(key = '') {
    mine.delete(key);
    area.remove(key);
  }

  function settle(item: Item, result: Result) {
    claims = claims.filter((c) => c != item);
    remove(item.key);
    (item.done || settled)(item.op, result);
  }

  /** A refusal that we make up ourselves; the server's own words, where there are some, are better. */
  const refuse = (items: Item[], { code = 'unreachable', message = 'no answer from the server' }: any = {}) =>
    items.forEach((i) => settle(i, { reason: code, message }));

  /** All that waits and is not on its way, oldest first. What is too old to matter is dropped. */
  const items = () =>
    area
      .keys(kept)
      .map((key): Item => ({ ...parse(area.get(key)), key }))
      .filter(({ op, key }) => op?.ts > Date.now() - MAX_AGE || remove(key))
      .concat(claims)
      .filter((item) => !flying.has(item.op.uid));

  /** As much as fits in one batch: each operation is about whom the one before it left. */
  function batch(list: Item[]): Item[] {
    let room = MAX_BYTES;
    let last: Item;
    const end = list.findIndex((item, i) => {
      room -= size(item.op);
      if (i && (i >= limit || room < 0 || last.done || json(item.who) != json(after(last)))) return true;
      last = item;
    });
    return end < 0 ? list : list.slice(0, end);
  }

  async function send(batch: Item[], ask: boolean, keepalive: boolean) {
    const ops = batch.map((i) => i.op);
    const who = batch[0]?.who || visitor();
    const { url, title } = place();
    const body = {
      v: 1,
      client: __VERSION__,
      installation: shell.installation,
      who,
      at: {
        url: url.slice(0, 2048),
        title,
        locale: locale(),
        device: env.device,
        channel: ops[ops.length - 1]?.channel || env.channel,
      },
      ask,
      debug: shell.debug,
      ops,
    };
    ops.forEach((op) => flying.add(op.uid));
    const reply: Reply = await env.post('/c/v1/' + project, json(body), keepalive).catch(() => ({ status: 0 }));
    ops.forEach((op) => flying.delete(op.uid));
    log(body, reply);
    try {
      if (!stopped) receive(batch, ask, batch.reduce((_, i) => after(i), who), reply);
    } catch (e) {
      log(e); // an answer that makes no sense at all
      fail(0, 500);
    }
  }

  function receive(batch: Item[], ask: boolean, who: Who, { status, wait = 0, body }: Reply) {
    const { results, error } = body || {};
    if (status == 200 && Array.isArray(results)) {
      batch = batch.filter((item) => {
        const result = results.find((r) => r?.uid == item.op.uid);
        return !result || settle(item, result);
      });
      if (!batch[0]) {
        area.remove(failKey);
        return answered(body, who);
      }
    }
    if (status == 404) return stop(error);
    asking ||= ask;
    if (status != 400 && status != 413) {
      fail(wait, 500);
      refuse(claims); // the moment to show something would be over
    } else if (batch[1]) {
      // One operation that can never be accepted must not take the others of its batch with it.
      limit = batch.length >> 1;
      fail(0, 0);
    } else {
      asking = false;
      fail(0, 500);
      refuse(batch, error);
    }
  }

  /** Sends one batch after another, as long as that is any use. */
  async function drain() {
    for (;;) {
      const list = items();
      const ops = batch(list);
      const ask = asking && ops.length == list.length;
      if (stopped || paused() || !(ops[0] || ask)) return;
      asking &&= !ask;
      await send(ops, ask, !fails()[1]);
    }
  }

  async function pump() {
    clearTimeout(timer);
    timer = 0;
    if (busy || stopped) return;
    busy = true;
    await env.alone(prefix, drain);
    busy = false;
    if (paused()) refuse(claims);
    if (asking || items()[0]) wake(paused());
    else limit = MAX_OPS;
  }

  const wake = (ms: number) => {
    timer ||= setTimeout(pump, ms);
  };

  function stop(error?: object) {
    stopped = true;
    clearTimeout(timer);
    refuse(claims, error);
  }

  /** Makes room: an answer holds all answers of its view so far, so older ones are of no use; events go before answers. */
  function tidy(view: unknown) {
    const list = items().filter(({ op, key }) => op.op != 'answer' || op.view != view || remove(key));
    while (list.length >= MAX_OPS || json(list).length > MAX_KEPT) {
      const event = list.findIndex((i) => /^(track|page|session)$/.test(i.op.op));
      remove(list.splice(Math.max(event, 0), 1)[0]!.key);
    }
  }

  return {
    stop,
    wake,
    /**
     * Puts an operation in; it leaves soon, or at once when it is urgent. Returns whom the operations after it are about,
     * or nothing if it is too large ever to be sent.
     */
    push(name: string, fields: any, who: Who, urgent?: boolean): Who | void {
      const op = { ...fields, op: name, uid: env.uuid(), ts: Date.now() };
      const text = json({ who, op });
      if (size(op) > MAX_BYTES) return warn(name + ' is too large');
      tidy(fields.view);
      stamp = Math.max(stamp + 1, op.ts);
      const key = kept + stamp.toString(36) + op.uid;
      mine.set(key, text);
      area.set(key, text);
      if (urgent) pump();
      else wake(50);
      return after({ who, op });
    },
    /** Asks for a view, together with everything that waits. Unreachable servers refuse, too. */
    claim(fields: object, who: Who, done: (op: Op, result: Result) => void) {
      claims.push({ who, op: { ...fields, op: 'view', uid: env.uuid(), ts: Date.now() }, done });
      if (stopped || paused()) refuse(claims);
      pump();
    },
    /** Asks what is armed, soon; or takes that back. */
    ask(on: boolean) {
      asking = on;
      wake(50);
    },
    /** Puts back what the page has wiped out together with everything else. */
    restore: () => mine.forEach((text, key) => area.set(key, text)),
    /** Another tab has delivered what this one had put in. */
    forget: (key: string) => mine.delete(key),
    /** The network is back: tries again without waiting, unless that was in vain too often. */
    online() {
      if (fails()[1] < MANY) area.set(failKey, json([0, fails()[1]]));
      pump();
    },
    /** The page may be going away: what has not left leaves now. It stays kept until the server has confirmed it. */
    leave() {
      const ops = batch(items().filter((i) => mine.has(i.key!)));
      if (!stopped && ops[0] && !(paused() && fails()[1] >= MANY)) send(ops, false, true);
    },
  };
}
