// What an element type is to the renderer. One file a type in elements/, one
// line a type in registry.ts.

import type { Element } from './model';
import type { Words } from './words';

/** What a drawn element has to do with the survey around it. */
export interface Step {
  words: Words;
  /** Id of the view: the seed of random orders. */
  view: string;
  /** What the person has entered here so far. */
  value: unknown;
  /** Ids of what names and describes the field. */
  labelledby: string;
  describedby: string;
  /** Takes what the person entered; undefined when it is empty again. */
  set(value: unknown): void;
  /** The same as the button: checks the answer and moves on. */
  go(): void;
  /** Takes an answer and moves on after a moment in which the choice can be seen. For pointers only: arrow keys never move on. */
  pick(value: unknown): void;
  /** Leaves the survey for an address, after everything else is done. */
  leave(url: string): void;
}

/** An element type. */
export interface Kind {
  /** Draws what stands below the question. */
  draw?(el: Element, step: Step): Node;
  /** What is wrong with an answer that is not empty, in words for the person; '' if it is fine. Only types that have it are asked for an answer. */
  check?(el: Element, answer: unknown, words: Words): string;
  /** Whether one click answers and moves on: then there is no button until there is something to send with it. */
  quick?(el: Element): boolean;
}
