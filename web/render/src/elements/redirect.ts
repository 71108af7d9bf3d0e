import { h, safeUrl } from '../h';
import type { Kind } from '../kind';
import { milliseconds } from '../span';

/** Goes to an address, at once or after a while. */
export const redirect: Kind = {
  draw: (el, step) => {
    const url = safeUrl(el.url, /^https?:\/\/[^\s\\]+$/i);
    if (!url) return document.createTextNode('');
    const link = h('a', { class: 'button wide', href: url }, el.label || el.button || step.words.next);
    // The survey may be taken away before its time has come.
    setTimeout(() => link.isConnected && step.leave(url), milliseconds(el.after));
    return link;
  },
};
