// What stands around a survey.

import { h, safeUrl } from './h';
import { icon } from './icons';
import type { Look } from './model';

/** The logo above it, if there is one. */
export const logo = ({ logo: url }: Look) => picture(url, 'logo', '', /^https:/i);

/** The line that says what it was made with. */
export const brand = ({ no_branding }: Look) => !no_branding && h('div', { class: 'brand' }, icon('M4 11v2m4-5v8m4-11v14m4-11v8m4-5v2'), 'Earshot');

/** A picture, if its address is one that may be loaded. */
export const picture = (url: string | undefined, style: string, alt = '', schemes = /^https?:/i) => {
  const src = safeUrl(url, schemes);
  return src && h('img', { class: style, src, alt });
};
