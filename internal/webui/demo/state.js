// What Planwise itself remembers, in this browser only.

const PREFIX = "planwise_";

export function load(name, fallback) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

export function save(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // storage is blocked or full: Planwise forgets at the next page
  }
}

/** Forgets everything but who is logged in and how it looks. */
export function startOver() {
  for (const name of ["tasks", "invoices", "plans", "billing"]) {
    try {
      localStorage.removeItem(PREFIX + name);
    } catch {
      // nothing was remembered, either
    }
  }
}
