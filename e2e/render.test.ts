// The survey as people meet it: by mouse, keyboard and screen reader, in small
// and in hostile pages. What it looks like is looked at in the gallery.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launch, newPage, type WatchedPage } from './browser';
import { calls, serveGallery, show, type Gallery } from './gallery';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let gallery: Gallery;
let watched: WatchedPage | undefined;

beforeAll(async () => {
  [browser, gallery] = await Promise.all([launch(), serveGallery()]);
});
afterAll(async () => {
  await browser?.close();
  gallery?.close();
});
afterEach(async () => {
  expect(watched?.notes.errors ?? []).toEqual([]);
  await watched?.context.close();
  watched = undefined;
});

async function open(address: string, options: Parameters<typeof newPage>[1] = {}): Promise<Page> {
  watched = await newPage(browser, options);
  await watched.page.goto(gallery.url + address);
  await watched.page.waitForFunction(() => (window as any).gallery);
  return watched.page;
}

const card = '#refiner-widget-wrapper .survey';
const heading = `${card} h2`;
const score = { id: 'score', type: 'nps', question: 'How likely?', low_label: 'Not likely', high_label: 'Very likely', required: true };
const why = { id: 'why', type: 'long_text', question: 'Why?', required: true, min_length: 3 };
const thanks = { id: 'thanks', type: 'thank_you', question: 'Thank you' };

/** What has the focus, in words: through shadow roots to the innermost element. */
const focus = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let el = document.activeElement;
    while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement;
    return el?.getAttribute('aria-label') || el?.id?.replace(/^q\d+/, '') || el?.textContent || el?.tagName || '';
  });

/** Rules broken within surveys, one line each. What axe cannot decide counts, too. */
async function axe(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const options = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations', 'incomplete'], rules: { region: { enabled: false }, 'landmark-unique': { enabled: !document.querySelector('#all') } } };
    const result = await (window as any).axe.run(document.querySelector('#refiner-widget-wrapper') ?? '#all', options);
    const lines = (kind: string) => result[kind].flatMap((r: any) => r.nodes.map((n: any) => `${kind}: ${r.id} ${n.target.flat().join(' ')} ${n.failureSummary?.split('\n')[1] ?? ''} ${n.any[0]?.data?.messageKey ?? ''}`));
    return [...lines('violations'), ...lines('incomplete')];
  });
}

/** Lets everything be answered, or be wrong, in every survey of the overview. */
const states: Record<string, (page: Page) => Promise<unknown>> = {
  empty: async () => undefined,
  filled: (page) =>
    page.evaluate(() => {
      for (const host of document.querySelectorAll('#all figure > div > div')) {
        const root = host.shadowRoot!;
        const inputs = [...root.querySelectorAll<HTMLInputElement>('input[type=radio],input[type=checkbox]')];
        inputs.slice(-2).forEach((i) => i.click());
        for (const f of root.querySelectorAll<HTMLInputElement>('.field')) {
          f.value = 'a text';
          f.dispatchEvent(new Event('input', { bubbles: true }));
        }
      }
    }),
  wrong: (page) =>
    page.evaluate(() => {
      for (const host of document.querySelectorAll('#all figure > div > div')) {
        const root = host.shadowRoot!;
        for (const f of root.querySelectorAll<HTMLInputElement>('.field')) {
          f.value = 'a';
          f.dispatchEvent(new Event('input', { bubbles: true }));
        }
        root.querySelector<HTMLInputElement>('input[type=checkbox]')?.click();
        root.querySelector<HTMLInputElement>('input')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        root.querySelector<HTMLElement>('.next:not([hidden])')?.click();
      }
    }),
};

