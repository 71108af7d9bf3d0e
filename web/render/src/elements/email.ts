import { field } from '../field';

// Deliberately simple, and the same on the server. Whether an address exists only a mail can tell.
const name = '[\\p{L}\\p{N}]([\\p{L}\\p{N}\\p{M}-]*[\\p{L}\\p{N}\\p{M}])?';
const address = RegExp(`^[^\\s@\\p{C}]{1,64}@${name}(\\.${name})+$`, 'u');

/** An email address. */
export const email = field('email', 254, (_, answer, words) => (address.test(answer as string) ? '' : words.email));
