import { field } from '../field';

/** A line of text. */
export const short_text = field('text', 500, ({ pattern, pattern_hint }, answer, words) => {
  try {
    if (!pattern || new RegExp(`^(?:${pattern})$`, 'u').test(answer as string)) return '';
  } catch {
    // A pattern is RE2 and checked on the server. What this browser cannot read is left to it.
    return '';
  }
  return pattern_hint || words.pattern;
});
