// One survey on the screen: a step at a time, forward and back. Where it
// stands (over a page, in a page, on a page of its own) is somebody else's.

import { brand } from './furniture';
import { h, safeUrl } from './h';
import { arrow, icon } from './icons';
import type { Kind, Step } from './kind';
import { own } from './logic';
import type { Answers, Element, Survey } from './model';
import { isEnd, taken, walk } from './path';
import { kindOf } from './registry';
import { milliseconds } from './span';
import { inline, paragraphs, type Sources } from './text';
import { say, type Words } from './words';

/** What a survey needs to know and whom it tells. */
export interface Stage {
  view: string;
  words: Words;
  /** h1 where the survey is the page, else h2. */
  heading: 'h1' | 'h2';
  /** Whether the survey says thank you when it has no words of its own for that. */
  thanks: boolean;
  hidden(): Answers;
  initial?: { answers: Answers; element?: string };
  progress(step: { answers: Answers; element: string; index: number; total: number }): void;
  complete(answers: Answers): void;
  /** The survey has said its last word and may be taken away in so many milliseconds; 0: now. */
  over(after: number): void;
  /** Says something to people who do not see the screen. */
  announce(text: string): void;
}

/** A survey that is being answered. */
export interface Run {
  node: HTMLElement;
  /** Whether it was completed. */
  done(): boolean;
  /** Answers given so far on the path taken, and the element in view. */
  state(): { answers: Answers; element: string };
  /** Puts the focus on the question. */
  focus(): void;
  /** Nothing happens any more, nobody is told anything. */
  stop(): void;
}

// How long a choice is seen before the next question comes.
const moment = 250;

/** Draws a survey. Nothing of the stage is called before this has returned. */
export function run(survey: Survey, stage: Stage): Run {
  const { elements } = survey;
  const { words } = stage;
  const answers: Answers = { ...stage.initial?.answers };
  // What stands in the fields; it becomes an answer when the person moves on.
  const drafts: Answers = { ...answers };
  const facts = () => ({ view: stage.view, answers, hidden: stage.hidden() });
  let path = walk(elements, facts());
  let at = start();
  let done = false;
  let stopped = false;
  let drawn = 0;
  let picking: ReturnType<typeof setTimeout> | undefined;
  let heading: HTMLElement | undefined;

  const bar = h('div', { class: 'bar', role: 'progressbar', 'aria-label': words.progress, 'aria-valuemin': 0, 'aria-valuemax': 100 }, h('i'));
  const frame = h('div', { class: 'frame' });
  const node = h('div', { class: 'run' }, !survey.look?.no_progress && bar, frame);

  function start(): number {
    const to = path.findIndex((i) => elements[i]!.id == stage.initial?.element);
    if (to >= 0 || !stage.initial || stage.initial.element) return Math.max(to, 0);
    // Prefilled: the first question that is still open.
    const open = path.findIndex((i) => own(answers, elements[i]!.id) == null);
    return open < 0 ? 0 : open;
  }

  const element = (): Element => elements[path[at]!] ?? { id: '', type: 'thank_you', question: words.thanks };
  const state = () => ({ answers: taken(elements, path, answers), element: element().id });
  const questions = () => path.filter((i) => !isEnd(elements[i])).length;

  const sources = (): Sources => {
    const out: Answers = {};
    for (const el of elements) {
      // A value is what is stored; the person knows the option by its label.
      const label = (v: unknown) => el.options?.find((o) => o.value === v)?.label ?? v;
      const v = own(answers, el.id);
      if (v != null) out[el.id] = Array.isArray(v) ? v.map(label) : label(v);
    }
    return { answer: out, hidden: stage.hidden() };
  };

  const keep = (id: string) => {
    if (drafts[id] == null) delete answers[id];
    else answers[id] = drafts[id];
  };

  function forward(): void {
    if (stopped) return;
    const here = path[at]!;
    path = walk(elements, facts());
    at = path.indexOf(here) + 1;
    done = at >= path.length || isEnd(element());
    if (at < path.length || stage.thanks) draw();
    if (done) end();
    else tell();
  }

  // The path has come to its end: the answers are whole, and what is left to say may stay for a while.
  function end(): void {
    if (stopped) return;
    stage.complete(state().answers);
    const stays = at < path.length ? milliseconds(element().close_after) : 0;
    if (stays || (at >= path.length && !stage.thanks)) stage.over(stays);
  }

  function back(): void {
    path = walk(elements, facts());
    at--;
    draw();
    tell();
  }

  const tell = () => {
    stage.progress({ ...state(), index: at, total: path.length });
    stage.announce(say(words.of, at + 1, questions()));
  };

  // Replaces the step in view by the one at `at`.
  function draw(): void {
    clearTimeout(picking);
    picking = undefined;
    const root = node.getRootNode() as ShadowRoot;
    const inside = node.contains(root.activeElement);
    const before = frame.offsetHeight;
    const el = element();
    const id = `q${++drawn}`;
    const { section, title } = step(el, kindOf(el), id);
    frame.replaceChildren(section);
    heading = title;
    const share = Math.min(1, at / (questions() || 1));
    bar.hidden = questions() < 2;
    bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    (bar.firstChild as HTMLElement).style.width = `${share * 100}%`;
    if (inside) heading.focus();
    settle(before);
  }

  // Whether the survey would be over after this answer.
  function isLast(id: string): boolean {
    const way = walk(elements, { ...facts(), answers: { ...answers, [id]: drafts[id] } });
    const next = way[way.indexOf(path[at]!) + 1];
    return next == null || isEnd(elements[next]);
  }

  // The height changes from the old step's to the new one's.
  function settle(before: number): void {
    const after = frame.offsetHeight;
    if (!before || before == after || !frame.animate || matchMedia('(prefers-reduced-motion:reduce)').matches) return;
    frame.animate([{ height: `${before}px`, overflow: 'hidden' }, { height: `${after}px`, overflow: 'hidden' }], { duration: 160, easing: 'ease-out' });
  }

  function step(el: Element, kind: Kind, id: string): { section: HTMLElement; title: HTMLElement } {
    const text = sources();
    const error = h('p', { class: 'err', id: `${id}e` });
    const button = h('button', { type: 'button', class: 'button next', click: () => go() });
    const paint = () => {
      const empty = !!kind.check && drafts[el.id] == null;
      button.hidden = isEnd(el) || (empty && !!el.required && !!kind.quick?.(el));
      button.classList.toggle('quiet', empty && !el.required);
      button.textContent = empty && !el.required ? words.skip : el.button || (kind.check && isLast(el.id) ? words.send : words.next);
    };
    const go = () => {
      const problem = wrong(el, kind, drafts[el.id], words);
      if (problem) return complain(section, error, problem, stage);
      keep(el.id);
      forward();
    };
    const api: Step = {
      words,
      view: stage.view,
      value: drafts[el.id],
      labelledby: id,
      describedby: `${id}d ${id}e`,
      set: (value) => {
        drafts[el.id] = value;
        error.textContent = '';
        section.querySelector('[aria-invalid]')?.removeAttribute('aria-invalid');
        if (!picking) paint();
      },
      pick: (value) => {
        drafts[el.id] = value;
        keep(el.id);
        clearTimeout(picking);
        picking = setTimeout(go, moment);
      },
      go,
      leave: (url) => location.assign(url),
    };
    const title = h(stage.heading, { id, tabindex: -1 }, inline(el.question || '', text));
    const src = safeUrl(el.image, /^https?:[^\s\\]+$/i);
    const body = kind.draw?.(el, api);
    const section = h(
      'div',
      { class: `step ${el.type}`, keydown: (e: KeyboardEvent) => submits(e) && (e.preventDefault(), go()) },
      h('div', { class: 'ask' }, el.type == 'thank_you' && body, title, h('div', { class: 'text', id: `${id}d` }, ...paragraphs(el.description || '', text), limits(el, words)), src && h('img', { src, alt: el.image_alt || '' })),
      h('div', { class: 'reply' }, el.type != 'thank_you' && body, error, h('div', { class: 'foot' }, brand(survey.look ?? {}), at > 0 && !done && h('button', { type: 'button', class: 'back', 'aria-label': words.back, click: back }, icon(arrow, 20)), button)),
    );
    paint();
    return { section, title };
  }

  draw();
  done = isEnd(element());
  if (done) setTimeout(end);
  const stop = () => {
    stopped = true;
    clearTimeout(picking);
  };
  return { node, done: () => done, state, focus: () => heading?.focus(), stop };
}

