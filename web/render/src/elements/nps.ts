import { count, scale } from '../scale';

/** How likely somebody is to recommend: 0..10. */
export const nps = scale({ values: () => count(11, 0) });
