import { h, svg } from '../h';
import { draw } from '../icons';
import type { Kind } from '../kind';

/** The last word. */
export const thank_you: Kind = {
  draw: () => h('div', { class: 'done' }, draw(48, svg('circle', { cx: 24, cy: 24, r: 22 }), svg('path', { d: 'M15.5 24.5l6 6 11.5-12.5', pathLength: 1 }))),
};
