import { count, scale } from '../scale';

/** Points on a scale of any kind: start..start+points-1. */
export const rating = scale({
  values: (el) => count(el.points ?? 5, el.start ?? 1),
  style: (el) => el.style ?? 'stars',
  number: (value) => value,
});
