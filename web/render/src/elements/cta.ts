import { h, safeUrl } from '../h';
import type { Kind } from '../kind';

/** A button to an address; the answer is true when it was clicked. */
export const cta: Kind = {
  check: (_, answer, words) => (answer === true ? '' : words.required),
  quick: () => true,
  draw(el, step) {
    const url = safeUrl(el.url);
    const stays = el.new_tab || /^m/i.test(url!);
    const click = (e: Event) => {
      step.set(true);
      if (stays) setTimeout(step.go);
      else {
        // The answer is on its way before the page is left.
        e.preventDefault();
        step.go();
        if (url) location.assign(url);
      }
    };
    return h('a', { class: 'button', href: url, target: el.new_tab && '_blank', rel: 'noopener', click }, el.label, el.new_tab && h('span', { class: 'vh' }, ` (${step.words.tab})`));
  },
};
