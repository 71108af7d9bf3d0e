// The survey renderer: the widget, survey pages, inline surveys and the
// editor's preview all draw with it.

export { dress, tongue, type Stand } from './dress';
export { logo } from './furniture';
export { h, safeUrl } from './h';
export { cross, icon } from './icons';
export type { Answers, Element, Look, Survey } from './model';
export { kindOf } from './registry';
export { run, type Run, type Stage } from './survey';
export { words, type Words } from './words';
