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
  /** Id of the question; also the name of its radios. */
  id: string;
  /** Attributes of what takes the answer: what names and describes it, and whether there must be one. */
  aria: Record<string, unknown>;
  /** A group of radios or checkboxes. `act` hears of changes and of clicks, and whether a pointer made them. */
  group(role: string, style: string, act: (input: HTMLInputElement, pointer: boolean, click: boolean) => void): HTMLElement;
  /** Takes what the person entered; undefined when it is empty again. */
  set(value: unknown): void;
  /** The same as the button: checks the answer and moves on. */
  go(): void;
  /** Takes an answer and moves on after a moment in which the choice can be seen. For pointers only: arrow keys never move on. */
  pick(value: unknown): void;
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
