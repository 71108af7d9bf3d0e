// Manners of a guest in somebody's page.

import type { Life } from './life';

/** Calls back after a while, or later if somebody is reading just then. */
export function linger(card: HTMLElement, after: number, lasting: Life, then: () => void): void {
  setTimeout(() => {
    if (lasting.over()) return;
    const reading = (matchMedia('(hover:hover)').matches && card.matches(':hover')) || card.querySelector(':focus-visible');
    if (reading) linger(card, 1000, lasting, then);
    else then();
  }, after);
}

/** Keeps the card above the keyboard of a phone. */
export function above(card: HTMLElement, on: Life['on']): void {
  const view = window.visualViewport;
  if (!view) return;
  const place = () => {
    // Zoomed in, the view is smaller for another reason.
    const covered = view.scale > 1.01 ? 0 : innerHeight - view.height - view.offsetTop;
    card.style.setProperty('--kb', `${Math.max(0, covered)}px`);
  };
  on(view, 'resize', place);
  on(view, 'scroll', place);
}
