// A shadow root in the survey's clothes.

import base from './base.css?inline';
import { h } from './h';
import type { Look, Survey } from './model';
import { themeSheet } from './theme';
import { direction } from './words';

/** Where a survey is drawn. */
export interface Stand {
  root: ShadowRoot;
  /** Says something to people who do not see the screen, politely. */
  announce(text: string): void;
}

/** Gives an element a shadow root with the survey's styles and these. Sheets are constructed: no policy of the page forbids that. */
export function dress(element: HTMLElement, look: Look, css: string): Stand {
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [base, themeSheet(look), css].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  if (look.font == 'host') element.style.setProperty('--ff', getComputedStyle(element.parentElement ?? document.body).fontFamily);
  // A live region is heard when it changes, so it is there before.
  const live = h('div', { class: 'vh', role: 'status' });
  root.append(live);
  return { root, announce: (text) => void setTimeout(() => (live.textContent = text), 100) };
}

/** Attributes that say in which language a survey speaks. */
export const tongue = (survey: Survey, locale: string): { lang: string; dir: string } => {
  const lang = survey.language || locale || 'en';
  return { lang, dir: direction(lang) };
};
