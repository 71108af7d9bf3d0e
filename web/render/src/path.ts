// Which elements a person meets. The server walks the same path when it keeps
// the answers; the cases of spec/vectors/logic.json hold both to it.

import { holds, own, type Find } from './logic';
import type { Answers, Element } from './model';
import { drawn } from './seed';

/** What a path depends on. */
export interface Facts {
  view: string;
  answers: Answers;
  hidden: Answers;
}

/** The path with what is known so far, as indices of drawn elements; logic elements are passed, not listed.
 *  A rule sees only answers to questions that were passed on this path: what was answered before a change of mind has no say. */
export function walk(elements: readonly Element[], facts: Facts): number[] {
  const path: number[] = [];
  const find: Find = (c) => (c.hidden ? own(facts.hidden, c.hidden) : path.some((i) => elements[i]!.id == c.answer) ? own(facts.answers, c.answer) : undefined);
  for (let i = 0; i < elements.length; ) {
    const el = elements[i]!;
    if (el.type == 'logic') i = after(elements, i, jump(el, facts.view, find));
    else {
      path.push(i++);
      if (isEnd(el)) break;
    }
  }
  return path;
}

/** Whether an element ends the path. */
export const isEnd = (el: Element | undefined): boolean => el?.type == 'thank_you' || el?.type == 'redirect';

/** The answers given to questions on the path. */
export function taken(elements: readonly Element[], path: readonly number[], answers: Answers): Answers {
  const out: Answers = {};
  for (const i of path) {
    const { id } = elements[i]!;
    const answer = own(answers, id);
    if (answer != null) out[id] = answer;
  }
  return out;
}

// after finds where a jump lands. Jumps go forward only, so that a walk always ends; anything else is the next element.
function after(elements: readonly Element[], from: number, target: string | undefined): number {
  if (target == 'end') return elements.length;
  const to = elements.findIndex((e) => e.id == target);
  return to > from ? to : from + 1;
}

function jump(el: Element, view: string, find: Find): string | undefined {
  const { random, rules, otherwise } = el;
  if (random?.length) return random[drawn(random.map((r) => Math.min(Math.max(r.weight ?? 1, 1), 1000)), view, el.id)]?.goto;
  return rules?.find((r) => holds(r.when, find))?.goto ?? otherwise;
}
