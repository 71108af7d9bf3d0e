import { field } from '../field';

/** Several lines of text. */
export const long_text = field('long', 5000);
