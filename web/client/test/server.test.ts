// The package where there is no window: server-side rendering.
import { describe, expect, it } from 'vitest';
import _refiner, { configure } from '../src/npm/index';

describe('on a server', () => {
  it('the package may be imported, and every call resolves and does nothing', async () => {
    expect(typeof window).toBe('undefined');
    configure({ server: 'https://surveys.example.com' });
    expect(await _refiner('showForm', 'nps')).toBeUndefined();
  });
});
