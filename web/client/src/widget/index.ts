// The widget: a survey over a customer's page, or in an element of it. Loaded
// when a survey is about to be shown.

import { cross, dress, h, icon, logo, run, tongue, words, type Look, type Survey } from '../../../render/src/index';
import type { Open } from '../contract';
import { above, linger } from './guest';
import { life } from './life';
import css from './shell.css?inline';

/** Draws a survey over the page, or into the host's container. */
export const open: Open = async (granted, host) => {
  const survey = granted as unknown as Survey;
  const { look = {} } = survey;
  const said = tongue(survey, host.locale);
  const spoken = await words(said.lang);
  const inside = host.container;
  const layout = inside ? 'inline' : (/^(bottom|side|modal|full)$/.exec(look.layout ?? '')?.[0] ?? 'corner');
  // What covers the page is a modal dialog; the rest is one that can be passed by.
  const modal = /^[mf]/.test(layout);

  let back = document.activeElement as HTMLElement | null;
  const wrapper = h('div', { id: !inside && 'refiner-widget-wrapper' });
  (inside ?? document.body).append(wrapper);
  wrapper.style.display = 'block';
  const { root, announce } = dress(wrapper, survey, css);

  const lasting = life(wrapper, () => {
    wrapper.removeAttribute('id');
    card.classList.add('bye');
    asked.stop();
    const had = root.activeElement;
    // A page behind an open modal dialog takes no focus.
    if (modal) (card as HTMLDialogElement).close();
    if (had) back?.focus({ preventScroll: true });
    host.closed();
  });
  const { on, end } = lasting;
  const close = () => end(true);
  const dismiss = () => {
    if (lasting.over()) return;
    const { answers, element } = asked.state();
    if (!asked.done()) host.dismiss(answers, element);
    close();
  };

  const asked = run(survey, {
    view: host.view,
    words: spoken,
    heading: 'h2',
    thanks: !!inside,
    hidden: () => host.hidden(),
    ...(host.initial && { initial: host.initial }),
    progress: (step) => host.progress(step),
    complete: (answers) => host.complete(answers),
    over: (after) => !inside && (after ? linger(card, after, lasting, close) : close()),
    announce,
  });
  const closable = !inside && !look.no_close_button;
  const card = h(
    inside ? 'section' : modal ? 'dialog' : 'div',
    { ...said, class: style(look, layout, closable), role: !modal && !inside && 'dialog', 'aria-label': spoken.survey },
    logo(look),
    asked.node,
    // Last in the tab order: first comes what is asked.
    closable && h('button', { type: 'button', class: 'close ghost', lang: spoken.lang, 'aria-label': spoken.close, click: dismiss }, icon(cross)),
  );
  root.append(card);

  // Keys pressed in the survey are not the page's: its shortcuts stay quiet while somebody writes.
  for (const type of ['keydown', 'keyup', 'keypress'])
    on(root, type, (e: KeyboardEvent) => {
      e.stopPropagation();
      if (e.key == 'Escape' && type == 'keydown' && !e.isComposing && !inside) dismiss();
    });
  on(root, 'focusin', ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget && !root.contains(relatedTarget as Node)) back = relatedTarget as HTMLElement;
  });
  if (modal) {
    on(card, 'cancel', (e: Event) => (e.preventDefault(), dismiss()));
    on(card, 'pointerdown', (e: PointerEvent) => look.backdrop_close && outside(e, card) && dismiss());
    (card as HTMLDialogElement).showModal();
    asked.focus();
  } else if (!inside) {
    // Alt+Shift+E brings the focus here from anywhere in the page.
    on(document, 'keydown', (e: KeyboardEvent) => e.altKey && e.shiftKey && e.code == 'KeyE' && asked.focus());
    announce(`${spoken.survey}: ${root.querySelector('.q')!.textContent}. ${spoken.keys}`);
  }
  above(card, on);
  return { close, dismiss, destroy: () => end(false) };
};

const style = ({ position = 'bottom-right', backdrop }: Look, layout: string, closable: boolean): string =>
  `survey ${layout == 'inline' ? '' : 'card '}${layout} ${/^[cs]/.test(layout) ? position : ''}${backdrop === false ? ' clear' : ''}${closable ? ' closable' : ''}`;

function outside({ clientX: x, clientY: y }: PointerEvent, card: HTMLElement): boolean {
  const { left, right, top, bottom } = card.getBoundingClientRect();
  return x < left || x > right || y < top || y > bottom;
}
