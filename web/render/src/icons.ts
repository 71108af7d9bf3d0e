// Drawn, not fetched: strokes of one weight on a 24 px square, filled by the
// style sheet where a thing is chosen.

import { svg } from './h';

/** An icon from one path. Decorative: the name stands beside it. */
export const icon = (d: string, size = 24): SVGElement => svg('svg', { viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d }));

/** What a point of a scale can look like. */
export const shapes: Record<string, string> = {
  stars: 'M12 3l2.7 5.6 6.1.8-4.5 4.3 1.1 6.1L12 16.9l-5.4 2.9 1.1-6.1-4.5-4.3 6.1-.8z',
  hearts: 'M12 20.2C6.2 16.4 3 13.2 3 9.2A4.9 4.9 0 0 1 7.9 4.2c1.7 0 3.2.9 4.1 2.3.9-1.4 2.4-2.3 4.1-2.3A4.9 4.9 0 0 1 21 9.2c0 4-3.2 7.2-9 11z',
};

const thumb = 'M7.5 10.6v9.2H5a1.5 1.5 0 0 1-1.5-1.5v-6.2a1.5 1.5 0 0 1 1.5-1.5zm0 0 3.6-7.2a2.4 2.4 0 0 1 2.4 2.4v3.3h4.9a2 2 0 0 1 2 2.3l-1.15 6.7a2 2 0 0 1-2 1.7H7.5';

/** A face; mood from 0, unhappy, to 1, happy. */
export function face(mood: number): SVGElement {
  // The mouth is one curve whose middle moves. Its ends move half as far the
  // other way, so that it stays where a mouth is.
  const bend = (mood - 0.5) * 7;
  const end = 15.4 - bend * 0.3;
  const eye = (x: number) => svg('circle', { cx: x, cy: 9.8, r: 1.2, class: 'eye' });
  return svg(
    'svg',
    { viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { cx: 12, cy: 12, r: 9.25 }),
    eye(8.9),
    eye(15.1),
    svg('path', { d: `M8 ${end}Q12 ${end + bend} 16 ${end}`, class: 'mouth' }),
  );
}

/** A thumb, up or down. */
export function thumbs(up: boolean): SVGElement {
  const el = icon(thumb);
  if (!up) el.setAttribute('class', 'down');
  return el;
}

export const cross = 'M6 6l12 12M18 6L6 18';
export const arrow = 'M19 12H5m6-6-6 6 6 6';
export const check = 'M5 12.5l4.5 4.5L19 7.5';
