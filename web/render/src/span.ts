const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** The milliseconds of a span such as 90s or 5m; 0 for none. */
export function milliseconds(span: string | undefined): number {
  const [, n, unit] = /^(\d+)([smhdw])$/.exec(span ?? '') ?? [];
  return n ? Number(n) * units[unit!]! * 1000 : 0;
}
