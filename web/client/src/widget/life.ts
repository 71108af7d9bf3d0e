// How a survey leaves the page: once, with a short fade or at once, and
// without anything of it staying behind.

/** The time a survey is on the page. */
export interface Life {
  /** For listeners that end with it. */
  signal: AbortSignal;
  over(): boolean;
  /** Ends it. A fade that has begun can still be cut short. */
  end(fade: boolean): void;
}

// As long as the fade in shell.css.
const fading = 120;

/** Begins. `leaving` is called when it ends, `gone` when nothing is left of the element. */
export function life(element: HTMLElement, leaving: () => void, gone: () => void): Life {
  const listeners = new AbortController();
  let removed = false;
  const remove = () => {
    if (removed) return;
    removed = true;
    element.remove();
    gone();
  };
  return {
    signal: listeners.signal,
    over: () => listeners.signal.aborted,
    end(fade) {
      if (!listeners.signal.aborted) {
        listeners.abort();
        leaving();
      }
      if (fade) setTimeout(remove, fading);
      else remove();
    },
  };
}
