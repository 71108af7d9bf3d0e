// Colours: #rrggbb texts, mixed channel by channel, compared by WCAG 2.2
// relative luminance. A colour is changed by mixing in black or white, which
// keeps its hue near enough and needs no colour space of its own here.

export const black = '#000000';
export const white = '#ffffff';

/** Whether a text is a colour as the look has it. */
export const isHex = (text: unknown): text is string => /^#[0-9a-f]{6}$/i.test(String(text));

const channels = (hex: string): number[] => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** a with a share of b, 0..1. */
export function mix(a: string, b: string, share: number): string {
  const to = channels(b);
  return '#' + channels(a).map((v, i) => Math.round(v + (to[i]! - v) * share).toString(16).padStart(2, '0')).join('');
}

/** Relative luminance, 0..1. */
export function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((v) => (v > 10 ? ((v / 255 + 0.055) / 1.055) ** 2.4 : v / 3294.6));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

const ratio = (a: number, b: number): number => Math.max((a + 0.05) / (b + 0.05), (b + 0.05) / (a + 0.05));

/** Contrast ratio, 1..21. */
export const contrast = (a: string, b: string): number => ratio(luminance(a), luminance(b));

/** The nearest shade of a colour, towards black or white, that has the contrast with every neighbour; one of these two if none has. */
export function readable(color: string, neighbours: readonly string[], least: number, towards = [black, white]): string {
  const around = neighbours.map(luminance);
  for (let share = 0; share < 1; share += 0.02)
    for (const to of towards) {
      const shade = mix(color, to, share);
      const light = luminance(shade);
      if (around.every((n) => ratio(light, n) >= least)) return shade;
    }
  return ratio(0, around[0]!) > ratio(1, around[0]!) ? black : white;
}
