// From a brand's colours to the colours on the screen. Whatever is asked for,
// what is drawn can be read: text 4.5:1, marks and the focus ring 3:1 (WCAG 2.2
// 1.4.3, 1.4.11). theme.test.ts holds this for thousands of random brands.

import { black, contrast, isHex, mix, readable, white } from './color';
import type { Look } from './model';

/** The colours of a survey; the key is the name of the CSS property without its dashes. */
export interface Tokens {
  /** Surface. */
  bg: string;
  /** Text, and quieter text. */
  fg: string;
  mu: string;
  /** Accent as a fill, the same under the pointer, text on both. */
  ac: string;
  ah: string;
  on: string;
  /** Accent as text. */
  al: string;
  /** Surface of what is chosen. */
  at: string;
  /** Hairlines, which carry nothing; edges of fields and marks, which do. */
  li: string;
  bo: string;
  /** Cells of a scale at rest and under the pointer; for coloured ones low, middle and high. */
  fi: string;
  fh: string;
  c0: string;
  c1: string;
  c2: string;
  /** Error text, focus ring. */
  er: string;
  ri: string;
}

/** The tokens for a look in one scheme. A background that is given decides by itself whether this is light or dark. */
export function tokens(look: Look, dark: boolean): Tokens {
  const brand = isHex(look.accent) ? look.accent : '#4f46e5';
  const bg = isHex(look.background) ? look.background : dark ? mix('#18181b', brand, 0.025) : white;
  const deep = contrast(bg, white) > contrast(bg, black);
  // On a middling background only pure black or white can be read: then surfaces must not come nearer to it.
  const extreme = deep ? white : black;
  const tint = (to: string, share: number): string => {
    const c = mix(bg, to, share);
    return share <= 0 || contrast(c, extreme) >= Math.min(4.6, contrast(bg, extreme)) ? c : tint(to, share - 0.01);
  };
  const strong = deep ? 1.8 : 1;

  const ink = isHex(look.text) ? look.text : mix(deep ? '#f4f4f6' : '#18181c', brand, 0.06);
  const fi = tint(mix(ink, brand, 0.3), 0.045 * strong);
  const ac = button(readable(deep ? mix(brand, white, 0.12) : brand, [bg, fi], 3), [bg, fi]);
  const [fh, at] = [tint(ac, 0.15 * strong), tint(ac, 0.08 * strong)];
  const [c0, c1, c2] = [tint('#dc2626', 0.14 * strong), tint('#f59e0b', 0.14 * strong), tint('#16a34a', 0.14 * strong)];
  const surfaces = [bg, fi, fh, at, c0, c1, c2];
  const fg = readable(ink, surfaces, 4.5);
  const on = contrast(ac, white) >= 4.5 ? white : readable(mix(black, ac, 0.15), [ac], 4.5);
  const ah = mix(ac, on == white ? black : white, 0.12);
  return {
    bg, fg, ac, on, at, fi, fh, c0, c1, c2,
    ah: contrast(ah, on) >= 4.5 ? ah : ac,
    mu: readable(mix(bg, fg, 0.62), [bg, fi, at], 4.5),
    al: readable(ac, [bg, at, fi], 4.5),
    li: mix(bg, fg, 0.1 * strong),
    bo: readable(mix(bg, fg, 0.4), [bg, fi, at], 3),
    er: readable(deep ? '#f87171' : '#c81e1e', [bg, at], 4.5),
    ri: readable(ac, surfaces, 3),
  };
}

// A brand's button has white text: where little is missing, a slightly deeper
// accent is nearer to it than black text would be.
function button(accent: string, neighbours: string[]): string {
  const deeper = readable(accent, [white], 4.5);
  return contrast(accent, white) > 3.3 && neighbours.every((n) => contrast(deeper, n) >= 3) ? deeper : accent;
}

/** The rules that give the host element its colours. Nothing of the look gets into them but checked colours and numbers. */
export function themeSheet(look: Look): string {
  const rules = (dark: boolean) => {
    const t = tokens(look, dark);
    const [scheme, shadow] = contrast(t.bg, white) > contrast(t.bg, black) ? ['dark', 0.5] : ['light', 0.1];
    return `:host{${Object.entries(t).map((e) => `--${e.join(':')};`).join('')}color-scheme:${scheme};--sh:${shadow}}`;
  };
  const { radius = 16, scheme } = look;
  const corners = `:host{--ra:${Math.min(32, Math.max(0, +radius || 0))}px;--rs:calc(var(--ra)*.6)}`;
  if (scheme == 'dark' || scheme == 'light') return corners + rules(scheme == 'dark');
  return `${corners}${rules(false)}@media (prefers-color-scheme:dark){${rules(true)}}`;
}
