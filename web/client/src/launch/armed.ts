import { anyPage, onPages, type PageRule, type Pages } from '../pages';

/** A survey that may appear without asking the server first: docs/api/collect.md, The answer. */
export interface Armed {
  survey: string;
  key: string;
  trigger: { type: string; delay_ms?: number; pages?: PageRule[]; name?: string };
  pages?: Pages & { delay_ms?: number };
  repeat?: string;
}

/** What has happened so far, as far as triggers care; all moments in ms, those of surveys by uuid. */
export interface Moments {
  /** The armed surveys arrived. */
  arrived: number;
  /** The visitor came to the present page. */
  came: number;
  /** Since when the survey's page rules hold without a break; 0 while they do not. */
  since: Record<string, number>;
  /** When an event was last tracked, by its name. */
  fired: Record<string, number>;
  /** The moment of the event that has launched the survey already. */
  used: Record<string, number>;
  /** On which page (the moment the visitor came to it) the survey had its turn. */
  had: Record<string, number>;
}

/** The moment an armed survey is due; Infinity while only something else can bring it about. */
function dueAt({ survey, trigger, pages }: Armed, url: string, m: Moments): number {
  const delay = trigger.delay_ms || 0;
  const on = onPages(pages, url) && (trigger.type != 'page' || anyPage(trigger.pages, url));
  const since = (m.since[survey] = on ? m.since[survey] || m.came : 0);
  const fired = m.fired[trigger.name!]!;
  const triggered: Record<string, number | undefined> = {
    now: 0,
    after: m.arrived + delay,
    page: since + delay,
    event: fired > (m.used[survey] || 0) ? fired : undefined,
  };
  return on && m.had[survey] != m.came
    ? Math.max(triggered[trigger.type] ?? Infinity, since + (pages?.delay_ms || 0))
    : Infinity;
}

/**
 * Of the armed surveys (best first) the first that is due now, or the moment when to look again. To be called on every
 * navigation, because page rules are followed from one call to the next.
 */
export function next(armed: Armed[], url: string, m: Moments): [due: Armed | undefined, at: number] {
  const times = armed.map((entry) => dueAt(entry, url, m));
  return [armed[times.findIndex((t) => t <= Date.now())], Math.min(...times)];
}
