/** The milliseconds of a span such as 90s or 5m; 0 for none. */
export function milliseconds(span = ''): number {
  const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };
  return parseInt(span) * seconds[span.slice(-1)]! * 1000 || 0;
}
