// @vitest-environment jsdom
// The cases that the server is held to, too.

import { describe, expect, test } from 'vitest';
import answers from '../../../spec/vectors/answers.json';
import logic from '../../../spec/vectors/logic.json';
import piping from '../../../spec/vectors/piping.json';
import { holds } from './logic';
import type { Answers, Condition, Element } from './model';
import { taken, walk } from './path';
import { kindOf } from './registry';
import { fnv1a, ordered } from './seed';
import { inline } from './text';
import { words } from './words';

test.each(logic.hashes)('the hash of "$text"', ({ text, hash }) => {
  expect(fnv1a(text)).toBe(hash);
});

test.each(logic.conditions)('condition: $rule', (c) => {
  const facts = c as unknown as { when: Condition; answers: Answers; hidden: Answers };
  expect(holds(facts.when, (w) => (w.hidden ? facts.hidden[w.hidden] : facts.answers[w.answer!]))).toBe(c.holds);
});

test.each(logic.paths)('path: $rule', (c) => {
  const elements = c.elements as unknown as Element[];
  const path = walk(elements, { answers: c.answers, hidden: c.hidden, view: c.view });
  expect(path.map((i) => elements[i]!.id)).toEqual(c.path);
  // null is an answer taken back: kept as such on the wire, not there here.
  const given = c.kept.filter((id) => (c.answers as Answers)[id] !== null);
  expect(Object.keys(taken(elements, path, c.answers)).sort()).toEqual(given.sort());
});

test.each(logic.shuffles)('shuffle: $rule', (c) => {
  expect(ordered(c.options, c.view, c.element).map((o) => o.value)).toEqual(c.order);
});

// Fields of these kinds make only values of this form; the others never leave a browser.
const entered: Record<string, (v: unknown) => boolean> = {
  single_choice: (v) => typeof v == 'string' || own(v),
  multiple_choice: (v) => Array.isArray(v) && v.every((x) => typeof x == 'string' || own(x)) && new Set(v.map((x) => own(x) || x)).size == v.length && !(v.includes('none') && v.length > 1),
  // eslint-disable-next-line no-control-regex
  short_text: (v) => typeof v == 'string' && !/[\u0000-\u001f\u007f]/.test(v),
  // eslint-disable-next-line no-control-regex
  long_text: (v) => typeof v == 'string' && !/[\u0000-\u0008\u000b-\u001f\u007f]/.test(v),
};
// eslint-disable-next-line no-control-regex
const own = (v: unknown) => typeof v == 'object' && /^[^\u0000-\u001f]*$/.test(String((v as { other?: unknown } | null)?.other ?? '\n')) && Object.keys(v as object).length == 1 && typeof (v as { other: unknown }).other == 'string';

describe.each(answers.groups.filter((g) => kindOf(g.element as unknown as Element).check))('answers: $name', ({ element, accepted, refused }) => {
  const el = element as unknown as Element;
  const check = async (v: unknown) => kindOf(el).check!(el, v, await words('en'));
  test('what the server keeps passes', async () => {
    for (const c of accepted as { given: unknown; stored?: unknown }[]) if (c.stored !== null) expect([c.given, await check(c.given)]).toEqual([c.given, '']);
  });
  test('what the server refuses is refused with a sentence', async () => {
    for (const v of refused as unknown[]) if (entered[el.type]?.(v) ?? true) expect([v, await check(v)]).not.toEqual([v, '']);
  });
});

// Answers and hidden fields are filled in the browser; in these cases everything comes from hidden fields.
const filled = piping.fill.filter((c) => Object.keys(c.values).every((k) => /^(hidden|answer)\./.test(k)) && !/\{\{\s*(contact|account)/.test(c.text));
test.each(filled)('piping: $rule', ({ text, values, want }) => {
  const of = (source: string) => Object.fromEntries(Object.entries(values).filter(([k]) => k.startsWith(`${source}.`)).map(([k, v]) => [k.slice(source.length + 1), v]));
  expect(inline(text, { answer: of('answer'), hidden: of('hidden') }).textContent).toBe(want);
});
