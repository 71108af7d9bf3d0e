/** The contract between the core and what shows surveys (src/show). Types only. */
import type { json, parse } from './json';
import type { Result, Who } from './outbox';
import type { call, locale, log, Shell, warn } from './shell';

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

/** A claim that was decided, and for whom. */
export type Claimed = Result & { who: Who };

/** What shows surveys: loaded when it is needed, because most pages show none. */
export interface Show {
  /** Shows a survey, over the page if there is no container. The claim may have been made already. */
  launch(request: Request, container?: HTMLElement | null, claim?: Promise<Claimed>): Promise<Outcome>;
  /** Draws what an earlier page of this tab had open. What this page itself has open may be out of date. */
  resume(): void;
  /** Does something to the surveys with this uuid or key; without one, to all. */
  each(what: 'close' | 'dismiss' | 'destroy', uuid?: string, inline?: boolean): void;
  /** The page is going away: the next one may take over. */
  leave(): void;
  /** A survey is open over the page. */
  open(): boolean;
}

/** What the core hands over, so that the part that is loaded later need not bring its own. */
export interface Wings {
  shell: Shell;
  prefix: string;
  json: typeof json;
  parse: typeof parse;
  call: typeof call;
  log: typeof log;
  warn: typeof warn;
  locale: typeof locale;
  claim(request: Request, container: unknown, dry?: boolean): Promise<Claimed>;
  push(op: string, fields: object, who: Who, urgent?: boolean): unknown;
  /** Marks for the other tabs that this one has a survey open, or no more. */
  mark(open: boolean): void;
  /** The screen is free again. */
  closed(): void;
}

export type CreateShow = (wings: Wings) => Show;