// What a person can do too much or too little of, said before they do it.
function limits({ type, min = 0, max }: Element, words: Words): HTMLElement | undefined {
  const text = [min > 1 && say(words.least, min), max && say(words.most, max)].filter(Boolean).join(' ');
  return type == 'multiple_choice' && text ? h('p', null, text) : undefined;
}

function wrong(el: Element, kind: Kind, value: unknown, words: Words): string {
  if (!kind.check) return '';
  if (value != null) return kind.check(el, value, words);
  return el.required ? (el.options || kind.quick ? words.pick : words.required) : '';
}

// Shows an error and brings the person to the field. Read aloud once: by the
// focus that arrives at the field it describes, or, if it was there already, by the live region.
function complain(section: HTMLElement, error: HTMLElement, problem: string, stage: Stage): void {
  error.textContent = problem;
  const field = section.querySelector<HTMLElement>('.field:not([hidden])') ?? section.querySelector<HTMLElement>('input:checked,input,a.button');
  if (field?.classList.contains('field')) field.setAttribute('aria-invalid', 'true');
  const there = (section.getRootNode() as ShadowRoot).activeElement == field;
  if (there || !field?.hasAttribute('aria-describedby')) stage.announce(problem);
  field?.focus();
}

// Enter in a field is the button, as in a form. In a text of several lines it is a line break, and with Ctrl or ⌘ the button.
function submits(e: KeyboardEvent): boolean {
  const tag = (e.target as HTMLElement).tagName;
  return e.key == 'Enter' && !e.isComposing && e.keyCode != 229 && (tag == 'INPUT' || (tag == 'TEXTAREA' && (e.ctrlKey || e.metaKey)));
}
