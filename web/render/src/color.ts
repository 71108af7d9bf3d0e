// Colours: hexadecimal texts outside, OKLCH (Ottosson 2020) where they are
// changed, WCAG 2.2 relative luminance where they are compared.

/** Lightness 0..1, chroma 0..~0.4, hue in radians. */
export type Lch = readonly [l: number, c: number, h: number];

const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const gamma = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

const channels = (hex: string): number[] => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
const toHex = (rgb: readonly number[]): string => '#' + rgb.map((v) => Math.round(Math.min(1, Math.max(0, v)) * 255).toString(16).padStart(2, '0')).join('');

/** Whether a text is a colour as the look has it, #rrggbb. */
export const isHex = (text: unknown): text is string => /^#[0-9a-f]{6}$/i.test(String(text));

/** Relative luminance, 0..1. */
export function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map(linear) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio, 1..21. */
export function contrast(a: string, b: string): number {
  const x = luminance(a) + 0.05;
  const y = luminance(b) + 0.05;
  return x > y ? x / y : y / x;
}

/** a with a share of b, channel by channel. */
export function mix(a: string, b: string, share: number): string {
  const to = channels(b);
  return toHex(channels(a).map((v, i) => v + (to[i]! - v) * share));
}

/** A colour in OKLCH. */
export function lch(hex: string): Lch {
  const [r, g, b] = channels(hex).map(linear) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const u = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const v = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, Math.hypot(u, v), Math.atan2(v, u)];
}

/** The nearest colour that a screen has: lightness and hue stay, chroma gives way. */
export function hex([light, chroma, hue]: Lch): string {
  for (let c = chroma; ; c -= 0.01) {
    const u = Math.max(0, c) * Math.cos(hue);
    const v = Math.max(0, c) * Math.sin(hue);
    const l = (light + 0.3963377774 * u + 0.2158037573 * v) ** 3;
    const m = (light - 0.1055613458 * u - 0.0638541728 * v) ** 3;
    const s = (light - 0.0894841775 * u - 1.291485548 * v) ** 3;
    const rgb = [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    ];
    if (c <= 0 || rgb.every((x) => x > -0.0005 && x < 1.0005)) return toHex(rgb.map((x) => gamma(Math.max(0, x))));
  }
}

/** The colour with the same hue and the nearest lightness that has the contrast with every neighbour; black or white if none has. */
export function readable(color: string, neighbours: readonly string[], ratio: number): string {
  const fine = (c: string) => neighbours.every((n) => contrast(c, n) >= ratio);
  if (fine(color)) return color;
  const [l, c, h] = lch(color);
  for (let d = 0.01; d < 1; d += 0.01) {
    for (const to of [l - d, l + d]) {
      const shifted = hex([Math.min(1, Math.max(0, to)), c, h]);
      if (fine(shifted)) return shifted;
    }
  }
  return fine('#000000') ? '#000000' : '#ffffff';
}
