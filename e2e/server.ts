// The real binary on data of its own, and a customer's pages on another port,
// so that what crosses origins in life crosses origins here.

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';

const root = path.resolve(import.meta.dirname, '..');
const binary = path.join(root, 'bin/earshot');
const START_MS = 20_000;
/** A server looks for changes that other processes made once a second. */
const NOTICED_MS = 1_200;

export const PROJECT = 'Planwise';

/** What a command printed and how it ended. */
export interface Outcome {
  code: number;
  out: string;
  err: string;
}

/** A response as `earshot responses --format jsonl` prints it. */
export interface StoredResponse {
  uuid: string;
  /** Key of the survey. */
  survey: string;
  contact: string;
  user_id?: string;
  email?: string;
  answers: Record<string, unknown>;
  hidden?: Record<string, unknown>;
  completed_at?: string;
  dismissed_at?: string;
  [field: string]: unknown;
}

/** A contact as `earshot contacts` prints it. */
export interface StoredContact {
  uuid: string;
  user_id?: string;
  email?: string;
  first_seen_at: string;
  last_seen_at: string;
  sessions: number;
  views: number;
  responses: number;
  traits: Record<string, unknown>;
  /** How often each event came. */
  events: Record<string, number>;
  account?: { uuid: string; remote_id?: string; name?: string; traits: Record<string, unknown> };
  [field: string]: unknown;
}

export interface Server {
  /** The address, without a trailing slash. It survives kill and start. */
  url: string;
  projectUuid: string;
  /** The secret that identity signatures are made with. */
  secret: string;
  /** The key of the REST API. */
  apiKey: string;
  dataDir: string;
  /** Everything the server wrote to standard error so far. */
  log(): string;
  /** Runs a command on the same data. It does not fail on an exit code. */
  cli(...args: string[]): Promise<Outcome>;
  /** Responses with at least one answer, newest first. */
  responses(): Promise<StoredResponse[]>;
  /** All of them, also mere views. */
  views(): Promise<StoredResponse[]>;
  contacts(): Promise<StoredContact[]>;
  /** Every survey; page is the path of its own page. */
  surveys(): Promise<{ key: string; uuid: string; page: string }[]>;
  /** Puts surveys in place, each a YAML document with a key, and waits until a running server has noticed. */
  apply(...surveys: string[]): Promise<void>;
  /** Asks the process to end and waits until it has. */
  stop(): Promise<Outcome>;
  /** Ends the process at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same data and address, after stop or kill. */
  start(): Promise<void>;
  /** Ends the process and removes the data. */
  close(): Promise<void>;
}

