/**
 * The lock of browsers without Web Locks, which do not exist on pages without https: a lease in the shared storage.
 * It is loaded only where it is needed.
 */

const LEASE = 15e3;
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Runs something that no other tab runs at the same time under this name. */
export async function leased(name: string, run: () => Promise<void>, storage: () => Storage = () => localStorage) {
  const key = `${name}:l`;
  const me = Math.random().toString(36).slice(2);
  const holder = (): [number, string] => {
    try {
      return JSON.parse(storage().getItem(key)!) ?? [0, ''];
    } catch {
      return [0, me]; // nothing is shared where nothing can be stored
    }
  };
  const write = (text: string) => {
    try {
      storage().setItem(key, text);
    } catch {
      // as above
    }
  };
  const take = () => write(`[${Date.now() + LEASE},"${me}"]`);
  const release = () => holder()[1] === me && write('[0,""]');
  while (holder()[1] !== me) {
    const wait = holder()[0] - Date.now();
    if (!(wait > 0 && wait <= LEASE)) take();
    await sleep((wait > 0 ? 150 : 20) + Math.random() * 30); // who wrote last has it
  }
  const renewal = setInterval(() => holder()[1] === me && take(), LEASE / 3);
  addEventListener('pagehide', release);
  try {
    await run();
  } finally {
    clearInterval(renewal);
    removeEventListener('pagehide', release);
    release();
  }
}