describe('axe finds nothing', { timeout: 180_000 }, () => {
  const cases = ['light', 'dark'].flatMap((scheme) => ['en', 'ar'].flatMap((lang) => [1280, 320].map((width) => ({ scheme, lang, width }))));
  test.each(cases)('in any element, empty, filled and wrong: $scheme, $lang, $width px', async ({ scheme, lang, width }) => {
    const page = await open(`?scheme=${scheme}&lang=${lang}`, { viewport: { width, height: 900 }, reducedMotion: 'reduce' });
    await page.locator('#all figure').nth(20).waitFor();
    for (const [name, reach] of Object.entries(states)) {
      await reach(page);
      expect([name, await axe(page)]).toEqual([name, []]);
    }
  });

  const layouts = ['corner', 'bottom', 'side', 'modal', 'full'];
  test.each(layouts)('in layout %s, first step, later step, thank-you', async (layout) => {
    for (const scheme of ['light', 'dark']) {
      const page = await open(`plain?scheme=${scheme}`, { reducedMotion: 'reduce' });
      await show(page, [score, why, thanks], { layout });
      expect(await axe(page)).toEqual([]);
      await page.locator(`${card} .pt`).nth(9).click();
      await page.locator(`${card} textarea`).fill('Because');
      expect(await axe(page)).toEqual([]);
      await page.locator(`${card} .next`).click();
      await page.locator(`${card} .done`).waitFor();
      expect(await axe(page)).toEqual([]);
      if (scheme == 'light') await watched?.context.close();
    }
  });
});

describe('by keyboard', () => {
  test('a survey is reached, answered, gone back in and completed', async () => {
    const page = await open('plain');
    await show(page, [score, why, thanks]);
    await page.keyboard.press('Alt+Shift+KeyE');
    expect(await focus(page)).toBe('How likely?');
    await page.keyboard.press('Tab');
    expect(await focus(page)).toBe('0 of 10, Not likely');
    // Enter on the first point before anything is chosen: what is missing is said.
    await page.keyboard.press('Enter');
    expect(await page.locator(`${card} .err`).textContent()).toBe('Please answer this question.');
    for (const expected of ['1 of 10', '2 of 10', '3 of 10']) {
      await page.keyboard.press('ArrowRight');
      expect(await focus(page)).toBe(expected);
    }
    await page.keyboard.press('ArrowLeft');
    await page.waitForTimeout(500);
    // Arrow keys choose, and do nothing else.
    expect(await page.locator(heading).textContent()).toBe('How likely?');
    expect(await calls(page)).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await focus(page)).toBe('Continue');
    await page.keyboard.press('Enter');
    expect(await focus(page)).toBe('Why?');
    await page.keyboard.press('Tab');
    await page.keyboard.type('No');
    await page.keyboard.press('Control+Enter');
    expect(await page.locator(`${card} .err`).textContent()).toBe('Please write at least 3 characters.');
    expect(await page.locator(`${card} textarea`).getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.type('t yet');
    await page.keyboard.press('Tab');
    expect(await focus(page)).toBe('Back');
    await page.keyboard.press('Enter');
    expect(await focus(page)).toBe('How likely?');
    await page.keyboard.press('Tab');
    expect(await focus(page)).toBe('2 of 10');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.locator(`${card} textarea`).inputValue()).toBe('Not yet');
    await page.keyboard.press('Control+Enter');
    expect(await focus(page)).toBe('Thank you');
    expect((await calls(page)).map((c) => c.name)).toEqual(['progress', 'progress', 'progress', 'complete']);
    expect((await calls(page)).at(-1)!.args[0]).toEqual({ score: 2, why: 'Not yet' });
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => (window as any).gallery.calls.some((c: any) => c.name == 'closed'));
    expect((await calls(page)).map((c) => c.name).slice(-2)).toEqual(['complete', 'closed']);
  });

  test('a radio group wraps at its ends, and left is onward from right to left', async () => {
    const page = await open('plain?lang=ar');
    await show(page, [score]);
    await page.keyboard.press('Alt+Shift+KeyE');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowLeft');
    expect(await focus(page)).toMatch(/^1 /);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await focus(page)).toMatch(/^10 /);
  });

  test('Escape dismisses with what was answered', async () => {
    const page = await open('plain');
    await show(page, [score, why]);
    await page.locator(`${card} .pt`).nth(7).click();
    await page.locator(`${card} textarea`).waitFor();
    await page.locator(`${card} textarea`).fill('Not sent');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => (window as any).gallery.calls.some((c: any) => c.name == 'closed'));
    expect((await calls(page)).slice(1)).toEqual([
      { name: 'dismiss', args: [{ score: 7 }, 'why'] },
      { name: 'closed', args: [] },
    ]);
  });
});

