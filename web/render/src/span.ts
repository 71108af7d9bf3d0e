/** The milliseconds of a span of seconds, minutes or hours, such as 90s or 5m; 0 for none. Nothing here waits for days. */
export const milliseconds = (span = ''): number => parseInt(span) * (/m/.test(span) ? 6e4 : /h/.test(span) ? 36e5 : 1e3) || 0;
