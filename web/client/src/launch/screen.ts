import type { Answers, Host, Open, Survey, WidgetHandle } from '../contract';
import type { Core, Outcome } from '../core/launcher';
import type { Who } from '../core/outbox';
import type { Call } from './callbacks';

/** A survey that was open on a page is opened again on the next one of the same tab for so long. */
const REOPEN_WITHIN = 18e5;
/** After so long another tab's open survey is taken for the remains of a crash. */
const FORGOTTEN = 6e5;

/** A survey with a granted view, as it is kept for the next page of the same tab. */
export interface Kept {
  survey: Survey;
  view: string;
  /** Rises with every operation. It begins with the time, so that a view continued elsewhere goes on rising. */
  seq: number;
  /** Who claimed the view: its answers stay theirs, whoever is identified meanwhile. */
  who: Who;
  answers?: Answers;
  element?: string;
  hidden?: object;
  /** The page has gone away properly at this moment; without it the record belongs to a page that is still alive. */
  left?: number;
}

/** A survey on the screen, or on its way there. */
interface Shown {
  kept: Kept;
  inline: boolean;
  handle?: WidgetHandle;
  /** Answered, dismissed or being closed: nobody waits for it any more. */
  ended?: boolean;
  /** It has left the screen, or never reached it. */
  closed(): void;
}

type Container = HTMLElement | null | undefined;

/**
 * What is on the screen: hands answers on to the server, calls the page back in the right order, and writes down where
 * the person is, so that a survey over the page survives the way to the next page.
 */
export function createScreen(core: Core, call: Call, load: () => Promise<{ open: Open }>) {
  const { shell, prefix, json, parse, log, warn, outbox } = core;
  const { area, env } = shell;
  const { session } = env;
  const all = new Set<Shown>();
  /** In the session: what is open. In the area: which tab has something open, and since when. */
  const key = prefix + ':v';
  const markKey = prefix + ':t';
  const tab = env.uuid();

  const over = () => [...all].filter((shown) => !shown.inline);

  function elsewhere(): boolean {
    const [owner, at] = parse(area.get(markKey)) ?? [tab];
    return owner != tab && Math.abs(Date.now() - at) < FORGOTTEN;
  }

  /** Marks for the other tabs that this one has a survey open, or no more. */
  function mark(open: boolean) {
    if (open) area.set(markKey, json([tab, Date.now()]));
    else if (!elsewhere()) area.remove(markKey);
  }

  function keep({ inline, kept }: Shown) {
    if (inline) return;
    mark(true);
    session.set(key, json(kept));
  }

  /** Writes a step down and sends it. */
  function step(shown: Shown, op: 'answer' | 'complete' | 'dismiss', given: Answers, element?: string) {
    const { kept } = shown;
    const over = (shown.ended = op != 'answer');
    const answers: Answers = parse(json(given)) ?? {};
    const hidden = { ...kept.hidden, ...shell.hidden };
    Object.assign(kept, { answers, hidden, element: element ?? kept.element, seq: kept.seq + 1 });
    if (!over) keep(shown);
    else if (!shown.inline) session.remove(key);
    const whole = kept.survey.whole_only && op != 'complete';
    if (whole && !over) return;
    const { view, seq, who } = kept;
    outbox.push(op, { view, seq, answers: whole ? {} : answers, hidden, element: kept.element }, who, over);
  }

  function host(shown: Shown, container: Container): Host {
    const { kept } = shown;
    const { survey, view, answers, element = '' } = kept;
    let over = false;
    const hidden = () => ({ ...kept.hidden, ...shell.hidden });
    return {
      view,
      locale: core.locale(),
      nonce: env.nonce,
      container: container ?? undefined,
      hidden,
      initial: answers && { answers, element },
      progress({ answers, element, index, total }) {
        if (over) return;
        step(shown, 'answer', answers, element);
        const now = survey.elements.find((e) => e.id == element);
        call('onNavigation', survey.uuid, now, { index, total });
      },
      complete(answers) {
        if (over) return;
        over = true;
        step(shown, 'complete', answers);
        const given = Object.entries(kept.answers!).filter(([, a]) => a !== null);
        call('onComplete', survey.uuid, { ...hidden(), ...Object.fromEntries(given) });
      },
      dismiss(answers, element) {
        if (over) return;
        over = true;
        step(shown, 'dismiss', answers, element);
        call('onDismiss', survey.uuid);
      },
      closed: shown.closed,
    };
  }

  async function draw(kept: Kept, container?: Container): Promise<Outcome> {
    const { uuid, key: name } = kept.survey;
    const shown: Shown = {
      kept,
      inline: !!container,
      closed() {
        if (!all.delete(shown)) return;
        if (!shown.inline) {
          session.remove(key);
          mark(false);
        }
        if (shown.handle) call('onClose', uuid);
        core.check();
      },
    };
    all.add(shown);
    try {
      const { open } = await load();
      const handle = all.has(shown) && (await open(kept.survey, host(shown, container)));
      if (!handle || !all.has(shown)) {
        if (handle) handle.destroy();
        return { shown: false, reason: 'stopped', message: 'it was closed before it was drawn' };
      }
      shown.handle = handle;
    } catch (e) {
      shown.closed();
      warn(`${name} could not be drawn: ${e}`);
      throw e;
    }
    keep(shown);
    call('onShow', uuid);
    return { shown: true };
  }

  function end(shown: Shown, how: 'close' | 'dismiss' | 'destroy') {
    shown.ended = true;
    try {
      shown.handle?.[how]();
    } catch (e) {
      warn(`${shown.kept.survey.key}: ${e}`);
    }
    if (how == 'destroy') shown.closed();
  }

  /** Clears what is over the page: all of it, or what only says thank you or is on its way out. */
  const clear = (all?: boolean) => over().forEach((shown) => (all || shown.ended) && end(shown, 'destroy'));

  return {
    draw,
    clear,
    elsewhere,
    /** A survey is open over the page. */
    busy: () => over().length > 0,
    each(what: 'close' | 'dismiss' | 'destroy', uuid?: string) {
      for (const shown of [...all]) {
        const { survey } = shown.kept;
        if (!uuid || uuid == survey.uuid || uuid == survey.key) end(shown, what);
      }
    },
    resume() {
      const kept: Kept | undefined = parse(session.get(key));
      clear(true);
      session.remove(key);
      if (kept?.left && Math.abs(Date.now() - kept.left) < REOPEN_WITHIN) draw({ ...kept, left: 0 }).catch(log);
    },
    leave() {
      for (const { kept } of over()) {
        if (!session.get(key)) continue;
        session.set(key, json({ ...kept, left: Date.now() }));
        mark(false);
      }
    },
  };
}
