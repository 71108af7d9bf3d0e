import { choice } from '../choice';

/** Any of several options. */
export const multiple_choice = choice(true);
