// A row of points of which one is chosen: a radio group (ARIA APG). The radios
// are real ones, so that arrow keys, screen readers and forms behave as
// people know them; what is seen is drawn beside them.

import { h, type Child } from './h';
import { face, icon, shapes, thumbs } from './icons';
import type { Element } from './model';
import type { Kind, Step } from './kind';
import { say } from './words';

/** How the points of an element type run. */
export interface Run {
  /** Answers from the lowest to the highest. */
  values(el: Element): number[];
  /** stars, hearts, smileys, thumbs, numbers, text. */
  style(el: Element): string;
  /** What a number on a point is, by its position. */
  number(value: number, index: number): number;
}

/** The element type for a run of points. */
export const scale = (run: Run): Kind => ({
  quick: (el) => el.auto_advance !== false,
  check: (el, answer, words) => (run.values(el).includes(answer as number) ? '' : words.pick),
  draw: (el, step) => draw(el, step, run),
});

function draw(el: Element, step: Step, run: Run): Node {
  const values = run.values(el);
  const style = run.style(el);
  const fills = style == 'stars' || style == 'hearts';
  const points = values.map((value, i) => point(el, step, run, value, i));
  const mark = (value: unknown) => {
    // Stars are filled up to the chosen one.
    const chosen = values.indexOf(value as number);
    points.forEach((p, i) => p.classList.toggle('on', fills ? i <= chosen : i == chosen));
  };
  const row = h('div', { class: `pts${el.colored ? ' colored' : ''}${values.length > 7 ? ' many' : ''}` }, ...points);
  let pointer = false;
  const group = h(
    'div',
    {
      class: `scale ${style == 'text' ? 'words' : style}`,
      role: 'radiogroup',
      'aria-labelledby': step.labelledby,
      'aria-describedby': step.describedby,
      'aria-required': !!el.required && 'true',
      pointerdown: () => (pointer = true),
      keydown: () => (pointer = false),
      change: (e: Event) => {
        const value = Number((e.target as HTMLInputElement).value);
        step.set(value);
        mark(value);
      },
      click: (e: Event) => {
        const input = e.target as HTMLInputElement;
        if (pointer && input.type == 'radio' && el.auto_advance !== false) step.pick(Number(input.value));
      },
    },
    row,
    style != 'text' && ends(el),
  );
  group.style.setProperty('--n', String(values.length));
  group.style.setProperty('--h', String(Math.ceil(values.length / 2)));
  mark(step.value);
  return group;
}

// Screen readers hear the ends from the points themselves.
const ends = (el: Element) => (el.low_label || el.high_label) && h('div', { class: 'ends', 'aria-hidden': 'true' }, h('span', null, el.low_label), h('span', null, el.high_label));

function point(el: Element, step: Step, run: Run, value: number, i: number): HTMLElement {
  const last = run.values(el).length - 1;
  const number = run.number(value, i);
  const label = el.labels?.[i] || (i == 0 && el.low_label) || (i == last && el.high_label);
  const position = say(step.words.of, number, run.number(run.values(el)[last]!, last));
  return h(
    'label',
    { class: `pt b${band(i, last)}`, title: el.labels?.[i] },
    h('input', { type: 'radio', name: step.labelledby, value, checked: step.value === value, class: 'vh', 'aria-label': label ? `${position}, ${label}` : position }),
    h('span', { class: 'face' }, look(run.style(el), i, last, number, el)),
  );
}

// Which colour a point of a coloured scale has: of eleven 0–6, 7–8, 9–10.
const band = (i: number, last: number): number => (i / last > 0.85 ? 2 : i / last > 0.65 ? 1 : 0);

function look(style: string, i: number, last: number, number: number, el: Element): Child {
  if (style == 'smileys') return face(i / last);
  if (style == 'thumbs') return thumbs(i > last / 2);
  if (style == 'text') return el.labels?.[i] ?? String(number);
  return shapes[style] ? icon(shapes[style]) : String(number);
}

/** Whole numbers from a first one. */
export const count = (n: number, from: number): number[] => Array.from({ length: n }, (_, i) => from + i);
