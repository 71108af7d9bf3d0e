import { h, svg } from '../h';
import type { Kind } from '../kind';

/** The last word. */
export const thank_you: Kind = {
  draw: () =>
    h(
      'div',
      { class: 'done' },
      svg('svg', { viewBox: '0 0 48 48', 'aria-hidden': 'true' }, svg('circle', { cx: 24, cy: 24, r: 21, pathLength: 1 }), svg('path', { d: 'M15.5 24.5l6 6 11.5-12.5', pathLength: 1 })),
    ),
};
