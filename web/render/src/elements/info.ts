import type { Kind } from '../kind';

/** A text to be read. */
export const info: Kind = {};
