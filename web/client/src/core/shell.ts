import type { Channel } from '../contract';
import type { Area } from './area';
import type { CreateLauncher } from './launcher';

/** What came back from the server. Status 0: nothing did. */
export interface Reply {
  status: number;
  /** Seconds the server asks to wait. */
  wait?: number;
  body?: any;
}

/** Where the visitor is now. */
export interface Place {
  url: string;
  title: string;
}

/** The world as the core sees it; time and chance are the platform's own. In tests all of this is made up. */
export interface Env {
  channel: Channel;
  nonce?: string;
  local: Area;
  session: Area;
  device: string;
  language(): string;
  place(): Place;
  /** Nobody is looking at the page: it is in the background, or made ready in advance. */
  hidden(): boolean;
  post(path: string, body: string, keepalive: boolean): Promise<Reply>;
  /** Runs something that no other tab runs at the same time under this name. */
  alone(name: string, run: () => Promise<void>): Promise<void>;
  uuid(): string;
  /** Loads what launches surveys. */
  load(): Promise<CreateLauncher>;
  element(id: string): HTMLElement | null;
}

/** Commands that take a function of the page, called when something happens to a survey. */
export type Callback =
  | 'onBeforeShow'
  | 'onShow'
  | 'onNavigation'
  | 'onClose'
  | 'onDismiss'
  | 'onComplete'
  | 'onError';

/** What the page has set, whatever the project. */
export interface Shell {
  env: Env;
  /** Where visits are kept: env.local, or env.session if the page wants that. */
  area: Area;
  /** Hidden fields for all following responses. */
  hidden: Record<string, unknown>;
  callbacks: Partial<Record<Callback, ((...args: unknown[]) => unknown) | null>>;
  installation?: string;
  locale?: string;
  /** Where the page says the visitor is, if it has said so since the last navigation. */
  page?: Place;
  debug?: boolean;
}

/** There is one client in a page, and all its parts share this. */
export const shell = { hidden: {}, callbacks: {} } as Shell;

/** Runs something that must never disturb the page. */
export function safely<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Prints when debugging. */
export const log = (...what: unknown[]) => shell.debug && console.log('[Earshot]', ...what);

/** Tells the developer, in the console and through onError. */
export function warn(message: string) {
  console.warn('[Earshot]', message);
  safely(() => shell.callbacks.onError?.(message));
}

export const locale = () => shell.locale || shell.env.language();
export const place = () => shell.page || shell.env.place();
