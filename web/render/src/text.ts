// A small safe part of Markdown, built as nodes: **bold**, *italic*,
// [links](https://…), blank lines between paragraphs, \ before a mark to mean
// the character itself; and piping, which is always text.

import { h, safeUrl } from './h';
import { own } from './logic';
import type { Answers } from './model';

/** What {{ … }} may put in. */
export interface Sources {
  answer: Answers;
  hidden: Answers;
}

/** Writes a value as a person would read it. */
export function show(value: unknown): string {
  if (value == null) return '';
  if (Array.isArray(value)) return value.map(show).filter(Boolean).join(', ');
  if (typeof value == 'object') return show((value as { other?: unknown }).other);
  return String(value);
}

const place = /\{\{[ \t]*(answer|hidden)\.([A-Za-z0-9_-]{1,128})[ \t]*(?:\|([^{}|]*))?\}\}/y;

/** Reads one {{ … }} at a position: what it stands for and where it ends. Others than answers and hidden fields were filled in by the server. */
function piped(text: string, at: number, sources: Sources): [string, number] | undefined {
  place.lastIndex = at;
  const found = place.exec(text);
  if (!found) return;
  const [, from, key, fallback = ''] = found;
  return [show(own(sources[from as keyof Sources], key)) || fallback.trim(), place.lastIndex];
}

/** A text with its piping filled in and no Markdown read. */
export function pipe(text: string, sources: Sources): string {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const [value, end] = piped(text, i, sources) ?? [text[i], i + 1];
    out += value;
    i = end;
  }
  return out;
}

interface Open {
  mark: string;
  node: ParentNode & Node;
}

/** The text as nodes, without paragraphs. */
export function inline(text: string, sources: Sources, links = true): DocumentFragment {
  const root = document.createDocumentFragment();
  const open: Open[] = [{ mark: '', node: root }];
  let plain = '';
  const top = () => open[open.length - 1]!;
  const flush = () => {
    if (plain) top().node.append(plain);
    plain = '';
  };
  const toggle = (mark: string) => {
    flush();
    if (top().mark == mark) {
      const { node } = open.pop()!;
      top().node.append(node);
    } else open.push({ mark, node: h(mark == '*' ? 'em' : 'strong') });
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const value = c == '{' && piped(text, i, sources);
    if (c == '\\' && /[\\*_`[\](){}]/.test(text[i + 1] ?? '')) plain += text[++i];
    else if (value) {
      plain += value[0];
      i = value[1] - 1;
    } else if (c == '*') {
      const mark = text[i + 1] != '*' || (text[i + 2] == '*' && top().mark == '*') ? '*' : '**';
      const opens = open.every((o) => o.mark != mark);
      if (opens ? /\S/.test(text[i + mark.length] ?? '') : top().mark == mark) toggle(mark);
      else plain += mark;
      i += mark.length - 1;
    } else if (c == '[' && links) {
      const middle = text.indexOf('](', i);
      const close = text.indexOf(')', middle);
      if (middle < 0 || close < 0 || text.slice(i + 1, middle).includes('[')) plain += c;
      else {
        flush();
        top().node.append(link(text.slice(i + 1, middle), text.slice(middle + 2, close), sources));
        i = close;
      }
    } else plain += c;
  }
  flush();
  while (open.length > 1) {
    // A mark that was never closed is just a character.
    const { mark, node } = open.pop()!;
    top().node.append(mark, ...node.childNodes);
  }
  return root;
}

function link(label: string, url: string, sources: Sources): Node {
  const href = safeUrl(url);
  const text = inline(label, sources, false);
  return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text) : text;
}

/** The text as paragraphs. */
export function paragraphs(text: string, sources: Sources): Node[] {
  return text
    .split(/\n\s*\n/)
    .filter((p) => p.trim())
    .map((p) => h('p', null, inline(p.trim(), sources)));
}
