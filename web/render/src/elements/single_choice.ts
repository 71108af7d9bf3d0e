import { choice } from '../choice';

/** One of several options. */
export const single_choice = choice(false);
