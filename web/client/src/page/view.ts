// A survey on a page of its own.

import { dress, h, logo, run, tongue, words, type Stand, type Survey, type Words } from '../../../render/src/index';
import type { Host, Open, Sorry } from '../contract';
import css from './page.css?inline';

/** Draws a survey that is the page. It stays when it is over: there is nothing behind it. */
export const open: Open = async (granted, host) => {
  const survey = granted as unknown as Survey;
  const spoken = await words(tongue(survey, host.locale).lang);
  const { element, stand } = place(host.container ?? document.body, survey);
  const said = tongue(survey, host.locale);
  Object.assign(document.documentElement, said);
  const asked = run(survey, stage(host, stand, spoken));
  stand.root.append(h('main', { class: 'survey', ...said }, logo(survey.look ?? {}), asked.node));
  document.title = stand.root.querySelector('h1')?.textContent || spoken.survey;

  let gone = false;
  const close = () => {
    if (gone) return;
    gone = true;
    asked.stop();
    element.remove();
    host.closed();
  };
  const dismiss = () => {
    const { answers, element: id } = asked.state();
    if (!gone && !asked.done()) host.dismiss(answers, id);
    close();
  };
  return { close, dismiss, destroy: close };
};

/** Says why there is no survey. */
export const sorry: Sorry = async (reason, _message, container) => {
  const { stand } = place(container, { elements: [] });
  const language = navigator.language;
  const spoken = await words(language);
  const text = reason == 'already_completed' ? spoken.thanks : spoken.none;
  document.title = text;
  stand.root.append(h('main', { class: 'survey', ...tongue({ elements: [], language: spoken.lang }, '') }, h('h1', { class: 'q sorry' }, text)));
};

function place(container: HTMLElement, survey: Survey): { element: HTMLElement; stand: Stand } {
  const element = h('div');
  container.replaceChildren(element);
  return { element, stand: dress(element, survey, css) };
}

const stage = (host: Host, { announce }: Stand, spoken: Words) => ({
  view: host.view,
  words: spoken,
  heading: 'h1' as const,
  thanks: true,
  hidden: () => host.hidden(),
  initial: host.initial,
  progress: host.progress,
  complete: host.complete,
  over: () => {},
  announce,
});
