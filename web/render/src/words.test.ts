import { expect, test } from 'vitest';
import { tongue } from './dress';
import { words } from './words';

test.each(['en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'pl', 'sv', 'ar', 'ja', 'zh'])('every word there is, in %s', async (lang) => {
  const there = Object.entries(await words(lang));
  const english = await words('en');
  expect(there.map(([k]) => k)).toEqual(Object.keys(english));
  for (const [k, v] of there) {
    expect(v, k).toBeTruthy();
    // Numbers are put in where they are in English.
    if (k == 'lang') continue;
    expect(v.match(/\{\w\}/g)?.sort() ?? [], k).toEqual(english[k as keyof typeof english].match(/\{\w\}/g)?.sort() ?? []);
  }
  expect((await words(`${lang}-XX`)).next).toBe((await words(lang)).next);
});

test('a language without words speaks English, and says so', async () => {
  expect(await words('fi')).toEqual(await words('en'));
  expect((await words('fi')).lang).toBe('en');
  expect((await words('constructor')).lang).toBe('en');
});

test('direction follows the language', () => {
  expect(['ar', 'he-IL', 'fa', 'ur'].map((language) => tongue({ elements: [], language }, '').dir)).toEqual(['rtl', 'rtl', 'rtl', 'rtl']);
  expect(['en', 'de', 'arn', 'zh-Hant'].map((language) => tongue({ elements: [], language }, '').dir)).toEqual(['ltr', 'ltr', 'ltr', 'ltr']);
});
