// What a customer's page can do with the client, and a person with a survey.

import type { Locator, Page } from 'playwright-core';

/** Calls `_refiner(command, ...args)` in the page and gives what its promise gave. */
export function refiner(page: Page, command: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(([c, ...a]) => (window as any)._refiner(c, ...(a as unknown[])), [command, ...args]);
}

/** The widget as it is in the page: its shadow root is open. */
export const widget = (page: Page): Locator => page.locator('#refiner-widget-wrapper');

/** Clicks a point of a scale, from 0. */
export const choose = (page: Page, index: number): Promise<void> => widget(page).locator('.pt').nth(index).click();

/** The button that goes on. */
export const proceed = (page: Page): Promise<void> => widget(page).locator('.next').click();

/** Waits until probe gives something, and gives it. */
export async function eventually<T>(probe: () => Promise<T | undefined | false>, what: string, within = 10_000): Promise<T> {
  const until = Date.now() + within;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > until) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Records every callback of the client in the page, in order: [name, ...arguments]. */
export async function listen(page: Page): Promise<() => Promise<unknown[][]>> {
  await page.evaluate(() => {
    const heard: unknown[][] = ((window as any).heard = []);
    for (const name of ['onBeforeShow', 'onShow', 'onNavigation', 'onClose', 'onDismiss', 'onComplete', 'onError'])
      (window as any)._refiner(name, (...args: unknown[]) => void heard.push([name, ...args]));
  });
  return () => page.evaluate(() => (window as any).heard);
}
