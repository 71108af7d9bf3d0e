/**
 * The npm package: the `_refiner` function of the snippet, for bundlers. Importing it touches nothing; the script is
 * loaded by the first call after `configure`. Where there is no window, every call does nothing.
 */

/** What became of showForm and embed; other commands resolve to nothing. */
export interface Outcome {
  shown: boolean;
  /** Why not: a code, listed in the guide. */
  reason?: string;
  /** The same for people. */
  message?: string;
}

export interface Options {
  /** Address of your Earshot server, such as https://surveys.example.com. */
  server: string;
  /** Id of the project; the same as a first call of setProject. */
  project?: string;
  /** Nonce for the script, where a Content-Security-Policy asks for one. */
  nonce?: string;
  /** 'required': nothing is stored or sent until setConsent('granted'). */
  consent?: 'required';
}

interface Entry extends Array<unknown> {
  done?: (outcome?: Outcome) => void;
}

declare global {
  interface Window {
    _refinerQueue?: any;
    _refiner?: (...args: any[]) => any;
  }
}

let configured = false;
/** Entries whose outcome somebody waits for. */
let waiting: Entry[] = [];

const here = () => typeof window != 'undefined' && typeof document != 'undefined';

/** Puts an entry into the queue, which the client takes over when it comes. */
function hand(entry: Entry) {
  window._refinerQueue ??= [];
  window._refinerQueue.push(entry);
}

function load({ server, nonce, consent }: Options) {
  const script = document.createElement('script');
  script.async = true;
  script.src = `${server.replace(/\/+$/, '')}/v001/client.js`;
  if (nonce) script.nonce = nonce;
  if (consent) script.dataset.consent = consent;
  script.onerror = () => {
    console.warn('[Earshot] The client could not be loaded from', script.src);
    for (const entry of waiting.splice(0))
      entry.done?.({ shown: false, reason: 'not_loaded', message: 'the client could not be loaded' });
  };
  document.head.appendChild(script);
}

/**
 * Tells where the server is, and loads the client from there. To be called once, before or after the first commands;
 * further calls change nothing. Where there is no window it does nothing.
 */
export function configure(options: Options): void {
  if (!here() || configured) return;
  configured = true;
  window._refiner ??= _refiner;
  hand(['setInstallationMethod', 'npm']);
  if (options.project) hand(['setProject', options.project]);
  load(options);
}

/**
 * Gives the client a command; the guide lists them. The promise never rejects. For showForm and embed it resolves to the
 * outcome, for all others at once.
 */
export function _refiner(command: string, ...args: unknown[]): Promise<Outcome | undefined> {
  return new Promise((done) => {
    if (!here()) return done(undefined);
    const entry: Entry = [command, ...args];
    if (command == 'showForm' || command == 'embed') {
      waiting.push(entry);
      entry.done = (outcome) => {
        waiting = waiting.filter((w) => w !== entry);
        done(outcome);
      };
    } else done(undefined);
    hand(entry);
  });
}

export default _refiner;
