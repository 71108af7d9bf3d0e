// A row of points of which one is chosen: a radio group (ARIA APG). The radios
// are real ones, so that arrow keys, screen readers and forms behave as
// people know them; what is seen is drawn beside them.

import { h, type Child } from './h';
import { face, icon, shapes, thumbs } from './icons';
import type { Kind, Step } from './kind';
import type { Element } from './model';
import { say } from './words';

/** What tells one type of scale from another. */
export interface Scale {
  /** Answers from the lowest to the highest. */
  values(el: Element): number[];
  /** stars, hearts, smileys, thumbs, numbers or text; numbers if nothing is said. */
  style?: string;
  /** The points are numbered from one, whatever their values are. */
  ordinal?: boolean;
}

/** The element type for a scale. */
export const scale = (kind: Scale): Kind => ({
  quick: (el) => el.auto_advance !== false,
  check: (el, answer, words) => (kind.values(el).includes(answer as number) ? '' : words.required),
  draw: (el, step) => draw(el, step, kind),
});

function draw(el: Element, step: Step, kind: Scale): Node {
  const { labels = [], low_label, high_label, auto_advance, colored } = el;
  const values = kind.values(el);
  const style = (kind.style && el.style) || kind.style || 'numbers';
  const last = values.length - 1;
  // Stars are filled up to the chosen one.
  const fills = style == 'stars' || style == 'hearts';
  const number = (i: number) => (kind.ordinal ? i + 1 : values[i]!);

  const points = values.map((value, i) => {
    const label = labels[i] || (i ? i == last && high_label : low_label);
    const name = say(step.words.of, number(i), number(last));
    return h(
      'label',
      { class: `pt b${band(i / last)}`, title: labels[i] },
      h('input', { type: 'radio', name: step.id, value, checked: step.value === value, 'aria-label': label ? `${name}, ${label}` : name }),
      h('span', { class: 'face' }, look(style, i / last) || (style == 'text' && labels[i]) || `${number(i)}`),
    );
  });
  const mark = (value: unknown) => {
    const chosen = values.indexOf(value as number);
    points.forEach((p, i) => p.classList.toggle('on', fills ? i <= chosen : i == chosen));
  };
  const row = h('div', { class: `pts${colored ? ' colored' : ''}${last > 6 ? ' many' : ''}` }, ...points);
  const group = step.group('radiogroup', `${fills ? 'fills' : style == 'text' ? 'words' : style}`, ({ value }, pointer, click) => {
    if (!click) step.set(+value);
    else if (pointer && auto_advance !== false) step.pick(+value);
    mark(+value);
  });
  // Screen readers hear the ends from the points themselves.
  group.append(row, style != 'text' && (low_label || high_label) ? h('div', { class: 'ends', 'aria-hidden': 'true' }, h('span', null, low_label), h('span', null, high_label)) : '');
  group.style.setProperty('--n', String(last + 1));
  // Two even rows where one is too narrow.
  const half = Math.ceil(values.length / 2);
  group.style.setProperty('--h', `calc((100% - ${4 * half - 4}px) / ${half})`);
  mark(step.value);
  return group;
}

// Which colour a point of a coloured scale has: of eleven 0–6, 7–8, 9–10.
const band = (share: number): number => (share > 0.85 ? 2 : share > 0.65 ? 1 : 0);

const look = (style: string, share: number): Child => (style == 'smileys' ? face(share) : style == 'thumbs' ? thumbs(share > 0.5) : shapes[style] && icon(shapes[style]));

/** Whole numbers from a first one. */
export const count = (n: number, from: number): number[] => Array.from({ length: n }, (_, i) => from + i);
