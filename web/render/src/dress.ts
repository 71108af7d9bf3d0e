// A shadow root in the survey's clothes.

import base from './base.css?inline';
import { h } from './h';
import type { Survey } from './model';
import { themeSheet } from './theme';

/** Where a survey is drawn. */
export interface Stand {
  root: ShadowRoot;
  /** Says something to people who do not see the screen, politely. */
  announce(text: string): void;
}

/** Gives an element a shadow root with the survey's styles and these. Sheets are constructed: no policy of the page forbids that. */
export function dress(element: HTMLElement, { look = {} }: Survey, css: string): Stand {
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [base, themeSheet(look), css].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  if (look.font == 'host') element.style.setProperty('--ff', getComputedStyle(element.parentElement!).fontFamily);
  // A live region is heard when it changes, so it is there before.
  const live = h('div', { class: 'vh', role: 'status' });
  root.append(live);
  return { root, announce: (text) => void setTimeout(() => (live.textContent = text), 100) };
}

/** In which language a survey speaks, and which way that is written. */
export function tongue({ language }: Survey, locale: string): { lang: string; dir: string } {
  const lang = language || locale;
  return { lang, dir: /^(ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)(-|$)/i.test(lang) ? 'rtl' : 'ltr' };
}
