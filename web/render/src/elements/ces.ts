import { count, scale } from '../scale';

/** How much somebody agrees that something was easy: 1..points. */
export const ces = scale({ values: ({ points = 7 }) => count(points, 1) });
