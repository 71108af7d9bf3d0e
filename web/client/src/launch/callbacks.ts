import type { Core } from '../core/launcher';
import type { Callback } from '../core/shell';

export type Call = (name: Callback, ...args: unknown[]) => Promise<unknown>;

/** Calls the page's callbacks, at once; what one throws or rejects with is reported, and undefined returned. */
export const caller =
  ({ shell, warn }: Core): Call =>
  async (name, ...args) => {
    try {
      return await shell.callbacks[name]?.(...args);
    } catch (e) {
      warn(`${name}: ${e}`);
    }
  };