/** Sets up a project on fresh data and starts the server. */
export async function startServer(...flags: string[]): Promise<Server> {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'earshot-e2e-'));
  const made = await must('setup', '--data', dataDir, '--email', 'admin@example.com', '--project', PROJECT, '--json');
  const setup = JSON.parse(made.out) as { project_uuid: string; identity_secret: string; api_key: string };
  const running = new Process(['serve', '--data', dataDir, ...flags]);
  await running.start('127.0.0.1:0');

  const cli = (...args: string[]) => run(...args);
  const onProject = ['--data', dataDir, '--project', setup.project_uuid];
  return {
    get url() {
      return running.url;
    },
    projectUuid: setup.project_uuid,
    secret: setup.identity_secret,
    apiKey: setup.api_key,
    dataDir,
    log: () => running.err,
    cli,
    responses: async () => lines(await must('responses', ...onProject, '--format', 'jsonl')),
    views: async () => lines(await must('responses', ...onProject, '--format', 'jsonl', '--views')),
    contacts: async () => lines(await must('contacts', ...onProject)),
    surveys: async () => surveys(await must('surveys', ...onProject)),
    apply: (...surveys) => apply(surveys, onProject),
    stop: () => running.end('SIGTERM'),
    kill: async () => {
      await running.end('SIGKILL');
    },
    start: () => running.start(new URL(running.url).host),
    close: async () => {
      await running.end('SIGTERM');
      await fs.rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts `earshot demo` on fresh data; it has a product and surveys already. */
export async function startDemo(): Promise<{ url: string; close(): Promise<void> }> {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'earshot-demo-'));
  const running = new Process(['demo', '--data', dataDir]);
  await running.start('127.0.0.1:0');
  return {
    url: running.url,
    close: async () => {
      await running.end('SIGTERM');
      await fs.rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** One server process. */
class Process {
  url = '';
  out = '';
  err = '';
  private child: ChildProcessByStdio<null, Readable, Readable> | undefined;

  constructor(private readonly args: string[]) {}

  /** Resolves when the server says that it is ready. */
  async start(addr: string): Promise<void> {
    this.out = '';
    const child = spawn(binary, [...this.args, '--addr', addr], { stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    const failed = new Promise<never>((_resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${binary} does not start (make build): ${error.message}`)));
      child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready:\n${this.out}${this.err}`)));
    });
    failed.catch(() => undefined); // it also ends after having been ready
    await Promise.race([failed, this.ready()]);
  }

  private async ready(): Promise<void> {
    const until = Date.now() + START_MS;
    while (Date.now() < until) {
      const address = /address\s+(http:\/\/\S+)/.exec(this.out)?.[1];
      if (address && (await answers(`${address}/readyz`))) {
        this.url = address;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the server was not ready after ${START_MS} ms:\n${this.out}${this.err}`);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Outcome> {
    const child = this.child;
    this.child = undefined;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return { code: child?.exitCode ?? -1, out: this.out, err: this.err };
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** Our own settings of the person running the tests must not reach the binary. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EARSHOT_')));
}

async function run(...args: string[]): Promise<Outcome> {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment() });
  const outcome = { code: -1, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.err += text));
  const [code] = (await once(child, 'close')) as [number | null];
  outcome.code = code ?? -1;
  return outcome;
}

async function must(...args: string[]): Promise<Outcome> {
  const outcome = await run(...args);
  if (outcome.code !== 0) {
    throw new Error(`earshot ${args[0]} ended with ${outcome.code}:\n${outcome.err}${outcome.out}`);
  }
  return outcome;
}

function lines<T>(outcome: Outcome): T[] {
  return outcome.out.split('\n').filter(Boolean).map((line) => JSON.parse(line) as T);
}

function surveys({ out }: Outcome): { key: string; uuid: string; page: string }[] {
  const rows = out.trim().split('\n').slice(1);
  return rows.map((row) => {
    const [key, , page, uuid] = row.split(/ {2,}/) as [string, string, string, string];
    return { key, uuid, page };
  });
}

async function apply(surveys: string[], onProject: string[]): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'earshot-surveys-'));
  try {
    await fs.mkdir(path.join(folder, 'surveys'));
    for (const text of surveys) {
      const key = /^key:\s*([a-z0-9_-]+)/m.exec(text)?.[1];
      if (!key) throw new Error(`a survey needs a key:\n${text}`);
      await fs.writeFile(path.join(folder, 'surveys', `${key}.yaml`), text);
    }
    await must('apply', folder, ...onProject);
    await new Promise((resolve) => setTimeout(resolve, NOTICED_MS));
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** A page of the customer's product. */
export interface HostPage {
  title?: string;
  /** More of the head, before the snippet. */
  head?: string;
  body?: string;
  /** false leaves the snippet out. */
  snippet?: boolean;
  /** Put on the snippet's script element, for a page with a policy. */
  nonce?: string;
  headers?: Record<string, string>;
}

export interface Host {
  url: string;
  close(): Promise<void>;
}

/** Serves a customer's pages, each with the snippet as the dashboard gives it. */
export async function startHost(server: Pick<Server, 'url' | 'projectUuid'>, pages: Record<string, HostPage> = { '/': {} }): Promise<Host> {
  const template = await fs.readFile(path.join(root, 'web/dist/snippet.txt'), 'utf8');
  const snippet = template.replaceAll('__SERVER__', server.url).replaceAll('__PROJECT__', server.projectUuid);
  const host = http.createServer((request, response) => {
    const page = pages[new URL(request.url ?? '/', 'http://host').pathname];
    if (!page) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...page.headers });
    response.end(document(page, snippet));
  });
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  return {
    url: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    close: async () => {
      host.closeAllConnections();
      host.close();
      await once(host, 'close');
    },
  };
}

function document(page: HostPage, snippet: string): string {
  const script = page.nonce ? snippet.replace('<script', `<script nonce="${page.nonce}"`) : snippet;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title ?? 'A product'}</title>
<link rel="icon" href="data:,">
${page.head ?? ''}
${page.snippet === false ? '' : script}
</head>
<body>${page.body ?? '<h1>A product</h1>'}</body>
</html>
`;
}
