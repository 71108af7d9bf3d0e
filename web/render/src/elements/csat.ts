import type { Element } from '../model';
import { scale } from '../scale';

// Around zero, so that scales of different lengths can be told together.
const values: Record<number, number[]> = { 2: [-1, 1], 3: [-1, 0, 1], 4: [-2, -1, 1, 2], 5: [-2, -1, 0, 1, 2] };

/** How satisfied somebody is: -2..2. */
export const csat = scale({
  values: (el: Element) => values[el.points ?? 5] ?? values[5]!,
  style: (el) => el.style ?? 'smileys',
  number: (_, i) => i + 1,
});
