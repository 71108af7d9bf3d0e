// Options of which one or several are chosen, and an own answer beside them.

import { h } from './h';
import { check as tick, icon } from './icons';
import type { Kind, Step } from './kind';
import type { Element, Option } from './model';
import { ordered } from './seed';
import { say, type Words } from './words';

/** An own answer: the text that was written beside the options. */
const own = (value: unknown): string | undefined => (value as { other?: string } | undefined)?.other;

/** What is wrong with one chosen value. */
function wrong(el: Element, value: unknown, words: Words): string {
  const text = own(value);
  if (text == null) return el.options?.some((o) => o.value === value) ? '' : words.required;
  return !el.other || !text.trim() ? words.required : [...text].length > 500 ? say(words.long, 500) : '';
}

function wrongList(el: Element, answer: unknown, words: Words): string {
  if (!Array.isArray(answer)) return words.required;
  const { min = 0, max, options } = el;
  const alone = options?.some((o) => o.exclusive && o.value === answer[0]);
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

// A row of the list: an option, or the one (without a value) that takes an own text.
interface Row extends Partial<Option> {
  label?: string;
  input: HTMLInputElement;
  node: HTMLElement;
}

function draw(el: Element, step: Step, several: boolean): Node {
  const { options = [], other, shuffle, auto_advance } = el;
  const chosen = [step.value].flat();
  const text = chosen.map(own).find((t) => t != null);
  const row = (o: Partial<Option>): Row => {
    const checked = o.value ? chosen.includes(o.value) : text != null;
    const input = h('input', { type: several ? 'checkbox' : 'radio', name: step.id, checked });
    const node = h('label', { class: 'opt' }, input, h('span', { class: several ? 'mark box' : 'mark' }, several && icon(tick)), h('span', null, o.label ?? o.value));
    return { ...o, input, node };
  };
  const rows: Row[] = [...(shuffle ? ordered(options, step.view, el.id) : options), ...(other ? [{ label: other }] : [])].map(row);
  const field = h('input', { class: 'field', value: text, 'aria-label': other, enterkeyhint: 'next', input: () => read() });

  const mark = () => {
    for (const r of rows) r.node.classList.toggle('on', r.input.checked);
    field.hidden = !rows.some((r) => !r.value && r.input.checked);
  };
  const read = () => {
    mark();
    const values = rows.filter((r) => r.input.checked).map((r) => r.value ?? { other: field.value.trim() });
    step.set(several && values[0] ? values : values[0]);
  };
  const change = (row: Row, pointer: boolean) => {
    // An exclusive option and the others put each other out.
    if (several && row.input.checked) for (const r of rows) if (r != row && (r.exclusive || row.exclusive)) r.input.checked = false;
    read();
    if (pointer && !field.hidden && !row.value) field.focus();
  };
  mark();
  const list = step.group(several ? 'group' : 'radiogroup', 'options', (input, pointer, click) => {
    const row = rows.find((r) => r.input == input);
    if (!row) return;
    if (!click) change(row, pointer);
    else if (pointer && !several && auto_advance && row.value) step.pick(row.value);
  });
  list.append(...rows.map((r) => r.node), field);
  list.style.setProperty('--c', String(el.columns ?? 1));
  return list;
}
