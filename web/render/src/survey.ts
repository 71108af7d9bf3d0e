// One survey on the screen: a step at a time, forward and back. Where it
// stands (over a page, in a page, on a page of its own) is somebody else's.

import { brand, picture } from './furniture';
import { h } from './h';
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
export function run({ elements, look = {}, language }: Survey, stage: Stage): Run {
  const { words, initial, view } = stage;
  const answers: Answers = { ...initial?.answers };
  // What stands in the fields; it becomes an answer when the person moves on.
  const drafts: Answers = { ...answers };
  const way = (also?: Answers) => walk(elements, { view, answers: { ...answers, ...also }, hidden: stage.hidden() });
  let path = way();
  let at = start();
  let done = false;
  let stopped = false;
  let drawn = 0;
  let picking: ReturnType<typeof setTimeout> | 0 = 0;
  let heading: HTMLElement;

  const fill = h('i');
  const bar = h('div', { class: 'bar', role: 'progressbar', lang: words.lang, 'aria-label': words.survey, 'aria-valuemin': 0, 'aria-valuemax': 100 }, fill);
  const frame = h('div', { class: 'frame' });
  const node = h('div', { class: 'run' }, !look.no_progress && bar, frame);

  // Where somebody left off, or else, with answers that came with the link, the first question that is still open.
  function start(): number {
    const here = path.findIndex((i) => elements[i]!.id == initial?.element);
    const open = path.findIndex((i) => own(answers, elements[i]!.id) == null);
    return Math.max(0, initial?.element ? here : open);
  }

  const element = (): Element => elements[path[at]!] ?? { id: '', type: 'thank_you', question: words.thanks };
  const state = () => ({ answers: taken(elements, path, answers), element: element().id });
  const questions = () => path.filter((i) => !isEnd(elements[i])).length;

  const sources = (): Sources => {
    const answer: Answers = {};
    for (const { id, options } of elements) {
      // A value is what is stored; the person knows the option by its label.
      const label = (v: unknown) => options?.find((o) => o.value === v)?.label ?? v;
      const v = own(answers, id);
      answer[id] = Array.isArray(v) ? v.map(label) : label(v);
    }
    return { answer, hidden: stage.hidden() };
  };

  function keep(id: string): void {
    answers[id] = drafts[id];
    if (drafts[id] == null) delete answers[id];
  }

  function move(by: 1 | -1): void {
    if (stopped) return;
    const here = path[at]!;
    path = way();
    at = path.indexOf(here) + by;
    done = at >= path.length || isEnd(element());
    if (at < path.length || stage.thanks) draw();
    if (done) return end();
    stage.progress({ ...state(), index: at, total: path.length });
    stage.announce(say(words.of, at + 1, questions()));
  }

  // The path has come to its end: the answers are whole, and what is left to say may stay for a while.
  function end(): void {
    if (stopped) return;
    stage.complete(state().answers);
    const stays = milliseconds(element().close_after);
    if (stays || (at >= path.length && !stage.thanks)) stage.over(stays);
  }

  // Replaces the step in view by the one at `at`. The height changes from the one's to the other's.
  function draw(): void {
    clearTimeout(picking);
    picking = 0;
    const inside = node.contains((node.getRootNode() as ShadowRoot).activeElement);
    const before = frame.offsetHeight;
    frame.replaceChildren(step(element()));
    const share = Math.min(100, (100 * at) / (questions() || 1));
    bar.hidden = questions() < 2;
    bar.setAttribute('aria-valuenow', `${Math.round(share)}`);
    fill.style.width = `${share}%`;
    if (inside) heading.focus();
    const frames = [before, frame.offsetHeight].map((px) => ({ height: `${px}px`, overflow: 'hidden' }));
    if (before && !matchMedia('(prefers-reduced-motion:reduce)').matches) frame.animate(frames, { duration: 160, easing: 'ease-out' });
  }

  function step(el: Element): HTMLElement {
    const { type, id: name, required } = el;
    const kind = kindOf(el);
    const text = sources();
    const id = `q${++drawn}`;
    const error = h('p', { class: 'err', id: `${id}e`, lang: words.lang });
    const button = h('button', { type: 'button', click: () => go() });
    const aria = { 'aria-labelledby': id, 'aria-describedby': `${id}d ${id}e`, 'aria-required': !!required && 'true' };

    const paint = () => {
      const empty = kind.check && drafts[name] == null;
      const skip = empty && !required;
      const next = way({ [name]: drafts[name] });
      const after = next[next.indexOf(path[at]!) + 1];
      const last = kind.check && (after == null || isEnd(elements[after]));
      button.hidden = isEnd(el) || !!(empty && required && kind.quick?.(el));
      button.className = `next ${skip ? 'ghost' : 'button'}`;
      button.lang = skip || !el.button ? words.lang : (language ?? '');
      button.textContent = skip ? words.skip : el.button || (last ? words.send : words.next);
    };
    const go = () => {
      const problem = wrong(el, kind, drafts[name], words);
      if (problem) return complain(section, error, problem, stage);
      keep(name);
      move(1);
    };
    const api: Step = {
      words,
      view,
      value: drafts[name],
      id,
      aria,
      group(role, style, act) {
        let pointer = false;
        const hear = (e: Event) => {
          const input = e.target as HTMLInputElement;
          if (input.tagName == 'INPUT') act(input, pointer, e.type == 'click');
        };
        return h('div', { ...aria, 'aria-required': role != 'group' && aria['aria-required'], class: style, role, pointerdown: () => (pointer = true), keydown: () => (pointer = false), change: hear, click: hear });
      },
      set(value) {
        drafts[name] = value;
        error.textContent = '';
        section.querySelector('[aria-invalid]')?.removeAttribute('aria-invalid');
        if (!picking) paint();
      },
      pick(value) {
        drafts[name] = value;
        keep(name);
        clearTimeout(picking);
        picking = setTimeout(go, moment);
      },
      go,
    };

    heading = h(stage.heading, { class: 'q', id, tabindex: -1 }, inline(el.question ?? '', text));
    const body = kind.draw?.(el, api);
    const about = h('div', { class: 'text', id: `${id}d` }, ...paragraphs(el.description ?? '', text), limits(el, words));
    const back = at > 0 && !done && h('button', { type: 'button', class: 'back ghost', lang: words.lang, 'aria-label': words.back, click: () => move(-1) }, icon(arrow));
    const thanks = type == 'thank_you';
    const section = h(
      'div',
      { class: `step ${type}`, keydown: (e: KeyboardEvent) => submits(e) && (e.preventDefault(), go()) },
      h('div', { class: 'ask' }, thanks && body, heading, about, picture(el.image, 'img', el.image_alt)),
      h('div', null, !thanks && body && h('div', { class: 'body' }, body), error, h('div', { class: 'foot' }, brand(look), back, button)),
    );
    paint();
    return section;
  }

  draw();
  done = isEnd(element());
  if (done) setTimeout(end);
  const stop = () => {
    stopped = true;
    clearTimeout(picking);
  };
  return { node, done: () => done, state, focus: () => heading.focus(), stop };
}

