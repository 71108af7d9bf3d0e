// The gallery. Its address says what is shown, so that tests can ask for it:
// ?layout=modal&position=top-left&scheme=dark&lang=ar&element=nps&accent=%23ff0000&page=busy
// With `layout` the survey opens over the page; without, all elements stand in it.

import type { Host, Survey as Granted, WidgetHandle } from '../client/src/contract';
import { open } from '../client/src/widget/index';
import { h, type Element, type Look, type Survey } from '../render/src/index';
import { samples } from './samples';

const query = new URLSearchParams(location.search);
const ask = (name: string): string | undefined => query.get(name) ?? undefined;
const lang = ask('lang') ?? 'en';

/** What a survey told its host, for tests. */
interface Call {
  name: string;
  args: unknown[];
}

const calls: Call[] = [];

function host(container?: HTMLElement, initial?: Host['initial']): Host {
  const note = (name: string) => (...args: unknown[]) => void calls.push({ name, args: JSON.parse(JSON.stringify(args)) as unknown[] });
  return {
    view: '6f1c1d5e-8a0b-4c57-9d3e-0123456789ab',
    locale: lang,
    ...(container && { container }),
    ...(initial && { initial }),
    hidden: () => ({ plan: 'pro' }),
    progress: note('progress'),
    complete: note('complete'),
    dismiss: note('dismiss'),
    closed: note('closed'),
  };
}

function look(more: Look = {}): Look {
  const { accent, background, text, scheme, position, layout, radius, font } = Object.fromEntries(query) as Record<string, string>;
  return JSON.parse(JSON.stringify({ accent, background, text, scheme, position, layout, font, radius: radius && Number(radius), backdrop_close: true, ...more })) as Look;
}

const survey = (elements: Element[], more?: Look): Survey => ({ uuid: 'gallery', language: lang, look: look(more), elements });

const show = (s: Survey, container?: HTMLElement, initial?: Host['initial']): WidgetHandle | Promise<WidgetHandle> => open(s as unknown as Granted, host(container, initial));

/** All questions as one survey, beginning with one of them. */
function whole(first: string): Element[] {
  const list = samples(lang);
  const order = Object.values(list).filter((e) => e.id != 'redirect' && e.id != 'thank_you' && e.id != first);
  const begin = list[first] ?? list['nps']!;
  return first == 'thank_you' || first == 'redirect' ? [begin] : [begin, ...order, list['thank_you']!];
}

function overview(all: HTMLElement): void {
  for (const [name, element] of Object.entries(samples(lang))) {
    const box = h('div');
    all.append(h('figure', null, h('figcaption', null, name), box));
    void show(survey([element, ...(element.type == 'thank_you' ? [] : [samples(lang)['thank_you']!])]), box);
  }
}

function choices(form: HTMLElement): void {
  const pick = (name: string, values: string[]) =>
    h('label', null, name, h('select', { name }, ...values.map((v) => h('option', { value: v, selected: (ask(name) ?? '') == v }, v || '–'))));
  form.append(
    pick('layout', ['', 'corner', 'bottom', 'side', 'modal', 'full']),
    pick('position', ['', 'bottom-right', 'bottom-left', 'top-right', 'top-left']),
    pick('scheme', ['', 'light', 'dark']),
    pick('lang', ['en', 'de', 'ar']),
    pick('page', ['', 'dark', 'busy']),
    pick('element', ['', ...Object.keys(samples('en'))]),
    h('label', null, 'accent', h('input', { name: 'accent', type: 'color', value: ask('accent') ?? '#4f46e5' })),
    h('button', null, 'Show'),
  );
}

Object.assign(window, { gallery: { calls, samples, show, look, survey, whole } });
document.body.className = ask('page') ?? '';
const [form, all] = [document.getElementById('choices'), document.getElementById('all')];
if (form) choices(form);
if (ask('layout')) void Promise.resolve(show(survey(whole(ask('element') ?? 'nps')))).then((handle) => Object.assign(window, { handle }));
else if (all) overview(all);
