// The gallery of the renderer (web/gallery), built and served, with whatever
// policy a page may have.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';

const root = path.resolve(import.meta.dirname, '..');
const types: Record<string, string> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };

/** The nonce of the strict page's script. */
const nonce = 'Z2FsbGVyeQ';
const strict = `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; style-src 'none'; connect-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'`;

/** A page that nobody wrote with a survey in mind. */
const hostile = `<style>
  html { font-size: 62.5%; direction: rtl; } html.dark { color: red }
  * { all: unset !important; }
  div, section, dialog { display: none !important; transform: scale(2) !important; }
  ::backdrop { background: red !important; }
</style>`;

const page = (head: string, all = '', policyNonce = '') => `<!doctype html><html lang="en" class="dark"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Host</title><link rel="icon" href="about:blank">${head}</head>
<body><main><h1>A page</h1><label>Name <input id="mine"></label> <button id="more">More</button></main>${all}
<script type="module" src="gallery.js"${policyNonce && ` nonce="${policyNonce}"`}></script></body></html>`;

export interface Gallery {
  url: string;
  close(): void;
}

/** Builds the gallery and serves it, with a plain, a hostile and a strict page beside it. */
export async function serveGallery(): Promise<Gallery> {
  const folder = execFileSync(process.execPath, [path.join(root, 'web/gallery/build.mjs')], { encoding: 'utf8' }).trim();
  const pages: Record<string, string> = { '/plain': page(''), '/hostile': page(hostile), '/strict': page('', '<div id="all"></div>', nonce) };
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname === '/strict') response.setHeader('Content-Security-Policy', strict);
    const name = pathname === '/' ? '/index.html' : pathname;
    try {
      const body = pages[pathname] ?? (await readFile(path.join(folder, path.normalize(name))));
      response.setHeader('Content-Type', types[path.extname(name)] ?? 'text/html; charset=utf-8').end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

/** What a survey told its host: names and arguments, in order. */
export const calls = (page: Page): Promise<{ name: string; args: any[] }[]> => page.evaluate(() => (window as any).gallery.calls);

/** Opens a survey of these elements over the page; the handle is `window.handle`. */
export async function show(page: Page, elements: object[], look: object = {}, initial?: object): Promise<void> {
  await page.evaluate(
    async ([e, l, i]) => {
      const { gallery } = window as any;
      (window as any).handle = await gallery.show(gallery.survey(e, l), undefined, i);
    },
    [elements, look, initial] as const,
  );
}
