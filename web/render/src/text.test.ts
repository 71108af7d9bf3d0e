// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { safeUrl } from './h';
import { inline, paragraphs, show } from './text';

const none = { answer: {}, hidden: {} };

function html(text: string, sources = none): string {
  const box = document.createElement('div');
  box.append(inline(text, sources));
  return box.innerHTML;
}

const link = (href: string, text: string) => `<a href="${href}" target="_blank" rel="noopener noreferrer">${text}</a>`;

test.each([
  ['plain', 'plain'],
  ['**bold** and *italic*', '<strong>bold</strong> and <em>italic</em>'],
  ['**bold with *italic* in it**', '<strong>bold with <em>italic</em> in it</strong>'],
  ['*italic with **bold** in it*', '<em>italic with <strong>bold</strong> in it</em>'],
  ['***both***', '<strong><em>both</em></strong>'],
  ['*a **b***', '<em>a <strong>b</strong></em>'],
  ['5 * 3 * 2', '5 * 3 * 2'],
  ['a ** b', 'a ** b'],
  ['**never closed', '**never closed'],
  ['*a **b* c**', '*a <strong>b* c</strong>'],
  ['[a](https://example.com/x)', link('https://example.com/x', 'a')],
  ['[**a** b](mailto:a@example.com)', link('mailto:a@example.com', '<strong>a</strong> b')],
  ['[a\\]b](https://example.com)', link('https://example.com', 'a]b')],
  ['[no address]', '[no address]'],
  ['[a] (https://example.com)', '[a] (https://example.com)'],
  ['\\*not italic\\* \\[x](https://example.com)', '*not italic* [x](https://example.com)'],
  ['\\{\\{ hidden.x \\}\\}', '{{ hidden.x }}'],
  ['snake_case_stays and C:\\dir', 'snake_case_stays and C:\\dir'],
])('%s', (text, want) => {
  expect(html(text)).toBe(want);
});

test('blank lines make paragraphs', () => {
  expect(paragraphs('a\nb\n\n \n\nc', none).map((p) => p.textContent)).toEqual(['a\nb', 'c']);
});

describe('piping is always text', () => {
  const evil = '<img src=x onerror=alert(1)> **b** [l](https://e.example) {{ hidden.b }}';
  const sources = { answer: { q: evil }, hidden: { a: evil, b: 'secret' } };
  test('from an answer and a hidden field', () => {
    const box = document.createElement('div');
    box.append(inline('{{ answer.q }}|{{hidden.a}}|{{ hidden.none | *you* }}', sources));
    expect(box.children).toHaveLength(0);
    expect(box.textContent).toBe(`${evil}|${evil}|*you*`);
  });
  test('what every object has is not a hidden field', () => {
    expect(html('{{ hidden.constructor | x }}{{ hidden.__proto__ }}', sources)).toBe('x');
  });
  test('values as a person writes them', () => {
    expect([7, 0, ['a', { other: 'b' }], { other: 'c' }, true, null].map(show)).toEqual(['7', '0', 'a, b', 'c', 'true', '']);
  });
});

describe('nothing from a text is run', () => {
  const payloads = [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '"><script>alert(1)</script>', '<iframe srcdoc="<script>alert(1)</script>">',
    '[x](javascript:alert(1))', '[x](JaVaScRiPt:alert(1))', '[x]( javascript:alert(1))', '[x](java\tscript:alert(1))', '[x](java\nscript:alert(1))', '[x](\u0001javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)', '[x](vbscript:msgbox(1))', '[x](//evil.example)', '[x](https:evil.example)', '[x](https://a" onclick="alert(1))', '[<b>x</b>](https://e.example)',
    '**<b onmouseover=alert(1)>x</b>**', '[[x](javascript:alert(1))](https://e.example)', '![x](https://e.example/x.png)', '[x](http:\\\\evil.example)', '[x](&#106;avascript:alert(1))', '[x](file:///etc/passwd)', '[x](blob:https://e.example/1)',
  ];
  test.each(payloads)('%s', (text) => {
    const box = document.createElement('div');
    box.append(inline(text, { answer: {}, hidden: {} }), ...paragraphs(text, none));
    for (const el of box.querySelectorAll('*')) {
      expect(['A', 'STRONG', 'EM', 'P']).toContain(el.tagName);
      for (const a of el.attributes) expect(['href', 'target', 'rel']).toContain(a.name);
      if (el.tagName == 'A') expect(new URL((el as HTMLAnchorElement).href).protocol).toMatch(/^(https?|mailto):$/);
    }
  });
  // The longest texts there are. jsdom moves nodes slowly; a pattern that tries again and again would take minutes.
  test.each(['**[*', '[\\', '{{ hidden.a |', '[]('])('many of %s take no time', (part) => {
    const start = performance.now();
    html(part.repeat(4000));
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

test('only addresses that a person may follow', () => {
  expect(safeUrl('https://example.com/a?b=c#d')).toBe('https://example.com/a?b=c#d');
  for (const bad of ['javascript:alert(1)', ' https://example.com', 'https://', 'example.com', '', undefined, 'https://exa mple.com']) expect(safeUrl(bad)).toBeUndefined();
});
