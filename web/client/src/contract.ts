/**
 * The contract between the three parts of the browser client.
 *
 * - The core (src/core) talks to the server and decides when a survey is due; src/show, loaded when one is about to be
 *   shown, records answers.
 * - The widget (src/widget/index.ts) draws a survey in a customer's page. It comes in one file with src/show. It exports
 *   {@link Open} under the name `open`.
 * - The page view (src/page/view.ts) draws a survey on a hosted page. It exports `open` as the widget does, and
 *   `sorry` ({@link Sorry}) for the moment when there is nothing to draw.
 *
 * This file holds types only: importing it adds no bytes to anything.
 */

/** Where a survey is drawn: over a page, on a page of its own, or in an element of a page. */
export type Channel = 'widget' | 'page' | 'embed';

/** Answers by question identifier; null takes an answer back. Values: docs/guide/survey-files.md, Elements. */
export type Answers = Record<string, unknown>;

/** How a survey looks: docs/guide/survey-files.md, Look. Everything is optional. */
export type Look = Record<string, unknown>;

/** One element of a survey. Which further fields there are depends on its type: docs/guide/survey-files.md, Elements. */
export interface Element {
  id: string;
  type: string;
  question?: string;
  [field: string]: unknown;
}

/** What the server sends with a granted view: enough to draw the survey, and nothing else (docs/api/collect.md). */
export interface Survey {
  uuid: string;
  key: string;
  version: number;
  language: string;
  look: Look;
  elements: Element[];
  /** Partial answers stay here until the survey is complete. */
  whole_only: boolean;
  channel: Channel;
}

/** Where a person stands in a survey. */
export interface Step {
  /** All answers so far, not only the last one. */
  answers: Answers;
  /** Identifier of the element that is now in view. */
  element: string;
  /** Position of that element among those the person may see, from 0. */
  index: number;
  /** How many of those there are on the path that is expected now. */
  total: number;
}

/**
 * What the core gives to whoever draws a survey. None of its functions throws.
 * None may be called before `open` has returned (or, if it returns a promise, before that is settled).
 */
export interface Host {
  /** Id of the view; the seed for random jumps and shuffled options, so that a survey looks the same when reopened. */
  view: string;
  /** Locale of the visitor, a BCP 47 tag. */
  locale: string;
  /** Nonce of the client's script, for what needs one under a strict Content-Security-Policy. */
  nonce?: string;
  /** The element to draw into: always there for `embed` and `page`, never for `widget`. */
  container?: HTMLElement;
  /** Hidden fields of this moment; they may change while the survey is open. */
  hidden(): Record<string, unknown>;
  /** Where an earlier page of the same tab left off. An empty element: at the beginning. */
  initial?: { answers: Answers; element: string };
  /** To be called after every step, forward or back. */
  progress(step: Step): void;
  /** To be called once, when the thank-you is reached or the path has ended. The survey may stay in view after it. */
  complete(answers: Answers): void;
  /** To be called once, when the person pressed x or Escape; not after `complete`. `closed` follows. */
  dismiss(answers: Answers, element: string): void;
  /** To be called once, when the survey has left the page for whatever reason; always the last call. */
  closed(): void;
}

/** A survey on the screen. Each function may be called at any time and more than once. */
export interface WidgetHandle {
  /** Takes the survey away without recording anything; ends with `host.closed()`. */
  close(): void;
  /** The same as the person's x: `host.dismiss(...)` unless complete, then `host.closed()`. */
  dismiss(): void;
  /** Takes everything away at once, without animation, leaving no node and no listener; ends with `host.closed()`. */
  destroy(): void;
}

/** Draws a survey. When it returns (or its promise settles) the survey is visible; it throws if it cannot be drawn. */
export type Open = (survey: Survey, host: Host) => WidgetHandle | Promise<WidgetHandle>;

/** Says on a hosted page why there is no survey: a reason code of docs/rules/launch.md and a sentence for developers. */
export type Sorry = (reason: string, message: string, container: HTMLElement) => void;

/**
 * What a hosted page (`/s/<code>`) hands to its script, as JSON in `<script type="application/json" id="earshot-page">`.
 * The survey is drawn into the element `#earshot-survey`, or into the body if there is none.
 */
export interface PageConfig {
  /** Address of the server without a slash at its end; '' for the page's own. */
  server: string;
  project: string;
  /** uuid or key of the survey. */
  survey: string;
  /** Who the link is for; absent on links for everybody. */
  contact?: {
    id?: string;
    email?: string;
    signature?: string;
    traits?: Record<string, unknown>;
    account?: Record<string, unknown>;
  };
  /** Hidden fields from the link. */
  hidden?: Record<string, unknown>;
  /** Answers from the link, as text. */
  answers?: Record<string, string>;
  /** Tags of the view. */
  tags?: string[];
  /** Wanted language, if the link names one. */
  locale?: string;
  /** Shows the survey past every restriction that may be forced. */
  force?: boolean;
}