describe('focus', () => {
  test('stays with whoever is typing when a survey appears', async () => {
    const page = await open('plain');
    await page.locator('#mine').focus();
    const typing = page.keyboard.type('x'.repeat(200));
    await show(page, [score]);
    await typing;
    expect(await page.locator('#mine').inputValue()).toBe('x'.repeat(200));
    await expect.poll(() => page.locator('#refiner-widget-wrapper [role=status]').textContent()).toBe('Survey: How likely?. Press Alt+Shift+E to answer.');
  });

  test.each(['modal', 'full'])('is kept in layout %s and comes back to the exact element', async (layout) => {
    const page = await open('plain');
    await page.locator('#more').focus();
    await show(page, [score], { layout });
    expect(await focus(page)).toBe('How likely?');
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      seen.add(await focus(page));
    }
    expect(seen).not.toContain('mine');
    expect(seen).not.toContain('more');
    expect(seen).toContain('Close');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => (window as any).gallery.calls.some((c: any) => c.name == 'closed'));
    expect(await focus(page)).toBe('more');
    expect((await calls(page)).map((c) => c.name)).toEqual(['dismiss', 'closed']);
  });

  test('comes back from a corner, too', async () => {
    const page = await open('plain');
    await show(page, [score]);
    await page.locator('#mine').focus();
    await page.keyboard.press('Alt+Shift+KeyE');
    await page.keyboard.press('Escape');
    expect(await focus(page)).toBe('mine');
  });
});

