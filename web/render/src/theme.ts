// From a brand's colours to the colours on the screen. Whatever is asked for,
// what is drawn can be read: text 4.5:1, marks and the focus ring 3:1 (WCAG 2.2
// 1.4.3, 1.4.11). theme.test.ts holds this for thousands of random brands.

import { contrast, hex, isHex, lch, mix, readable } from './color';
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

const black = '#000000';
const white = '#ffffff';
const [red, amber, green] = ['#dc2626', '#f59e0b', '#16a34a'];

/** The tokens for a look in one scheme. A background that is given decides by itself whether this is light or dark. */
export function tokens(look: Look, dark: boolean): Tokens {
  const brand = isHex(look.accent) ? look.accent : '#4f46e5';
  const [, chroma, hue] = lch(brand);
  const neutral = (l: number, c = 0.012) => hex([l, Math.min(chroma / 5, c), hue]);

  const bg = isHex(look.background) ? look.background : dark ? neutral(0.22) : white;
  const deep = contrast(bg, white) > contrast(bg, black);
  // On a middling background only pure black or white can be read: then surfaces must not come nearer to it.
  const extreme = deep ? white : black;
  const tint = (to: string, share: number): string => {
    const c = mix(bg, to, share);
    return share <= 0 || contrast(c, extreme) >= 4.6 || contrast(c, extreme) >= contrast(bg, extreme) ? c : tint(to, share - 0.01);
  };

  const [bl, bc, bh] = lch(brand);
  const calm = deep && !isHex(look.background) ? hex([Math.max(bl, 0.6), bc * 0.92, bh]) : brand;
  const fg0 = isHex(look.text) ? look.text : neutral(deep ? 0.96 : 0.25, 0.02);
  const fi = tint(mix(fg0, brand, 0.3), deep ? 0.07 : 0.05);
  const ac = button(readable(calm, [bg, fi], 3), [bg, fi]);
  const fh = tint(ac, deep ? 0.28 : 0.16);
  const at = tint(ac, deep ? 0.16 : 0.08);
  const [c0, c1, c2] = [red, amber, green].map((c) => tint(c!, deep ? 0.26 : 0.14)) as [string, string, string];
  const surfaces = [bg, fi, fh, at, c0, c1, c2];
  const fg = readable(fg0, surfaces, 4.5);
  const on = contrast(ac, white) >= 4.5 ? white : ink(ac);
  const [al, ah] = [lch(ac), hover(ac, on)];
  return {
    bg, fg, ac, ah, on, at, fi, fh, c0, c1, c2,
    mu: readable(mix(bg, fg, 0.62), [bg, fi, at], 4.5),
    al: readable(hex(al), [bg, at, fi], 4.5),
    li: mix(bg, fg, deep ? 0.16 : 0.11),
    bo: readable(mix(bg, fg, 0.4), [bg, fi, at], 3),
    er: readable(deep ? '#f87171' : '#c81e1e', [bg, at], 4.5),
    ri: readable(ac, surfaces, 3),
  };
}

// button makes room for white text where little is missing: a brand's button
// has white text, and a slightly deeper accent is nearer to it than black text.
function button(accent: string, neighbours: string[]): string {
  if (contrast(accent, white) >= 4.5 || contrast(accent, white) < 3.3) return accent;
  const deeper = readable(accent, [white], 4.5);
  return neighbours.every((n) => contrast(deeper, n) >= 3) ? deeper : accent;
}

const ink = (accent: string): string => {
  const [, c, h] = lch(accent);
  const dark = hex([0.2, Math.min(c, 0.04), h]);
  return contrast(accent, dark) >= 4.5 ? dark : contrast(accent, black) >= contrast(accent, white) ? black : white;
};

const hover = (accent: string, on: string): string => {
  const towards = mix(accent, on == white ? black : white, 0.12);
  return contrast(towards, on) >= 4.5 ? towards : accent;
};

/** The rules that give the host element its colours. Nothing of the look gets into them but checked colours and numbers. */
export function themeSheet(look: Look): string {
  const rules = (dark: boolean) => {
    const t = tokens(look, dark);
    const deep = contrast(t.bg, white) > contrast(t.bg, black);
    return `:host{${Object.entries(t).map(([k, v]) => `--${k}:${v};`).join('')}color-scheme:${deep ? 'dark' : 'light'};--sh:${deep ? 0.5 : 0.1}}`;
  };
  const radius = Math.min(32, Math.max(0, Number(look.radius ?? 16) || 0));
  const fixed = `:host{--ra:${radius}px;--rs:${Math.round(radius * 0.6)}px}`;
  if (look.scheme == 'dark' || look.scheme == 'light') return fixed + rules(look.scheme == 'dark');
  return `${fixed}${rules(false)}@media (prefers-color-scheme:dark){${rules(true)}}`;
}
