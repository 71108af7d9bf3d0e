// What stands around a survey.

import { h, safeUrl } from './h';
import { icon } from './icons';
import type { Look } from './model';

/** The logo above it, if there is one. */
export const logo = ({ logo: url }: Look): HTMLElement | undefined => {
  const src = safeUrl(url, /^https:\/\/[^\s\\]+$/i);
  return src ? h('img', { class: 'logo', src, alt: '' }) : undefined;
};

/** The line that says what it was made with. */
export const brand = (look: Look): HTMLElement | undefined => (look.no_branding ? undefined : h('div', { class: 'brand' }, icon('M4 11v2m4-5v8m4-11v14m4-11v8m4-5v2', 16), 'Earshot'));