describe('by mouse', () => {
  test('points show what they stand for, and are named for those who do not see them', async () => {
    const page = await open('plain');
    const points = async (element: object) => {
      await show(page, [{ id: 'q', question: '?', ...element }]);
      const seen = await page.locator(`${card} .face`).evaluateAll((faces) => faces.map((f) => f.textContent || f.querySelector('path')!.getAttribute('d')));
      const named = await page.locator(`${card} input`).evaluateAll((inputs) => inputs.map((i) => i.getAttribute('aria-label')));
      await page.evaluate(() => (window as any).handle.destroy());
      return { seen, named };
    };
    expect((await points({ type: 'nps' })).seen).toEqual([...Array(11).keys()].map(String));
    expect((await points({ type: 'ces' })).seen).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect((await points({ type: 'rating', style: 'numbers', points: 3, start: 0 })).seen).toEqual(['0', '1', '2']);
    expect(await points({ type: 'csat', style: 'numbers', points: 2, low_label: 'Bad' })).toEqual({ seen: ['1', '2'], named: ['1 of 2, Bad', '2 of 2'] });
    expect(await points({ type: 'csat', style: 'text', points: 3, labels: ['Bad', 'Fair', 'Good'] })).toEqual({ seen: ['Bad', 'Fair', 'Good'], named: ['1 of 3, Bad', '2 of 3, Fair', '3 of 3, Good'] });
    // Each mood has a face of its own.
    expect(new Set((await points({ type: 'csat' })).seen).size).toBe(5);
  });

  test('a click answers, is seen for a moment, and moves on', async () => {
    const page = await open('plain');
    await show(page, [score, why, thanks]);
    await page.locator(`${card} .pt`).nth(9).click();
    expect(await page.locator(heading).textContent()).toBe('How likely?');
    expect(await page.locator(`${card} .pt.on`).count()).toBe(1);
    expect(await page.locator(`${card} .next`).isVisible()).toBe(false);
    await page.locator(`${card} textarea`).waitFor({ timeout: 600 });
    expect((await calls(page))[0]).toEqual({ name: 'progress', args: [{ answers: { score: 9 }, element: 'why', index: 1, total: 3 }] });
  });

  test('what is off the path is kept for a change of mind, and not delivered', async () => {
    const page = await open('plain');
    const branch = { id: 'branch', type: 'logic', rules: [{ when: { answer: 'score', op: '>', value: 6 }, goto: 'thanks' }] };
    await show(page, [score, branch, why, thanks]);
    await page.locator(`${card} .pt`).nth(2).click();
    await page.locator(`${card} textarea`).fill('Slow');
    await page.locator(`${card} .back`).click();
    await page.locator(`${card} .pt`).nth(8).click();
    await page.locator(`${card} .done`).waitFor();
    expect((await calls(page)).at(-1)).toEqual({ name: 'complete', args: [{ score: 8 }] });
  });

  test('options exclude each other, and the own answer has its field', async () => {
    const page = await open('plain');
    const options = [{ value: 'a', label: 'A' }, { value: 'b', label: 'B' }, { value: 'none', label: 'None', exclusive: true }];
    await show(page, [{ id: 'q', type: 'multiple_choice', question: 'Which?', options, other: 'Else', min: 2 }]);
    const opt = (text: string) => page.locator(`${card} .opt`, { hasText: text });
    await opt('A').click();
    await opt('None').click();
    expect(await page.locator(`${card} :checked`).count()).toBe(1);
    await opt('B').click();
    await page.locator(`${card} .next`).click();
    expect(await page.locator(`${card} .err`).textContent()).toBe('Choose at least 2.');
    await opt('Else').click();
    await page.keyboard.type('mine');
    await page.locator(`${card} .next`).click();
    await expect.poll(async () => (await calls(page)).map((c) => c.name)).toEqual(['complete', 'closed']);
    expect((await calls(page))[0]!.args[0]).toEqual({ q: ['b', { other: 'mine' }] });
  });

  test('the thank-you leaves by itself, but not from under the pointer', async () => {
    const page = await open('plain');
    await show(page, [{ ...thanks, close_after: '1s' }]);
    await page.locator(card).hover();
    await page.waitForTimeout(1600);
    expect(await page.locator(card).count()).toBe(1);
    await page.mouse.move(1, 1);
    await page.locator(card).waitFor({ state: 'detached', timeout: 2500 });
    await expect.poll(async () => (await calls(page)).map((c) => c.name)).toEqual(['complete', 'closed']);
  });

  test('nothing is left after destroy, in the middle of a click', async () => {
    const page = await open('plain');
    const before = await page.evaluate(() => document.body.innerHTML);
    await show(page, [score, thanks]);
    await page.locator(`${card} .pt`).nth(3).click();
    await page.evaluate(() => (window as any).handle.destroy());
    await page.waitForTimeout(400);
    expect(await page.evaluate(() => document.body.innerHTML)).toBe(before);
    expect((await calls(page)).map((c) => c.name)).toEqual(['closed']);
  });
});

