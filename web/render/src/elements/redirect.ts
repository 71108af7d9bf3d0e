import { h, safeUrl } from '../h';
import type { Kind } from '../kind';
import { milliseconds } from '../span';

/** Goes to an address, at once or after a while. */
export const redirect: Kind = {
  draw(el, { words }) {
    const url = safeUrl(el.url, /^https?:/i);
    const link = h('a', { class: 'button', href: url }, el.label || el.button || words.next);
    // The survey may have been taken away before its time has come.
    if (url) setTimeout(() => link.isConnected && location.assign(url), milliseconds(el.after));
    return link;
  },
};
