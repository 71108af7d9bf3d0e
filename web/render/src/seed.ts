// Chance that can be repeated: the same view always gets the same branch and
// the same order, on both sides of the wire (spec/vectors/logic.json).

/** FNV-1a, 32 bits, over the UTF-8 bytes of a text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A mulberry32 generator: numbers in [0, 1). */
export function mulberry32(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Options in the order that this view of this element has (Fisher–Yates, from the end). What excludes the others stays last. */
export function ordered<T extends { exclusive?: boolean }>(options: readonly T[], view: string, element: string): T[] {
  const out = options.filter((o) => !o.exclusive);
  const random = mulberry32(fnv1a(`${view}:${element}:shuffle`));
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j]!, out[i]!];
  }
  return [...out, ...options.filter((o) => o.exclusive)];
}

/** Index of the weighted branch that this view of this element takes. Weights are whole and positive. */
export function drawn(weights: readonly number[], view: string, element: string): number {
  let rest = fnv1a(`${view}:${element}`) % weights.reduce((a, b) => a + b, 0);
  return weights.findIndex((w) => (rest -= w) < 0);
}