describe('in any page', () => {
  test('a strict policy with Trusted Types is kept by every element and layout', async () => {
    const page = await open('strict');
    await page.locator('#all figure').nth(20).waitFor();
    for (const layout of ['corner', 'bottom', 'side', 'modal', 'full']) {
      await show(page, [score, thanks], { layout });
      await page.locator(`${card} .pt`).nth(5).click();
      await page.locator(`${card} .done`).waitFor();
      await page.evaluate(() => (window as any).handle.destroy());
    }
    // The page's own icon is not the survey's.
    expect(watched!.notes.violations.filter((v) => !/about|favicon/.test(v))).toEqual([]);
  });

  test.each(['corner', 'modal'])('a hostile page changes nothing in layout %s', async (layout) => {
    const shots: string[] = [];
    for (const name of ['plain', 'hostile']) {
      const page = await open(name, { reducedMotion: 'reduce' });
      await show(page, [score, thanks], { layout, font: 'system' });
      await page.waitForTimeout(300);
      shots.push((await page.locator(card).screenshot()).toString('base64'));
      if (name == 'plain') await watched?.context.close();
    }
    expect(await difference(shots)).toBeLessThan(0.005);
  });

  test('at 320 px and with wide text nothing is cut off and nothing scrolls sideways', async () => {
    for (const spacing of [false, true]) {
      const page = await open('?lang=de', { viewport: { width: 320, height: 568 } });
      await page.locator('#all figure').nth(20).waitFor();
      const cut = await page.evaluate((wide) => {
        const out: string[] = [];
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
        for (const host of document.querySelectorAll('#all figure > div > div')) {
          const root = host.shadowRoot!;
          if (wide) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
          // Only what hides its overflow can cut something off.
          for (const el of root.querySelectorAll<HTMLElement>('*:not(.vh, textarea, input)'))
            if (el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX != 'visible') out.push(`${host.parentElement!.previousElementSibling!.textContent}: ${el.className || el.tagName} ${el.scrollWidth} > ${el.clientWidth}`);
        }
        if (document.documentElement.scrollWidth > innerWidth) out.push('the page scrolls');
        return out;
      }, spacing);
      expect(cut).toEqual([]);
      if (!spacing) await watched?.context.close();
    }
  });

  test('targets are 24 px at least, and 44 px for a thumb', async () => {
    const sizes = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll('#all figure > div > div')].flatMap((host) =>
          [...host.shadowRoot!.querySelectorAll<HTMLElement>('.pt, .opt, button:not([hidden]), a.button, .field:not([hidden])')].map((el) => {
            const { width, height } = el.getBoundingClientRect();
            return { what: `${host.parentElement!.previousElementSibling!.textContent} ${el.className}`, width, height };
          }),
        ),
      );
    for (const s of await sizes(await open('', { viewport: { width: 320, height: 568 } }))) expect(Math.min(s.width, s.height), s.what).toBeGreaterThanOrEqual(24);
    await watched?.context.close();
    for (const s of await sizes(await open('', { viewport: { width: 400, height: 800 }, hasTouch: true, isMobile: true }))) expect(Math.round(s.height), s.what).toBeGreaterThanOrEqual(44);
  });

  test('without motion nothing moves; with forced colours a choice can be seen', async () => {
    const still = await open('plain', { reducedMotion: 'reduce' });
    await show(still, [score, thanks], { layout: 'modal' });
    await still.locator(`${card} .pt`).nth(3).click();
    await still.locator(`${card} .done`).waitFor();
    expect(await still.evaluate(() => document.querySelector('#refiner-widget-wrapper')!.shadowRoot!.getAnimations().length)).toBe(0);
    await watched?.context.close();
    for (const type of ['nps', 'rating', 'single_choice', 'multiple_choice']) {
      const page = await open('plain', { forcedColors: 'active' });
      await show(page, [{ id: 'q', type, question: 'Which?', auto_advance: false, options: [{ value: 'a' }, { value: 'b' }] }]);
      await page.waitForTimeout(300);
      const before = (await page.locator(`${card} .body`).screenshot()).toString('base64');
      await page.keyboard.press('Alt+Shift+KeyE');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
      await page.mouse.click(5, 5);
      await page.waitForTimeout(200);
      const after = (await page.locator(`${card} .body`).screenshot()).toString('base64');
      expect(await difference([before, after]), type).toBeGreaterThan(0.001);
      await watched?.context.close();
    }
  });
});

/** The share of pixels that differ between two pictures. */
async function difference([a, b]: string[]): Promise<number> {
  const { page, context } = await newPage(browser);
  const share = await page.evaluate(
    async (pictures) => {
      const data = await Promise.all(
        pictures.map(async (p) => {
          const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${p}`)).blob());
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const to = canvas.getContext('2d')!;
          to.drawImage(bitmap, 0, 0);
          return to.getImageData(0, 0, bitmap.width, bitmap.height);
        }),
      );
      const [x, y] = data as [ImageData, ImageData];
      if (x.width != y.width || x.height != y.height) return 1;
      let different = 0;
      for (let i = 0; i < x.data.length; i += 4) if ([0, 1, 2].some((c) => Math.abs(x.data[i + c]! - y.data[i + c]!) > 8)) different++;
      return (different * 4) / x.data.length;
    },
    [a!, b!],
  );
  await context.close();
  return share;
}
