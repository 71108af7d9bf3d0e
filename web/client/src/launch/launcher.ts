import type { Open } from '../contract';
import type { Core, Launcher, Outcome, Request } from '../core/launcher';
import type { Op, Result, Who } from '../core/outbox';
import { type Armed, type Moments, next } from './armed';
import { caller } from './callbacks';
import { createScreen } from './screen';

const no = (reason = '', message = ''): Outcome => ({ shown: false, reason, message });

/** Decides which survey is due, claims its view, and loads what draws it side by side with the claim. */
export function createLauncher(core: Core, load: () => Promise<{ open: Open }>): Launcher {
  const { shell, fired } = core;
  const call = caller(core);
  const screen = createScreen(core, call, load);
  const since: Moments['since'] = {};
  const had: Moments['had'] = {};
  const used: Moments['used'] = {};
  let known = 0;
  let opening = false;

  /** A claim has been decided: its survey is not armed any more, unless it may come again. */
  function disarm({ survey, dry }: Op, { status, reason }: Result) {
    const ok = status == 'ok';
    if (reason == 'unreachable' || reason == 'stopped' || (ok && dry)) return;
    const armed = core.load().armed.filter((e) => (e.survey != survey && e.key != survey) || (ok && e.repeat == 'trigger'));
    core.change({ armed });
  }

  function claim(fields: object): Promise<Result & { who: Who }> {
    core.settle();
    const { who } = core.load();
    return new Promise((done) =>
      core.outbox.claim(fields, who, (op, result) => {
        disarm(op, result);
        done({ ...result, who });
      }),
    );
  }

  async function claimed(request: Request, container?: HTMLElement | null): Promise<Outcome> {
    const { channel } = shell.env;
    const fields = { ...request, channel: container && channel == 'widget' ? 'embed' : channel };
    load().catch(core.log); // whether it worked is seen when it is drawn
    if (shell.callbacks.onBeforeShow) {
      const { survey, reason, message } = await claim({ ...fields, dry: true });
      if (!survey) return no(reason, message);
      const verdict = await call('onBeforeShow', survey.uuid, survey);
      if (verdict === false || verdict === 'abort') return no('aborted', 'onBeforeShow kept it back');
    }
    const { survey, view, uid, who, answers, reason, message } = await claim(fields);
    if (!survey) return no(reason, message);
    return screen.draw({ survey, view: view || uid, who, answers, seq: Math.floor(Date.now() / 1e3) }, container);
  }

  async function launch(request: Request, container?: HTMLElement | null): Promise<Outcome> {
    const forced = request.launch == 'forced';
    if (!container) {
      if (request.launch != 'trigger') screen.clear(forced);
      if (opening || screen.busy() || (!forced && screen.elsewhere())) return no('already_open', 'another survey is open');
      opening = true;
    }
    try {
      return await claimed(request, container);
    } catch (e) {
      return no('failed', `${e}`);
    } finally {
      if (!container) opening = false;
    }
  }

  async function trigger({ survey, trigger: { type, name } }: Armed, came: number) {
    const event = type == 'event' ? name : undefined;
    if (event) used[survey] = fired[event]!;
    else had[survey] = came;
    const outcome = await launch({ survey, launch: 'trigger', event });
    core.log(survey, outcome);
    if (!outcome.shown) core.check();
  }

  return {
    ...screen,
    launch,
    look(came) {
      const { armed, arrived } = core.load();
      if (arrived != known) for (const { survey, repeat } of armed) if (repeat != 'trigger') delete had[survey];
      known = arrived;
      if (opening || screen.busy() || screen.elsewhere()) return Infinity;
      const [due, at] = next(armed, core.place().url, { arrived, came, since, fired, used, had });
      if (!due) return at;
      void trigger(due, came);
      return Infinity;
    },
  };
}
