import { count, scale } from '../scale';

/** How much somebody agrees that something was easy: 1..points. */
export const ces = scale({
  values: (el) => count(el.points ?? 7, 1),
  style: () => 'numbers',
  number: (value) => value,
});
