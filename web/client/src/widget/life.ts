// How a survey leaves the page: once, with a short fade or at once, and
// without anything of it staying behind.

/** The time a survey is on the page. */
export interface Life {
  /** A listener that ends with it. */
  on<E extends Event>(target: EventTarget, type: string, listener: (e: E) => unknown): void;
  over(): boolean;
  /** Ends it. A fade that has begun can still be cut short. */
  end(fade: boolean): void;
}

// As long as the fade in shell.css.
const fading = 120;

/** Begins. `leaving` is called when it ends: the next survey may come while this one still fades. */
export function life(element: HTMLElement, leaving: () => void): Life {
  const listeners = new AbortController();
  const { signal } = listeners;
  return {
    on: (target, type, listener) => target.addEventListener(type, listener as EventListener, { signal }),
    over: () => signal.aborted,
    end(fade) {
      if (!signal.aborted) {
        listeners.abort();
        leaving();
      }
      if (fade) setTimeout(() => element.remove(), fading);
      else element.remove();
    },
  };
}
