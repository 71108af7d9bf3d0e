// The widget's own words: short, polite, and the same in every language. The
// English ones are always there; another language is a small file of its own,
// loaded together with the first survey that speaks it.

import en from './words/en';

/** The words by what they are for, and the language they are in. `{n}` and `{m}` stand for numbers. */
export type Words = typeof en;

const others: Record<string, () => Promise<{ default: Words }>> = {
  ar: () => import('./words/ar'),
  de: () => import('./words/de'),
  es: () => import('./words/es'),
  fr: () => import('./words/fr'),
  it: () => import('./words/it'),
  ja: () => import('./words/ja'),
  nl: () => import('./words/nl'),
  pl: () => import('./words/pl'),
  pt: () => import('./words/pt'),
  sv: () => import('./words/sv'),
  zh: () => import('./words/zh'),
};

/** The words of a language; the English ones if there are none or they do not arrive. */
export const words = (language: string): Promise<Words> =>
  Promise.resolve(others[language.slice(0, 2).toLowerCase()]?.()).then(
    (m) => m?.default ?? en,
    () => en,
  );

/** Puts numbers into a text. */
export const say = (text: string, n: number, m = 0): string => text.replace('{n}', `${n}`).replace('{m}', `${m}`);
