import { safely } from './shell';

/** A place to keep things: the browser's storage where it may be used, memory where not. It never throws. */
export interface Area {
  get(key: string): string | null | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
  /** All keys that begin so, in order. */
  keys(prefix: string): string[];
}

/**
 * An area on top of a storage. The storage is fetched anew for each use, because the mere access throws where it is
 * forbidden. What a full or forbidden storage refuses stays in memory.
 */
export function area(storage: () => Storage): Area {
  const memory: Record<string, string> = {};
  return {
    get: (key) => memory[key] || safely(() => storage().getItem(key)),
    set(key, value) {
      memory[key] = value;
      safely(() => {
        storage().setItem(key, value);
        delete memory[key];
      });
    },
    remove(key) {
      delete memory[key];
      safely(() => storage().removeItem(key));
    },
    keys: (prefix) =>
      Object.keys({ ...memory, ...safely(storage) })
        .filter((key) => key.startsWith(prefix))
        .sort(),
  };
}
