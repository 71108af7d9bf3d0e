/**
 * A made-up world for the core: a server that keeps a ledger, storage that several tabs share, locks, and a widget that
 * does what the test says. Time is vitest's.
 */
import { vi } from 'vitest';
import type { Answers, Host, Survey } from '../src/contract';
import type { Armed } from '../src/launch/armed';
import type { Op, Result, Who } from '../src/core/outbox';
import type { Env, Reply } from '../src/core/shell';

export const PROJECT = '11111111-1111-4111-8111-111111111111';

/** A Storage as far as the client uses it: values are own properties. */
export function storage(): Storage {
  const methods = {
    getItem(this: Record<string, string>, key: string) {
      return this[key] ?? null;
    },
    setItem(this: Record<string, string>, key: string, value: string) {
      this[key] = value;
    },
    removeItem(this: Record<string, string>, key: string) {
      delete this[key];
    },
    clear(this: Record<string, string>) {
      for (const key of Object.keys(this)) delete this[key];
    },
  };
  return Object.create(methods);
}

export const blocked = (): Storage => {
  throw new DOMException('denied', 'SecurityError');
};

export const survey = (uuid: string, more: Partial<Survey> = {}): Survey => ({
  uuid,
  key: `key-${uuid}`,
  version: 1,
  language: 'en',
  look: {},
  elements: [
    { id: 'score', type: 'nps' },
    { id: 'why', type: 'long_text' },
    { id: 'thanks', type: 'thank_you' },
  ],
  whole_only: false,
  channel: 'widget',
  ...more,
});

export interface Batch {
  who: Who;
  at: Record<string, string>;
  ask: boolean;
  debug: boolean;
  installation?: string;
  ops: Op[];
}

/** What a request may meet; 'lost' never arrives, 'unanswered' arrives but its answer does not. */
export type Weather = 'fine' | 'lost' | 'unanswered' | Reply;

/** The collect door as far as the client can tell. */
export class Server {
  /** Every operation applied, once, in order, with whom it was about. */
  ledger: { op: Op; who: Who }[] = [];
  requests: Batch[] = [];
  /** How many requests were on their way at the same moment, at most. */
  together = 0;
  armed: Armed[] = [];
  freshFor = 1800;
  askIn = 0;
  surveys: Record<string, Survey> = {};
  refuse: Record<string, Partial<Result>> = {};
  explain?: object[];
  delay = 10;
  weather: (batch: Batch) => Weather = () => 'fine';
  private flying = 0;

  async post(path: string, text: string): Promise<Reply> {
    if (path !== `/c/v1/${PROJECT}`) throw new Error(`wrong address ${path}`);
    const batch: Batch = JSON.parse(text);
    this.requests.push(batch);
    this.together = Math.max(this.together, ++this.flying);
    const weather = this.weather(batch);
    const reply = weather === 'fine' || weather === 'unanswered' ? this.apply(batch) : weather;
    await new Promise((done) => setTimeout(done, this.delay));
    this.flying--;
    if (weather === 'lost' || weather === 'unanswered') throw new TypeError('Failed to fetch');
    return reply as Reply;
  }

  private apply(batch: Batch): Reply {
    let who = batch.who;
    const results = batch.ops.map((op) => {
      const known = this.ledger.some((l) => l.op.uid === op.uid);
      if (!known && !op.dry) this.ledger.push({ op, who });
      if (op.op === 'identify') who = { anonymous_id: who.anonymous_id, id: op.id, email: op.email, signature: op.signature };
      if (op.op === 'reset') who = { anonymous_id: who.anonymous_id };
      return this.result(op);
    });
    const body: Record<string, unknown> = { results, identified: !!who.id, fresh_for: this.freshFor, ask_in: this.askIn };
    if (batch.ask || batch.ops.length) body.armed = this.armed;
    if (batch.debug) body.explain = this.explain;
    return { status: 200, body };
  }

  private result(op: Op): Result {
    const refused = this.refuse[op.survey ?? op.op];
    if (refused) return { uid: op.uid, status: 'refused', ...refused };
    if (op.op !== 'view') return { uid: op.uid, status: 'ok' };
    const survey = Object.values(this.surveys).find((s) => s.uuid === op.survey || s.key === op.survey);
    if (!survey) return { uid: op.uid, status: 'refused', reason: 'survey_not_found', message: 'There is no such survey.' };
    if (!op.dry) this.armed = this.armed.filter((e) => e?.survey !== survey.uuid || e.repeat === 'trigger');
    return { uid: op.uid, status: 'ok', view: op.uid, survey };
  }

