// Drawn, not fetched: strokes of one weight on a 24 px square, filled by the
// style sheet where a thing is chosen.

import { svg } from './h';

/** A drawing on a square of this size. Decorative: the name stands beside it. */
export const draw = (size: number, ...parts: SVGElement[]): SVGElement => svg('svg', { viewBox: `0 0 ${size} ${size}`, width: size, height: size, 'aria-hidden': 'true' }, ...parts);

/** An icon from one path. */
export const icon = (d: string): SVGElement => draw(24, svg('path', { d }));

/** What a point of a scale can look like. */
export const shapes: Record<string, string> = {
  stars: 'M12 3l2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 16.9l-5.4 2.9 1.1-6.1-4.5-4.3 6.1-.8z',
  hearts: 'M12 20C6 16 3 13 3 9A4.9 4.9 0 0 1 12 6.5A4.9 4.9 0 0 1 21 9C21 13 18 16 12 20z',
};

/** A face; mood from 0, unhappy, to 1, happy. */
export function face(mood: number): SVGElement {
  // The mouth is one curve whose middle moves. Its ends move a little the
  // other way, so that it stays where a mouth is.
  const bend = mood * 7 - 3.5;
  const end = 15.4 - bend * 0.3;
  const eye = (cx: number) => svg('circle', { cx, cy: 9.8, r: 1.2, class: 'eye' });
  return draw(24, svg('circle', { cx: 12, cy: 12, r: 9.25 }), eye(8.9), eye(15.1), svg('path', { d: `M8 ${end}q4 ${bend} 8 0` }));
}

/** A thumb, up or down. */
export function thumbs(up: boolean): SVGElement {
  const el = icon('M7.5 10.6v9.2H5a1.5 1.5 0 0 1-1.5-1.5v-6.2A1.5 1.5 0 0 1 5 10.6h2.5l3.6-7.2A2.4 2.4 0 0 1 13.5 5.8v3.3h4.9a2 2 0 0 1 2 2.3l-1.1 6.7a2 2 0 0 1-2 1.7H7.5');
  if (!up) el.classList.add('down');
  return el;
}

export const cross = 'M6 6l12 12M18 6L6 18';
export const arrow = 'M19 12H5m6-6-6 6 6 6';
export const check = 'M5 12.5l4.5 4.5L19 7.5';
