import { scale } from '../scale';

/** How satisfied somebody is: -2..2. The middle is left out where the number of points is even, and the ends where they are few. */
export const csat = scale({
  values: ({ points = 5 }) => [-2, -1, 0, 1, 2].filter((v) => (v || points % 2) && (points > 3 || v * v < 4)),
  style: 'smileys',
  ordinal: true,
});