  names = () => this.ledger.map((l) => l.op.op);
  of = (name: string) => this.ledger.filter((l) => l.op.op === name).map((l) => l.op);
}

/** A survey on the made-up screen. */
export interface Drawn {
  survey: Survey;
  host: Host;
  closed: boolean;
  /** What the person does. */
  step(answers: Answers, element: string): void;
  complete(answers: Answers): void;
  dismiss(answers?: Answers): void;
  close(): void;
}

export class World {
  server = new Server();
  local: () => Storage;
  tabs: Tab[] = [];
  private queue = new Map<string, Promise<unknown>>();

  constructor(local?: () => Storage) {
    const shared = storage();
    this.local = local ?? (() => shared);
  }

  /** Web Locks: one after another, by name. */
  alone = (name: string, run: () => Promise<void>): Promise<void> => {
    const turn = (this.queue.get(name) ?? Promise.resolve()).then(run);
    this.queue.set(name, turn.catch(() => {}));
    return turn;
  };

  /** Opens a page. Each has modules of its own, as each page in a browser does. */
  async tab(options: Partial<{ consent: boolean; session: Storage; channel: Env['channel']; project: string | null }> = {}): Promise<Tab> {
    vi.resetModules();
    const client = await import('../src/core/client');
    const visit = await import('../src/core/visit');
    const { shell } = await import('../src/core/shell');
    const { area } = await import('../src/core/area');
    const { createLauncher } = await import('../src/launch/launcher');
    const session = options.session ?? storage();
    const tab = new Tab(this, client, visit, shell, session);
    let n = 0;
    const me = this.tabs.length;
    const env: Env = {
      channel: options.channel ?? 'widget',
      local: area(this.local),
      session: area(() => session),
      device: 'desktop',
      language: () => 'en-GB',
      place: () => ({ url: tab.url, title: 'A page' }),
      hidden: () => tab.hidden,
      post: (path, body) => this.server.post(path, body),
      alone: this.alone,
      uuid: () => `${String(me).padStart(8, '0')}-0000-4000-8000-${String(n++).padStart(12, '0')}`,
      load: async () => (core) => createLauncher(core, () => tab.widget()),
      element: (id) => (id === 'here' ? ({ nodeType: 1 } as HTMLElement) : null),
    };
    this.tabs.push(tab);
    tab.env = env;
    client.init(env, options.consent ?? true);
    if (options.project !== null) await tab.run('setProject', options.project ?? PROJECT);
    return tab;
  }
}

export class Tab {
  url = 'https://app.example.com/';
  hidden = false;
  drawn: Drawn[] = [];
  env!: Env;
  widget = async () => ({ open: this.open });

  constructor(
    readonly world: World,
    readonly client: typeof import('../src/core/client'),
    readonly visit: typeof import('../src/core/visit'),
    readonly shell: typeof import('../src/core/shell').shell,
    readonly session: Storage,
  ) {}

  run = (...args: unknown[]): Promise<any> => this.client.command(args);

  open = (survey: Survey, host: Host) => {
    const closed = () => {
      if (d.closed) return;
      d.closed = true;
      host.closed();
    };
    let last: { answers: Answers; element: string } = { answers: {}, element: 'score' };
    const d: Drawn = {
      survey,
      host,
      closed: false,
      step(answers, element) {
        last = { answers, element };
        host.progress({ answers, element, index: 1, total: 2 });
      },
      complete: (answers) => host.complete(answers),
      dismiss(answers = last.answers) {
        host.dismiss(answers, last.element);
        closed();
      },
      close: closed,
    };
    this.drawn.push(d);
    return { close: closed, dismiss: () => d.dismiss(), destroy: closed };
  };

  /** Asks for a survey and lets the time pass that it takes. */
  async show(...args: unknown[]): Promise<any> {
    const outcome = this.run('showForm', ...args);
    await pass(100);
    return outcome;
  }

  /** The survey that is open now. */
  get screen(): Drawn | undefined {
    return this.drawn.find((d) => !d.closed);
  }

  go(url: string) {
    this.url = new URL(url, this.url).href;
    this.shell.page = undefined;
    this.visit.navigated();
  }

  hide(forGood = false) {
    this.hidden = true;
    if (forGood) this.visit.leave();
    this.visit.running()?.leave();
  }
}

/** Lets time pass and everything that hangs on it happen. */
export const pass = (ms = 1000) => vi.advanceTimersByTimeAsync(ms);

/** Begins a test at a fixed moment. */
export function freeze() {
  vi.useFakeTimers();
  vi.setSystemTime(new Date('2026-03-01T12:00:00Z'));
}
