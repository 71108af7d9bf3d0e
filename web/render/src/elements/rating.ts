import { count, scale } from '../scale';

/** Points on a scale of any kind: start..start+points-1. */
export const rating = scale({ values: ({ points = 5, start = 1 }) => count(points, start), style: 'stars' });
