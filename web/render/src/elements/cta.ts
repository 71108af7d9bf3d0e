import { h, safeUrl } from '../h';
import type { Kind } from '../kind';

/** A button to an address; the answer is true when it was clicked. */
export const cta: Kind = {
  check: (_, answer, words) => (answer === true ? '' : words.required),
  quick: () => true,
  draw: (el, step) => {
    const url = safeUrl(el.url);
    const away = el.new_tab || /^mailto:/i.test(url ?? '');
    const click = (e: Event) => {
      step.set(true);
      if (away) return void setTimeout(step.go);
      // The answer is on its way before the page is left.
      e.preventDefault();
      step.go();
      if (url) step.leave(url);
    };
    const note = el.new_tab && h('span', { class: 'vh' }, ` (${step.words.tab})`);
    return h('a', { class: 'button wide', href: url, target: el.new_tab && '_blank', rel: 'noopener', click }, el.label, note);
  },
};
