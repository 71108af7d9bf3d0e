// A small safe part of Markdown, built as nodes: **bold**, *italic*,
// [links](https://…), blank lines between paragraphs, \ before a mark to mean
// the character itself; and piping, which is always text.

import { h, safeUrl } from './h';
import { own } from './logic';
import type { Answers } from './model';

/** What {{ answer.… }} and {{ hidden.… }} may put in. Other places were filled in by the server. */
export interface Sources {
  answer: Answers;
  hidden: Answers;
}

// An escaped character; a place to fill; stars; a link.
const token = /\\([\\*_`[\](){}])|\{\{[ \t]*(answer|hidden)\.([\w-]{1,128})[ \t]*(?:\|([^{}|]*))?\}\}|(\*+)|\[((?:\\.|[^[\]\\])*)\]\(([^()]*)\)/g;

/** The text as nodes, without paragraphs. */
export function inline(text: string, sources: Sources): Node {
  // What is open, innermost first. A mark that is never closed stays a character.
  const open: { mark: string; node: Node & ParentNode }[] = [{ mark: '', node: document.createDocumentFragment() }];
  const add = (...nodes: (Node | string)[]) => open[0]!.node.append(...nodes);
  let at = 0;
  for (const found of text.matchAll(token)) {
    const [all, escaped, from, key, fallback = '', stars, label, url] = found;
    add(text.slice(at, found.index));
    at = found.index + all.length;
    if (stars) mark(stars.length, /\S/.test(text[at] ?? ''));
    else if (label != null) add(link(inline(label, sources), url));
    else add(escaped ?? (show(own(sources[from as keyof Sources], key)) || fallback.trim()));
  }
  add(text.slice(at));
  while (open[1]) {
    const { mark, node } = open.shift()!;
    add(mark, ...node.childNodes);
  }
  return open[0]!.node;

  function mark(stars: number, may: boolean): void {
    for (let mark = ''; stars; stars -= mark.length) {
      const top = open[0]!;
      mark = top.mark;
      if (mark && (mark.length == stars || stars > 2)) {
        open.shift();
        add(top.node);
        continue;
      }
      mark = stars > 1 ? '**' : '*';
      if (may && open.every((o) => o.mark != mark)) open.unshift({ mark, node: h(stars > 1 ? 'strong' : 'em') });
      else add(mark);
    }
  }
}

function link(text: Node, url: string | undefined): Node {
  const href = safeUrl(url);
  return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text) : text;
}

/** The text as paragraphs. */
export const paragraphs = (text: string, sources: Sources): Node[] =>
  text
    .split(/\n\s*\n/)
    .filter((p) => p.trim())
    .map((p) => h('p', null, inline(p.trim(), sources)));

/** A value as a person would read it. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join(', ');
  return String((value as { other?: unknown } | null)?.other ?? value ?? '');
}
