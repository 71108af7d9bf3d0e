// A real Chromium, and pages that remember everything that went wrong in them.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page, type Request } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '..');

/** What makes the browser quiet: on a closed network every call home is a wait. */
const quiet = [
  '--headless=new',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

/** Starts the browser that `make` chose, or the one scripts/chromium.sh finds. */
export async function launch(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] || findChromium(),
    // Chromium's sandbox refuses to work for root, who has no rights to lose.
    args: [...quiet, ...more, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
}

function findChromium(): string {
  return execFileSync(path.join(root, 'scripts/chromium.sh'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
}

/** What a page did that nobody sees by looking at it. */
export interface Notes {
  /** Everything written to the console, as "type: text". */
  console: string[];
  /** Exceptions nobody caught. */
  errors: string[];
  /** Every request, also those that failed. */
  requests: Request[];
  /** What a Content-Security-Policy refused, as "directive: what". */
  violations: string[];
}

export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  notes: Notes;
}

const REPORT = '__reportViolation';

/**
 * Opens a page in a context of its own: no storage is shared with other pages.
 * Give a context instead of options for a second tab of the same visitor.
 */
export async function newPage(browser: Browser, where: BrowserContextOptions | BrowserContext = {}): Promise<WatchedPage> {
  const context = 'newPage' in where ? where : await browser.newContext(where);
  const page = await context.newPage();
  const notes: Notes = { console: [], errors: [], requests: [], violations: [] };
  page.on('console', (message) => notes.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => notes.errors.push(error.message));
  page.on('request', (request) => notes.requests.push(request));
  await page.exposeBinding(REPORT, (_source, text: string) => {
    notes.violations.push(text);
  });
  await page.addInitScript((report) => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const tell = (window as unknown as Record<string, (text: string) => void>)[report];
      tell?.(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`.trim());
    });
  }, REPORT);
  return { page, context, notes };
}

/** Requests to a server's collect door, oldest first. */
export function batches(notes: Notes, server: string): Request[] {
  return notes.requests.filter((r) => r.method() === 'POST' && r.url().startsWith(`${server}/c/v1/`));
}