// What a person can do too much or too little of, said before they do it.
function limits({ type, min = 0, max }: Element, words: Words): HTMLElement | false {
  const text = [min > 1 && say(words.least, min), max && say(words.most, max)].filter(Boolean).join(' ');
  return type == 'multiple_choice' && !!text && h('p', { lang: words.lang }, text);
}

function wrong(el: Element, kind: Kind, value: unknown, words: Words): string {
  if (!kind.check) return '';
  if (value != null) return kind.check(el, value, words);
  return el.required ? words.required : '';
}

// Shows an error and brings the person to the field. Read aloud once: by the
// focus that arrives at the field it describes, or, if it was there already, by the live region.
function complain(section: HTMLElement, error: HTMLElement, problem: string, stage: Stage): void {
  error.textContent = problem;
  const text = section.querySelector<HTMLElement>('.field:not([hidden])');
  text?.setAttribute('aria-invalid', 'true');
  const field = text ?? section.querySelector<HTMLElement>(':checked,input,.body a');
  const there = (section.getRootNode() as ShadowRoot).activeElement == field;
  if (there || !field?.hasAttribute('aria-describedby')) stage.announce(problem);
  field?.focus();
}

// Enter in a field is the button, as in a form. In a text of several lines it is a line break, and with Ctrl or ⌘ the button.
function submits(e: KeyboardEvent): boolean {
  const { tagName } = e.target as HTMLElement;
  return e.key == 'Enter' && !e.isComposing && e.keyCode != 229 && (tagName == 'INPUT' || (tagName == 'TEXTAREA' && (e.ctrlKey || e.metaKey)));
}
