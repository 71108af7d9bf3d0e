import { json, parse } from './json';
import { type Callback, type Env, safely, shell, warn } from './shell';
import type { Outcome } from './launcher';
import * as visit from './visit';

/**
 * The commands of `_refiner`. There is one client in a page: init gives it a world, command takes what the page says.
 */

/** What a page may hand over: an array, or the arguments object of a function. `done` gets the command's result. */
export interface Entry extends ArrayLike<any> {
  done?: (result?: Outcome) => void;
}

/** What a command takes (types or values: 'string object?'), what it does, and whether it needs no project and no consent. */
type Command = [takes: string, run: (...args: any[]) => unknown, early?: 1];

const MAX_HELD = 1000;

let consent: boolean;
let project = '';
let held: [run: () => unknown, done: (result: unknown) => void][] = [];

/** What was handed over, as it is now and without what is not data. */
const data = (value: unknown) => value && parse(json(value));

/** Tells whether arguments are what a command takes. */
const fits = (takes: string, args: unknown[]) =>
  takes
    .split(' ')
    .every((types, i) =>
      args[i] == null ? !types || /\?|null/.test(types) : types.split(/\||\?/).some((t) => t == typeof args[i] || t == args[i]),
    );

function begin(off?: boolean) {
  if (!project || !consent || visit.running()) return;
  shell.debug ||= !!shell.env.session.get('earshot:debug');
  visit.start(project, off);
  for (const [run, done] of held.splice(0)) done(run());
}

/** Does what a running visit could not bear. */
function between(change: () => void, off?: boolean) {
  visit.stop();
  change();
  begin(off);
}

async function show(survey: string, launch: 'manual' | 'forced', container?: HTMLElement) {
  const outcome = await visit.launch({ survey, launch }, container);
  const { shown, reason, message } = outcome;
  console.info('[Earshot]', survey, shown ? 'shown' : `not shown: ${reason}. ${message}`);
  return outcome;
}

/** A command that remembers its argument. */
const setter = (takes: string, name: 'locale' | 'installation'): Command => [
  takes,
  (value) => {
    shell[name] = value;
  },
  1,
];

/** Takes everything of ours out of an area, into another one if there is one. */
function empty(area: typeof shell.area, into?: typeof shell.area) {
  for (const key of area.keys('earshot:')) {
    if (into && !into.get(key)) into.set(key, area.get(key)!);
    area.remove(key);
  }
}

const commands: Record<string, Command> = {
  setProject: [
    'string|null',
    (uuid) => {
      uuid = (uuid || '').toLowerCase();
      if (!/^([\da-f-]{36})?$/.test(uuid)) return warn('setProject expects a uuid');
      if (uuid != project)
        between(() => {
          project = uuid;
        });
    },
    1,
  ],
  identifyUser: ['object object?', (traits, options) => visit.identify(data(traits), data(options))],
  setUser: ['object object?', (traits, options) => visit.identify(data(traits), data(options), true)],
  resetUser: ['', visit.reset],
  trackEvent: ['string object?', (name, properties) => visit.track(name, data(properties))],
  trackPage: [
    'string? string?',
    (to, name) => {
      const { url, title } = shell.env.place();
      shell.page = { url: new URL(to || '', url).href, title: name || title };
      visit.act('page', shell.page);
      visit.navigated();
    },
  ],
  showForm: ['string boolean?', (survey, force) => show(survey, force ? 'forced' : 'manual')],
  dismissForm: ['string?', (survey) => visit.each('dismiss', survey)],
  closeForm: ['string?', (survey) => visit.each('close', survey)],
  embed: [
    'string string|object',
    (survey, place) => {
      const container = place.nodeType ? place : shell.env.element(place);
      return container ? show(survey, 'manual', container) : warn('embed: no element ' + place);
    },
  ],
  addToResponse: [
    'object|null',
    (fields) => {
      shell.hidden = fields ? { ...shell.hidden, ...data(fields) } : {};
    },
  ],
  ping: ['', () => visit.running()!.ask(true)],
  stopPinging: ['', () => visit.pinging(false)],
  startPinging: ['', () => visit.pinging(true)],
  disableClient: ['', () => between(() => {}, true)],
  enableClient: ['', () => between(() => {}, false)],
  startSession: ['', () => visit.act('session', {})],
  setLocale: setter('string', 'locale'),
  setAnonymousId: [
    'string',
    (id) => (visit.anonymousId.test(id) ? visit.anonymous(id) : warn('setAnonymousId expects 8 to 64 of A-Za-z0-9_-')),
  ],
  setClientStorageMethod: [
    'string',
    (method) => {
      const { area, env } = shell;
      const to = /^session/i.test(method) ? env.session : env.local;
      if (area != to)
        between(() => {
          shell.area = to;
          if (consent) empty(area, to);
        });
    },
    1,
  ],
  setInstallationMethod: setter('string', 'installation'),
  setConsent: [
    'granted|denied',
    (given) => {
      consent = given == 'granted';
      if (consent) return begin();
      visit.stop();
      empty(shell.env.local);
      empty(shell.env.session);
    },
    1,
  ],
  debug: [
    'boolean',
    (on) => {
      shell.debug = on;
      if (!consent) return;
      shell.env.session.set('earshot:debug', on ? '1' : '');
      visit.running()?.ask(true);
    },
    1,
  ],
};
commands.attachToResponse = commands.addToResponse!;
for (const name of ['BeforeShow', 'Show', 'Navigation', 'Close', 'Dismiss', 'Complete', 'Error'])
  commands['on' + name] = [
    'function|null',
    (callback) => {
      shell.callbacks[('on' + name) as Callback] = callback;
    },
    1,
  ];

function accept([name, ...args]: any[], done: (result?: any) => void) {
  const command = commands[name];
  if (!Array.isArray(command)) {
    warn('unknown command ' + String(name));
    commands[name] = ['', () => {}, 1]; // once is enough
    return done();
  }
  const [takes, command_, early] = command;
  const run = () => {
    try {
      if (early || visit.running() || name == 'enableClient') return command_(...args);
      return { shown: false, reason: 'disabled', message: 'disableClient was called' };
    } catch (e) {
      warn(`${name}: ${e}`);
    }
  };
  if (!fits(takes, args)) warn(`${name} expects: ${takes}`);
  else if (early || (project && consent)) return done(run());
  else {
    if (held.length < MAX_HELD) held.push([run, done]);
    // Only an outcome is worth waiting for; nothing else may keep a page waiting for a project or for consent.
    if (/^(show|em)/.test(name)) return;
  }
  done();
}

/** Takes a command; the promise never rejects. */
export const command = (entry: Entry): Promise<any> =>
  new Promise((done) => {
    safely(() => accept([].slice.call(entry, 0, 9), done));
  });

/** Begins, in this world. Without consent nothing is stored or sent until setConsent. */
export function init(env: Env, given: boolean) {
  shell.env = env;
  shell.area = env.local;
  consent = given;
}
