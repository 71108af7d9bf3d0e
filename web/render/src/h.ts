// Makes elements. Everything on the screen goes through here: text becomes
// text nodes, attributes are set one by one, nothing is ever parsed as HTML.

/** What may stand inside an element. Empty things are left out. */
export type Child = Node | string | false | null | undefined;

/** Attributes; functions are listeners by event name. Empty values are left out. */
export type Props = Record<string, unknown>;

/** Makes an HTML element. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props?: Props | null, ...children: Child[]): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), props, children);
}

/** Makes an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(tag: K, props?: Props | null, ...children: Child[]): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);
}

function fill<E extends Element>(el: E, props: Props | null | undefined, children: Child[]): E {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (typeof value == 'function') el.addEventListener(name, value as EventListener);
    else if (value != null && value !== false) el.setAttribute(name, value === true ? '' : String(value));
  }
  el.append(...children.filter((c): c is Node | string => !!c));
  return el;
}

/** The address if a person may follow it, else undefined. Blanks, controls and backslashes would let a scheme hide from the check. */
export const safeUrl = (url: string | undefined, schemes = /^(https?|mailto):/i): string | undefined =>
  // eslint-disable-next-line no-control-regex
  url && schemes.test(url) && /^(mailto:|https?:\/\/)[^\u0000-\u0020\u007f-\u009f\\]+$/i.test(url) ? url : undefined;
