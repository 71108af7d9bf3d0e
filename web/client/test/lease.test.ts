// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leased } from '../src/lease/index';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the lease', () => {
  it('lets nobody run at the same time', async () => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 1000));
      running--;
    };
    const all = Promise.all([1, 2, 3, 4].map(() => leased('x', work)));
    await vi.advanceTimersByTimeAsync(20_000);
    await all;
    expect(most).toBe(1);
  });

  it('outlives a tab that crashed with it', async () => {
    localStorage.setItem('y:l', `[${Date.now() + 15_000},"dead"]`);
    let ran = false;
    const done = leased('y', async () => void (ran = true));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ran).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    await done;
    expect(ran).toBe(true);
  });

  it('is not needed where nothing can be stored', async () => {
    let ran = false;
    await leased('z', async () => void (ran = true), () => {
      throw new DOMException('denied');
    });
    expect(ran).toBe(true);
  });
});
