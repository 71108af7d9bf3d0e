/**
 * JSON that other scripts of the page cannot disturb: old libraries put a toJSON on Array.prototype, which makes
 * JSON.stringify write every array as a string.
 */

const encode = JSON.stringify;
const tampered = Array.prototype as { toJSON?: unknown };

/**
 * Writes a value as JSON; functions and undefined are left out. What no server accepts (NUL, halves of characters) is
 * replaced. Throws for what has no end or no value, as JSON.stringify does.
 */
export function json(value: unknown): string {
  const { toJSON } = tampered;
  delete tampered.toJSON;
  try {
    return encode(value, (_, v) => (typeof v == 'string' ? v.replace(/[\0\p{Cs}]/gu, '\ufffd') : v));
  } finally {
    if (toJSON) tampered.toJSON = toJSON;
  }
}

/** Reads JSON; what is none gives undefined. */
export function parse(text: any): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A short fingerprint of a text: enough to see that something has not changed, useless to find out what it was. */
export const fingerprint = (text: string) =>
  [...text].reduce((hash, c) => Math.imul(hash, 33) ^ c.codePointAt(0)!, text.length);
