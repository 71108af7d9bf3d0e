import { describe, expect, test } from 'vitest';
import { contrast, luminance, mix, readable } from './color';
import { themeSheet, tokens, type Tokens } from './theme';
import { mulberry32 } from './seed';

/** What must be readable on what, and by how much. */
export const pairs: [keyof Tokens, (keyof Tokens)[], number][] = [
  ['fg', ['bg', 'fi', 'fh', 'at', 'c0', 'c1', 'c2'], 4.5],
  ['mu', ['bg', 'fi', 'at'], 4.5],
  ['al', ['bg', 'fi', 'at'], 4.5],
  ['er', ['bg', 'at'], 4.5],
  ['on', ['ac'], 4.5],
  ['ac', ['bg', 'fi'], 3],
  ['bo', ['bg', 'fi', 'at'], 3],
];

function failures(t: Tokens): string[] {
  return pairs.flatMap(([a, on, ratio]) => on.filter((b) => contrast(t[a], t[b]) < ratio).map((b) => `${a} ${t[a]} on ${b} ${t[b]}: ${contrast(t[a], t[b]).toFixed(2)}`));
}

describe('any brand can be read', { timeout: 120_000 }, () => {
  const random = mulberry32(7);
  const color = () => '#' + Math.floor(random() * 0x1000000).toString(16).padStart(6, '0');

  test('10,000 random accents in both schemes', () => {
    const bad: string[] = [];
    for (let i = 0; i < 10_000; i++) {
      const look = { accent: color() };
      for (const dark of [false, true]) bad.push(...failures(tokens(look, dark)).map((f) => `${look.accent} ${dark}: ${f}`));
    }
    expect(bad.slice(0, 5)).toEqual([]);
  });

  test('10,000 random accents on random backgrounds with random text', () => {
    const bad: string[] = [];
    for (let i = 0; i < 10_000; i++) {
      const look = { accent: color(), background: color(), text: color() };
      bad.push(...failures(tokens(look, i % 2 == 0)).map((f) => `${JSON.stringify(look)}: ${f}`));
    }
    expect(bad.slice(0, 5)).toEqual([]);
  });

  test('every grey as a background', () => {
    for (let v = 0; v < 256; v++) {
      const grey = '#' + v.toString(16).padStart(2, '0').repeat(3);
      expect(failures(tokens({ background: grey, accent: grey }, false))).toEqual([]);
    }
  });
});

test('a readable colour is left alone', () => {
  expect(tokens({ accent: '#4f46e5' }, false).ac).toBe('#4f46e5');
  expect(readable('#000000', ['#ffffff'], 4.5)).toBe('#000000');
});

test('luminance, contrast and mixing are those of WCAG and of the eye', () => {
  expect(luminance('#ffffff')).toBeCloseTo(1);
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(contrast('#0a0a0a', '#0b0b0b')).toBeCloseTo(1.004, 2);
  expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
});

test('nothing but checked colours and numbers reaches the style sheet', () => {
  const evil = '#fff;}*{background:url(https://evil.example)}' as string;
  const sheet = themeSheet({ accent: evil, background: evil, text: evil, radius: evil as unknown as number, scheme: evil });
  expect(sheet).not.toContain('evil');
  expect(sheet).not.toContain('url');
});
