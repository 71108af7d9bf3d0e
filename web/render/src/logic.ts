// Conditions of logic elements. The server has the same rules; the cases of
// spec/vectors/logic.json hold both to them.

import type { Answers, Condition } from './model';

/** Gives the answer or hidden field that a comparison is about, undefined where there is none. */
export type Find = (c: Condition) => unknown;

/** A member of an object that is its own, not one that every object has. */
export const own = (of: Answers, key: string | undefined): unknown => (key != null && Object.prototype.hasOwnProperty.call(of, key) ? of[key] : undefined);

/** Whether a condition holds. Without a value only is_not and not_answered do. */
export function holds(c: Condition, find: Find): boolean {
  if (c.all) return c.all.every((x) => holds(x, find));
  if (c.any) return c.any.some((x) => holds(x, find));
  return compare(c.op, find(c), c.value);
}

// A value as rules see it. The own text of a choice counts as the value "other" and can be searched.
interface Item {
  v: unknown;
  own: string;
}

function item(value: unknown): Item[] {
  if (value == null || value === '') return [];
  const { other } = value as { other?: unknown };
  return typeof value == 'object' && typeof other == 'string' ? [{ v: 'other', own: other }] : [{ v: value, own: '' }];
}

const items = (value: unknown): Item[] => (Array.isArray(value) ? value.flatMap(item) : item(value));

function compare(op: string | undefined, value: unknown, operand: unknown): boolean {
  const have = items(value);
  const want = items(operand);
  const has = (w: Item) => have.some((i) => same(i.v, w.v));
  const is = have.length > 0 && have.length == want.length && want.every(has);
  switch (op) {
    case 'answered':
      return have.length > 0;
    case 'not_answered':
      return !have.length;
    case 'is':
      return is;
    case 'is_not':
      return !is;
    case 'is_one_of':
      return want.some(has);
    case 'contains':
      return want.length == 1 && ((Array.isArray(value) && has(want[0]!)) || search(have, want[0]!.v, Array.isArray(value)));
  }
  return order(op, number(value), number(operand));
}

function search(have: Item[], part: unknown, list: boolean): boolean {
  return typeof part == 'string' && have.some((i) => fold(i.own || (!list && typeof i.v == 'string' ? i.v : '')).includes(fold(part)));
}

// Character by character, so that neighbours and language do not matter.
const fold = (text: string): string => [...text].map((c) => c.toLowerCase()).join('');

// A text that is plainly a number counts, because hidden fields often come from an address.
function number(value: unknown): number {
  return typeof value == 'number' ? value : typeof value == 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : NaN;
}

// NaN is equal to nothing and in no order with anything.
function same(a: unknown, b: unknown): boolean {
  return (typeof a == 'number') == (typeof b == 'number') ? a === b : number(a) == number(b);
}

function order(op: string | undefined, a: number, b: number): boolean {
  return op == '<' ? a < b : op == '<=' ? a <= b : op == '>' ? a > b : op == '>=' && a >= b;
}
