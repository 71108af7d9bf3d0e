// Texts that a person writes.

import { h } from './h';
import type { Kind } from './kind';
import type { Element } from './model';
import { say, type Words } from './words';

/** The element type for a text. `type` is the input's; long ones grow with what is written. */
export const field = (type: 'text' | 'email' | 'long', limit: number, check?: Kind['check']): Kind => ({
  check: (el, answer, words) => (typeof answer == 'string' ? length(el, answer, words, limit) || check?.(el, answer, words) || '' : words.required),
  draw: (el, step) => {
    const props = {
      class: 'field',
      'aria-labelledby': step.labelledby,
      'aria-describedby': step.describedby,
      'aria-required': !!el.required && 'true',
      placeholder: el.placeholder,
      enterkeyhint: type != 'long' && 'next',
      autocomplete: type == 'email' ? 'email' : 'off',
      input: () => {
        step.set(node.value.trim() || undefined);
        grow(node);
      },
    };
    const node = type == 'long' ? h('textarea', { ...props, rows: 3 }) : h('input', { ...props, type });
    node.value = String(step.value ?? '');
    requestAnimationFrame(() => grow(node));
    return node;
  },
});

// The height follows the text; CSS sets where that ends. Two pixels are the borders.
function grow(node: HTMLElement): void {
  if (node.tagName != 'TEXTAREA') return;
  node.style.height = 'auto';
  node.style.height = `${node.scrollHeight + 2}px`;
}

// A person counts characters, not code units: an emoji is one.
function length(el: Element, text: string, words: Words, limit: number): string {
  const n = [...text].length;
  const { min_length = 0, max_length = limit } = el;
  return n < min_length ? say(words.short, min_length) : n > max_length ? say(words.long, max_length) : '';
}
