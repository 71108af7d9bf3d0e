// The widget: a survey over a customer's page, or in an element of it. Loaded
// when a survey is about to be shown.

import { cross, dress, h, icon, logo, run, tongue, words, type Run, type Stage, type Stand, type Survey, type Words } from '../../../render/src/index';
import type { Host, Open, WidgetHandle } from '../contract';
import { above, focused, linger, quietKeys } from './guest';
import { life, type Life } from './life';
import css from './shell.css?inline';

/** Draws a survey over the page, or into the host's container. */
export const open: Open = async (granted, host) => {
  const survey = granted as unknown as Survey;
  const spoken = await words(tongue(survey, host.locale).lang);
  return host.container ? inline(survey, host, spoken, host.container) : popup(survey, host, spoken);
};

function popup(survey: Survey, host: Host, spoken: Words): WidgetHandle {
  const look = survey.look ?? {};
  const before = focused();
  const wrapper = h('div', { id: 'refiner-widget-wrapper' });
  document.body.append(wrapper);
  wrapper.style.display = 'block';
  const stand = dress(wrapper, look, css);
  const card = frame(survey, host, spoken);
  const modal = card.tagName == 'DIALOG';
  let back = before;

  const lasting = life(
    wrapper,
    () => {
      // The id goes at once: the next survey may come before this one has faded.
      wrapper.removeAttribute('id');
      card.classList.add('bye');
      asked.stop();
      const inside = stand.root.activeElement;
      // A page behind an open modal dialog takes no focus.
      if (modal) (card as HTMLDialogElement).close();
      if (inside) back?.focus({ preventScroll: true });
    },
    () => host.closed(),
  );
  const end = () => lasting.end(true);
  const asked = run(survey, stage(host, stand, spoken, (after) => (after ? linger(card, after, lasting.signal, end) : end())));
  const handle = handles(asked, host, lasting);
  furnish(card, survey, spoken, asked, handle.dismiss);
  stand.root.append(card);

  const on = (target: EventTarget, type: string, listener: (e: never) => void) => target.addEventListener(type, listener as EventListener, { signal: lasting.signal });
  quietKeys(stand.root, lasting.signal);
  on(stand.root, 'keydown', (e: KeyboardEvent) => e.key == 'Escape' && !e.isComposing && handle.dismiss());
  on(stand.root, 'focusin', ({ relatedTarget: from }: FocusEvent) => {
    if (from instanceof HTMLElement && !stand.root.contains(from)) back = from;
  });
  if (modal) {
    on(card, 'cancel', (e: Event) => (e.preventDefault(), handle.dismiss()));
    on(card, 'pointerdown', (e: PointerEvent) => look.backdrop_close && outside(e, card) && handle.dismiss());
    (card as HTMLDialogElement).showModal();
    asked.focus();
  } else {
    // Alt+Shift+E brings the focus here from anywhere in the page.
    on(document, 'keydown', (e: KeyboardEvent) => e.altKey && e.shiftKey && e.code == 'KeyE' && asked.focus());
    stand.announce(`${spoken.survey}: ${card.querySelector('h2')?.textContent}. ${spoken.keys}`);
  }
  above(card, lasting.signal);
  return handle;
}

function inline(survey: Survey, host: Host, spoken: Words, container: HTMLElement): WidgetHandle {
  const wrapper = h('div');
  container.append(wrapper);
  const stand = dress(wrapper, survey.look ?? {}, css);
  const lasting = life(
    wrapper,
    () => asked.stop(),
    () => host.closed(),
  );
  const asked = run(survey, { ...stage(host, stand, spoken, () => {}), thanks: true });
  const handle = handles(asked, host, lasting);
  const section = h('section', { class: 'survey inline', 'aria-label': spoken.survey, ...tongue(survey, host.locale) });
  furnish(section, survey, spoken, asked);
  stand.root.append(section);
  quietKeys(stand.root, lasting.signal);
  return handle;
}

/** The card or panel, still empty. What covers the page is a modal dialog; the rest is one that can be passed by. */
function frame(survey: Survey, host: Host, spoken: Words): HTMLElement {
  const { layout = '', position = 'bottom-right', backdrop, no_close_button } = survey.look ?? {};
  const modal = layout == 'modal' || layout == 'full';
  const known = /^(bottom|side|modal|full)$/.test(layout) ? layout : 'corner';
  return h(modal ? 'dialog' : 'div', {
    class: `survey card ${known} ${/^(corner|side)$/.test(known) ? position : ''}${backdrop === false ? ' clear' : ''}${no_close_button ? '' : ' closable'}`,
    role: !modal && 'dialog',
    'aria-label': spoken.survey,
    ...tongue(survey, host.locale),
  });
}

function furnish(card: HTMLElement, survey: Survey, spoken: Words, asked: Run, dismiss?: () => void): void {
  const look = survey.look ?? {};
  card.append(
    ...[
      logo(look),
      asked.node,
      // Last in the tab order: first comes what is asked.
      dismiss && !look.no_close_button && h('button', { type: 'button', class: 'close', 'aria-label': spoken.close, click: dismiss }, icon(cross, 16)),
    ].filter((n): n is HTMLElement => !!n),
  );
}

function stage(host: Host, stand: Stand, spoken: Words, over: (after: number) => void): Stage {
  return {
    view: host.view,
    words: spoken,
    heading: 'h2',
    thanks: false,
    hidden: () => host.hidden(),
    initial: host.initial,
    progress: (step) => host.progress(step),
    complete: (answers) => host.complete(answers),
    over,
    announce: stand.announce,
  };
}

function handles(asked: Run, host: Host, lasting: Life): WidgetHandle {
  return {
    close: () => lasting.end(true),
    dismiss: () => {
      if (lasting.over()) return;
      const { answers, element } = asked.state();
      const tell = !asked.done();
      lasting.end(true);
      if (tell) host.dismiss(answers, element);
    },
    destroy: () => lasting.end(false),
  };
}

function outside({ clientX: x, clientY: y }: PointerEvent, card: HTMLElement): boolean {
  const box = card.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
