// Manners of a guest in somebody's page.

/** The element that has the focus, also inside open shadow roots. */
export function focused(): HTMLElement | null {
  let el = document.activeElement;
  while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
  return el as HTMLElement | null;
}

/** Keys pressed in the survey are not the page's: its shortcuts stay quiet while somebody writes. */
export function quietKeys(root: ShadowRoot, signal: AbortSignal): void {
  for (const type of ['keydown', 'keyup', 'keypress']) root.addEventListener(type, (e) => e.stopPropagation(), { signal });
}

/** Calls back after a while, or later if somebody is reading just then. */
export function linger(card: HTMLElement, after: number, signal: AbortSignal, then: () => void): void {
  const timer = setTimeout(() => {
    const reading = (matchMedia('(hover:hover)').matches && card.matches(':hover')) || card.querySelector(':focus-visible');
    if (reading) linger(card, 1000, signal, then);
    else then();
  }, after);
  signal.addEventListener('abort', () => clearTimeout(timer));
}

/** Keeps the card above the keyboard of a phone. */
export function above(card: HTMLElement, signal: AbortSignal): void {
  const view = window.visualViewport;
  const place = () => {
    // Zoomed in, the view is smaller for another reason.
    const covered = view && Math.abs(view.scale - 1) < 0.01 ? innerHeight - view.height - view.offsetTop : 0;
    card.style.setProperty('--kb', `${Math.max(0, Math.round(covered))}px`);
  };
  for (const type of ['resize', 'scroll']) view?.addEventListener(type, place, { signal });
}
