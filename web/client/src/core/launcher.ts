/** The contract between the core and the launcher (src/launch), which is loaded when there is something to launch. Types only. */
import type { Armed } from '../launch/armed';
import type { json, parse } from './json';
import type { Outbox, Who } from './outbox';
import type { locale, log, place, Shell, warn } from './shell';

/** Why a survey was shown or not: reason is a code of docs/rules/launch.md or one of docs/guide/install.md. */
export interface Outcome {
  shown: boolean;
  reason?: string;
  message?: string;
}

/** A survey that somebody or something wants to be shown: the fields of a view operation. */
export interface Request {
  /** uuid or key */
  survey: string;
  launch: 'trigger' | 'manual' | 'forced';
  /** Name of the event that fired. */
  event?: string;
  tags?: string[];
}

/** What is remembered of a visitor of one project, shared by all tabs. Moments in ms. */
export interface State {
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

/** Decides which survey is due, claims its view and puts it on the screen. */
export interface Launcher {
  /** Launches what is due, and returns when to look again. `came` is the moment the visitor came to the present page. */
  look(came: number): number;
  /** Shows a survey if the server grants it, over the page if there is no container; never rejects. */
  launch(request: Request, container?: HTMLElement | null): Promise<Outcome>;
  /** Draws what an earlier page of this tab had open. What this page itself has open may be out of date. */
  resume(): void;
  /** Does something to the surveys with this uuid or key; without one, to all. */
  each(what: 'close' | 'dismiss' | 'destroy', uuid?: string): void;
  /** The page is going away: the next one may take over. */
  leave(): void;
}

/** What the core hands over, so that the part that is loaded later need not bring its own. */
export interface Core {
  shell: Shell;
  prefix: string;
  json: typeof json;
  parse: typeof parse;
  log: typeof log;
  warn: typeof warn;
  locale: typeof locale;
  place: typeof place;
  outbox: Outbox;
  /** When events were last tracked, by their names: also before the survey was armed that waits for one. */
  fired: Record<string, number>;
  load(): State;
  change(changes: Partial<State>): void;
  /** Sends what setUser has put off. */
  settle(): void;
  /** Something has changed that may make a survey due. */
  check(): void;
}

export type CreateLauncher = (core: Core) => Launcher;
