import { field } from '../field';

/** A line of text. */
export const short_text = field('text', 500, (el, answer, words) => (matches(el.pattern, String(answer)) ? '' : el.pattern_hint || words.pattern));

// A pattern is RE2 and checked on the server. What this browser cannot read is left to it.
function matches(pattern: string | undefined, text: string): boolean {
  try {
    return !pattern || new RegExp(`^(?:${pattern})$`, 'u').test(text);
  } catch {
    return true;
  }
}
