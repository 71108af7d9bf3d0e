// Everything Planwise tells Earshot goes through here, so that the panel can
// show it. A real product would call _refiner directly.

const KEPT = 80;
const LOG = "planwise_heard";

let entries = restore();
const listeners = new Set();

/** Calls _refiner and notes the call and what came of it. */
export function tell(command, ...args) {
  note("call", command, args);
  let outcome;
  try {
    outcome = window._refiner(command, ...args);
  } catch (error) {
    note("error", command, [String(error)]);
    return Promise.resolve();
  }
  return Promise.resolve(outcome).then(
    (value) => {
      if (value !== undefined) note("outcome", command, [value]);
      return value;
    },
    (error) => note("error", command, [error?.message ?? String(error)]),
  );
}

/** Asks to be told about everything that happens to surveys. */
export function listen() {
  for (const callback of ["onBeforeShow", "onShow", "onNavigation", "onDismiss", "onComplete", "onClose", "onError"]) {
    window._refiner?.(callback, (...args) => note("callback", callback, args));
  }
}

export function note(kind, name, args = []) {
  const entry = { kind, name, text: args.map(short).filter(Boolean).join(", "), at: Date.now() };
  entries = [...entries, entry].slice(-KEPT);
  keep();
  for (const listener of listeners) listener(entry);
}

export const heard = () => entries;

export function onHeard(listener) {
  listeners.add(listener);
}

export function forgetHeard() {
  entries = [];
  keep();
}

const UUID = /([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** An argument as a developer would write it, shortened. */
function short(value) {
  if (typeof value === "function") return "ƒ";
  if (value instanceof Element) return `<${value.localName} id="${value.id}">`;
  if (typeof value === "object" && value?.elements) return `{key: ${value.key ?? "…"}}`;
  if (typeof value === "object" && value?.id && value.type) return `${value.type} “${value.id}”`;
  const text = JSON.stringify(value, null, 1)?.replace(/\n\s*/g, " ").replace(UUID, "$1…").replace(/"([a-z_]+)":/g, "$1:") ?? "";
  return text.length > 400 ? `${text.slice(0, 399)}…` : text;
}

function restore() {
  try {
    return JSON.parse(sessionStorage.getItem(LOG) ?? "[]");
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(LOG, JSON.stringify(entries));
  } catch {
    // storage is blocked: the list starts anew on every page
  }
}
