// Texts that a person writes.

import { h } from './h';
import type { Kind } from './kind';
import { say } from './words';

/** The element type for a text of at most `limit` characters, if nothing else is said. Long ones grow with what is written. */
export const field = (type: 'text' | 'email' | 'long', limit: number, check?: Kind['check']): Kind => ({
  check(el, answer, words) {
    if (typeof answer != 'string') return words.required;
    const { min_length = 0, max_length = limit } = el;
    // A person counts characters, not code units: an emoji is one.
    const n = [...answer].length;
    return n < min_length ? say(words.short, min_length) : n > max_length ? say(words.long, max_length) : (check?.(el, answer, words) ?? '');
  },
  draw(el, step) {
    const long = type == 'long';
    const node = h(long ? 'textarea' : 'input', {
      ...step.aria,
      class: 'field',
      type: !long && type,
      rows: 3,
      placeholder: el.placeholder,
      enterkeyhint: !long && 'next',
      autocomplete: type == 'email' ? type : 'off',
      input() {
        step.set(node.value.trim() || undefined);
        grow();
      },
    }) as HTMLTextAreaElement;
    // The height follows the text; the style sheet says where that ends. Two pixels are the borders.
    const grow = () => {
      if (!long) return;
      node.style.height = 'auto';
      node.style.height = `${node.scrollHeight + 2}px`;
    };
    node.value = (step.value as string) ?? '';
    if (node.value) requestAnimationFrame(grow);
    return node;
  },
});
