/**
 * Page rules: which addresses a survey may appear on. The server has the same rules in Go (internal/launch/pages.go);
 * spec/vectors/pages.json keeps both equal.
 */

export interface PageRule {
  op: string;
  value: string;
}

/** Allowed pages (none given: everywhere) and excluded ones. */
export interface Pages {
  allow?: PageRule[];
  exclude?: PageRule[];
}

const origin = /^[^/?#*]+?:\/\/[^/?#]*/;

/** Makes addresses comparable: scheme and host in lower case, what is outside ASCII percent-encoded. */
const plain = (address: string) =>
  address.replace(origin, (o) => o.toLowerCase()).replace(/[^\0-\x7f]+/g, encodeURIComponent);

/** One slash at the end of the path does not make another page. */
const endless = (address: string) => address.replace(/^([^?#]*)\/(?=[?#]|$)/, '$1');

/** Each operator, with and without path_, is one line. */
const ops: Record<string, (address: string, value: string) => boolean> = {
  equals: (address, value) => endless(address) == endless(plain(value)),
  starts_with: (address, value) => address.startsWith(plain(value)),
  contains: (address, value) => address.includes(plain(value)),
  matches: (address, value) => {
    // Each part at the first possible place: the work grows with the address, not with the number of stars.
    const parts = plain(value).split('*');
    const first = parts.shift()!;
    const last = parts.pop();
    if (last == null) return address == first;
    let at = first.length;
    return (
      address.startsWith(first) &&
      parts.every((part) => (at = address.indexOf(part, at) + part.length) >= part.length) &&
      address.slice(at).endsWith(last)
    );
  },
  regex: (address, value) => RegExp(value).test(address),
};

/** Tells whether any of the rules matches the address. A rule that cannot work matches nothing. */
export function anyPage(rules: PageRule[] | undefined, address: string): boolean {
  return !!rules?.some(({ op, value }) => {
    try {
      const page = plain(address);
      const path = page.replace(origin, '').replace(/[?#].*/s, '') || '/';
      const [, name] = /^path_(.*)/.exec(op) || [];
      return value && page && ops[name || op]!(name ? path : page, value) === true;
    } catch {
      return false;
    }
  });
}

/** Tells whether a survey limited to these pages may appear at the address. */
export function onPages(pages: Pages | undefined, address: string): boolean {
  return (!pages?.allow?.length || anyPage(pages.allow, address)) && !anyPage(pages?.exclude, address);
}
