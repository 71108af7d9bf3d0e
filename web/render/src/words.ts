// The widget's own words: short, polite, and the same in every language. The
// English ones are always there; another language is a small file of its own,
// loaded together with the first survey that speaks it.

import en from './words/en';

const keys = ['next', 'send', 'back', 'skip', 'close', 'of', 'required', 'pick', 'email', 'short', 'long', 'pattern', 'least', 'most', 'own', 'survey', 'keys', 'thanks', 'tab', 'progress', 'none'] as const;

/** The words by what they are for. `{n}` and `{m}` stand for numbers. `lang` is the language they are in. */
export type Words = Record<(typeof keys)[number] | 'lang', string>;

const others: Record<string, () => Promise<{ default: string }>> = {
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
export async function words(language: string): Promise<Words> {
  const code = language.slice(0, 2).toLowerCase();
  const list = await others[code]?.().catch(() => undefined);
  return read(list ? list.default : en, list ? language : 'en');
}

function read(list: string, lang: string): Words {
  const texts = list.split('|');
  return { lang, ...Object.fromEntries(keys.map((k, i) => [k, texts[i]])) } as Words;
}

/** Puts numbers into a text. */
export const say = (text: string, n: number | string, m: number | string = ''): string => text.replace('{n}', String(n)).replace('{m}', String(m));

/** Which way a language is written. */
export const direction = (language: string): 'rtl' | 'ltr' => (/^(ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)(-|$)/i.test(language) ? 'rtl' : 'ltr');
