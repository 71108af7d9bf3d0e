import type { Answers, Host, Open, Survey, WidgetHandle } from '../contract';
import type { Who } from '../core/outbox';
import type { Claimed, Outcome, Request, Show, Wings } from '../core/show';

/** A survey that was open on a page is opened again on the next one of the same tab for so long. */
const REOPEN_WITHIN = 18e5;

/** A survey with a granted view, as it is kept for the next page of the same tab. */
interface Kept {
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
  /** It has left the screen, or never reached it. */
  closed(): void;
}

const no = (reason = '', message = ''): Outcome => ({ shown: false, reason, message });

/**
 * Shows surveys: hands answers on to the server, calls the page back in the right order, and writes down where the
 * person is, so that a survey over the page survives the way to the next page.
 */
export function createShow(wings: Wings, open: Open): Show {
  const { shell, prefix, json, parse, call, log, warn, mark } = wings;
  const { session } = shell.env;
  const all = new Set<Shown>();
  const key = prefix + ':v';

  function keep({ inline, kept }: Shown) {
    if (inline) return;
    mark(true);
    session.set(key, json(kept));
  }

  /** Writes a step down and sends it. */
  function step(shown: Shown, op: 'answer' | 'complete' | 'dismiss', given: Answers, element?: string) {
    const { kept } = shown;
    const over = op != 'answer';
    const answers: Answers = parse(json(given)) ?? {};
    const hidden = { ...kept.hidden, ...shell.hidden };
    Object.assign(kept, { answers, hidden, element: element ?? kept.element, seq: kept.seq + 1 });
    if (!over) keep(shown);
    else if (!shown.inline) session.remove(key);
    const whole = kept.survey.whole_only && op != 'complete';
    if (whole && !over) return;
    const { view, seq, who } = kept;
    wings.push(op, { view, seq, answers: whole ? {} : answers, hidden, element: kept.element }, who, over);
  }

  function host(shown: Shown, container?: HTMLElement | null): Host {
    const { kept } = shown;
    const { survey, view, answers, element = '' } = kept;
    let over = false;
    const hidden = () => ({ ...kept.hidden, ...shell.hidden });
    return {
      view,
      locale: wings.locale(),
      nonce: shell.env.nonce,
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

  async function draw(kept: Kept, container?: HTMLElement | null): Promise<Outcome> {
    const { uuid } = kept.survey;
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
        wings.closed();
      },
    };
    all.add(shown);
    try {
      const handle = await open(kept.survey, host(shown, container));
      if (!all.has(shown)) {
        handle.destroy();
        return no('stopped', 'it was closed before it was drawn');
      }
      shown.handle = handle;
    } catch (e) {
      shown.closed();
      warn(`${kept.survey.key} could not be drawn: ${e}`);
      throw e;
    }
    keep(shown);
    call('onShow', uuid);
    return { shown: true };
  }

  async function launch(request: Request, container?: HTMLElement | null, claim?: Promise<Claimed>): Promise<Outcome> {
    if (!claim) {
      const { survey, reason, message } = await wings.claim(request, container, true);
      if (!survey) return no(reason, message);
      const verdict = await call('onBeforeShow', survey.uuid, survey);
      if (verdict === false || verdict === 'abort') return no('aborted', 'onBeforeShow kept it back');
    }
    const { survey, view, uid, who, answers, reason, message } = await (claim ?? wings.claim(request, container));
    if (!survey) return no(reason, message);
    return draw({ survey, view: view || uid, who, answers, seq: Math.floor(Date.now() / 1e3) }, container);
  }

  function each(what: 'close' | 'dismiss' | 'destroy', uuid = '', inline = true) {
    for (const shown of [...all]) {
      const { survey } = shown.kept;
      if ((uuid && uuid != survey.uuid && uuid != survey.key) || (shown.inline && !inline)) continue;
      try {
        shown.handle?.[what]();
      } catch (e) {
        warn(`${survey.key}: ${e}`);
      }
      if (what == 'destroy') shown.closed();
    }
  }

  return {
    launch,
    each,
    open: () => [...all].some((shown) => !shown.inline),
    resume() {
      const kept: Kept | undefined = parse(session.get(key));
      each('destroy', '', false);
      session.remove(key);
      if (kept?.left && Math.abs(Date.now() - kept.left) < REOPEN_WITHIN) draw({ ...kept, left: 0 }).catch(log);
    },
    leave() {
      for (const { inline, kept } of all) {
        if (inline || !session.get(key)) continue;
        session.set(key, json({ ...kept, left: Date.now() }));
        mark(false);
      }
    },
  };
}
