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
  /** Accent as a fill, and text on it. */
  ac: string;
  on: string;
  /** Accent as text and as the ring of what has the focus. */
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
  /** Error text. */
  er: string;
}

/** The tokens for a look in one scheme. A background that is given decides by itself whether this is light or dark. */
export function tokens(look: Look, dark: boolean): Tokens {
  const brand = isHex(look.accent) ? look.accent : '#4f46e5';
  const base = isHex(look.background) ? look.background : dark ? mix('#18181b', brand, 0.025) : white;
  const deep = isDark(base);
  const [far, near] = deep ? [white, black] : [black, white];
  // A middling background leaves no room between text and surfaces: it gives way.
  const bg = readable(base, [far], 8, [near]);
  const on = (share: number, color: string) => mix(bg, color, deep ? share * 1.6 : share);

  const ink = isHex(look.text) ? look.text : mix(deep ? '#f4f4f6' : '#18181c', brand, 0.06);
  const fi = on(0.045, mix(ink, brand, 0.3));
  const ac = button(readable(deep ? mix(brand, white, 0.12) : brand, [bg, fi], 3), [bg, fi]);
  const [fh, at] = [on(0.12, ac), on(0.07, ac)];
  const [c0, c1, c2] = [on(0.14, '#dc2626'), on(0.14, '#f59e0b'), on(0.14, '#16a34a')];
  const fg = readable(ink, [bg, fi, fh, at, c0, c1, c2], 4.5);
  return {
    bg, fg, ac, at, fi, fh, c0, c1, c2,
    on: contrast(ac, white) >= 4.5 ? white : readable(mix(black, ac, 0.15), [ac], 4.5),
    mu: readable(mix(bg, fg, 0.62), [bg, fi, at], 4.5),
    al: readable(ac, [bg, at, fi], 4.5),
    li: on(0.1, fg),
    bo: readable(mix(bg, fg, 0.4), [bg, fi, at], 3),
    er: readable(deep ? '#f87171' : '#c81e1e', [bg, at], 4.5),
  };
}

const isDark = (color: string): boolean => contrast(color, white) > contrast(color, black);

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
    const [scheme, shadow] = isDark(t.bg) ? ['dark', 0.5] : ['light', 0.1];
    return `:host{${Object.entries(t).map((e) => `--${e.join(':')};`).join('')}color-scheme:${scheme};--sh:${shadow}}`;
  };
  const { radius = 16, scheme } = look;
  const corners = `:host{--ra:${Math.min(32, Math.max(0, +radius || 0))}px;--rs:calc(var(--ra)*.6)}`;
  if (scheme == 'dark' || scheme == 'light') return corners + rules(scheme == 'dark');
  return `${corners}${rules(false)}@media (prefers-color-scheme:dark){${rules(true)}}`;
}
