/**
 * The script a page loads: takes over the queue that the snippet has made, and goes on taking from it for ever, because
 * code that has kept the snippet's function goes on filling it.
 */
import { browser, listen } from './browser';
import { command, type Entry, init } from './client';
import { safely } from './shell';

interface Page {
  _refinerQueue?: Entry[];
  _refiner?: (...args: unknown[]) => Promise<unknown>;
  _refinerAlreadyBooted?: boolean;
}

function boot() {
  const page = window as Page;
  if (page._refinerAlreadyBooted === true) return;
  page._refinerAlreadyBooted = true;
  const script = [document.currentScript as HTMLScriptElement, ...document.scripts].find((s) => /\/v001\/client\.js/.test(s?.src))!;
  const server = script.src.replace(/\/v001\/client\.js.*/, '');
  const { project, consent } = script.dataset;
  const part = (name: string) => import(`${server}/v001/${name}`);
  init(
    browser(server, 'widget', { launch: () => part(__LAUNCH__), lease: () => part(__LEASE__) }, script.nonce),
    consent != 'required',
  );
  listen();
  const take = (entry: Entry) => {
    const result = command(entry);
    if (entry?.done) result.then(entry.done);
    return result;
  };
  page._refiner = (...args) => take(args);
  const queue = Array.isArray(page._refinerQueue) ? page._refinerQueue : [];
  page._refinerQueue = queue;
  if (project) take(['setProject', project]);
  const waiting = queue.splice(0);
  queue.push = (...entries: Entry[]) => {
    entries.forEach(take);
    return 0;
  };
  waiting.forEach(take);
}

safely(boot);
