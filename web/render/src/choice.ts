// Options of which one or several are chosen, and an own answer beside them.

import { h } from './h';
import { check as tick, icon } from './icons';
import type { Kind, Step } from './kind';
import type { Element, Option } from './model';
import { ordered } from './seed';
import { say, type Words } from './words';

/** The own answer that stands beside the options. */
interface Own {
  other: string;
}

const isOwn = (value: unknown): value is Own => typeof (value as Own | null)?.other == 'string';

/** What is wrong with one chosen value. */
function wrong(el: Element, value: unknown, words: Words): string {
  if (isOwn(value)) return !el.other || !value.other.trim() ? words.required : [...value.other].length > 500 ? say(words.long, 500) : '';
  return el.options?.some((o) => o.value === value) ? '' : words.pick;
}

function wrongList(el: Element, answer: unknown, words: Words): string {
  if (!Array.isArray(answer)) return words.pick;
  const { min = 0, max } = el;
  const alone = answer.length == 1 && el.options?.some((o) => o.exclusive && o.value === answer[0]);
  if (answer.length < min && !alone) return say(words.least, min);
  if (max && answer.length > max) return say(words.most, max);
  return answer.map((v) => wrong(el, v, words)).find(Boolean) ?? '';
}

/** The element type for a choice of one, or of several. */
export const choice = (several: boolean): Kind => ({
  quick: (el) => !several && !!el.auto_advance,
  check: several ? wrongList : wrong,
  draw: (el, step) => draw(el, step, several),
});

function draw(el: Element, step: Step, several: boolean): Node {
  const chosen = (several ? step.value : [step.value]) as unknown[] | undefined;
  const own = chosen?.find(isOwn);
  const field = h('input', { class: 'field', type: 'text', value: own?.other, 'aria-label': el.other, placeholder: step.words.own, enterkeyhint: 'next', input: () => read() });
  const ownBox = el.other ? option(step, several, { value: '', label: el.other }, !!own) : null;
  const { options = [] } = el;
  const boxes = (el.shuffle ? ordered(options, step.view, el.id) : options).map((o) => ({ ...option(step, several, o, !!chosen?.includes(o.value)), exclusive: !!o.exclusive }));
  const all = () => (ownBox ? [...boxes, { ...ownBox, exclusive: false }] : boxes);

  const mark = () => all().forEach((b) => b.label.classList.toggle('on', b.input.checked));
  const read = () => {
    mark();
    field.hidden = !ownBox?.input.checked;
    const values = all()
      .filter((b) => b.input.checked)
      .map((b) => (b.input == ownBox?.input ? { other: field.value.trim() } : b.input.value));
    step.set(several ? (values.length ? values : undefined) : values[0]);
  };
  let pointer = false;
  const change = (e: Event) => {
    const box = all().find((b) => b.input == e.target);
    if (!box) return;
    // An exclusive option and the others put each other out.
    if (several && box.input.checked) for (const b of all()) if (b.input != box.input && (box.exclusive || b.exclusive)) b.input.checked = false;
    read();
    if (pointer && box.input == ownBox?.input && box.input.checked) field.focus();
  };
  const click = (e: Event) => {
    const input = e.target as HTMLInputElement;
    if (pointer && !several && el.auto_advance && input.type == 'radio' && input != ownBox?.input) step.pick(input.value);
  };
  field.hidden = !own;
  mark();
  const group = h(
    'div',
    {
      class: 'options',
      role: several ? 'group' : 'radiogroup',
      'aria-labelledby': step.labelledby,
      'aria-describedby': step.describedby,
      'aria-required': !several && !!el.required && 'true',
      pointerdown: () => (pointer = true),
      keydown: () => (pointer = false),
      change,
      click,
    },
    ...boxes.map((b) => b.label),
    ownBox?.label,
    ownBox && field,
  );
  group.style.setProperty('--c', String(el.columns ?? 1));
  return group;
}

function option(step: Step, several: boolean, o: Option, checked: boolean) {
  const input = h('input', { type: several ? 'checkbox' : 'radio', name: step.labelledby, value: o.value, checked, class: 'vh' });
  const label = h('label', { class: 'opt' }, input, h('span', { class: several ? 'mark box' : 'mark' }, several && icon(tick, 14)), h('span', null, o.label ?? o.value));
  return { input, label };
}
