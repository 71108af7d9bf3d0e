// "What Earshot hears": what this page tells Earshot, what comes back, and
// buttons to try things. It is not part of Planwise; a product would not have it.

import { byId, el, icon } from "./dom.js";
import { forgetHeard, heard, onHeard, tell } from "./earshot.js";
import { load, save } from "./state.js";

// One survey of the demonstration for each layout; all are launched by hand.
const LAYOUTS = [
  ["Corner", "layout_corner"],
  ["Bottom bar", "layout_bottom"],
  ["Side panel", "layout_side"],
  ["Modal", "layout_modal"],
  ["Full screen", "layout_full"],
];
const INLINE = "layout_inline";

export function panel() {
  // On a phone the panel would cover what it has just asked for.
  const makeRoom = () => {
    if (matchMedia("(max-width: 720px)").matches) details.open = false;
  };
  const log = el("ol", { class: "heard", "aria-label": "Calls and callbacks", tabindex: "0" });
  const count = el("span", { class: "heard-count" });
  const details = el("details", { class: "hears" },
    el("summary", {}, icon("ear"), "What Earshot hears", count),
    el("div", { class: "hears-body" }, actions(makeRoom), log, foot(log, count)));
  details.open = load("panel", false);
  details.addEventListener("toggle", () => {
    save("panel", details.open);
    log.scrollTop = log.scrollHeight;
  });
  document.body.append(details);

  log.append(...heard().map(line));
  count.textContent = String(heard().length);
  log.scrollTop = log.scrollHeight;
  onHeard((entry) => {
    log.append(line(entry));
    count.textContent = String(heard().length);
    log.scrollTop = log.scrollHeight;
  });
}

function actions(makeRoom) {
  const button = (label, click) => el("button", { type: "button", click }, label);
  const show = (label, ask) => button(label, () => {
    makeRoom();
    void ask();
  });
  return el("div", { class: "hears-actions" },
    el("h2", {}, "Show a survey"),
    el("div", {},
      ...LAYOUTS.map(([label, key]) => show(label, () => tell("showForm", key, true))),
      show("Inline", embed)),
    el("h2", {}, "And"),
    el("div", {},
      toggle("Debug", "debug", (on) => void tell("debug", on)),
      toggle("Send page along", "along", (on) => void tell("addToResponse", on ? { page: document.title, theme: document.documentElement.dataset.theme } : null)),
      button("Close survey", () => void tell("closeForm"))));
}

/** A switch that is remembered, and set again on every page. */
function toggle(label, name, set) {
  const button = el("button", {
    type: "button", "aria-pressed": String(load(name, false)),
    click: () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      save(name, on);
      set(on);
    },
  }, label);
  if (load(name, false)) set(true);
  return button;
}

async function embed() {
  let place = byId("planwise-inline");
  if (!place) {
    place = el("section", { id: "planwise-inline", class: "inline-survey", "aria-label": "Survey in the page" });
    byId("main").append(place);
  }
  await tell("embed", INLINE, "planwise-inline");
  place.scrollIntoView({ block: "center" });
}

function foot(log, count) {
  return el("div", { class: "hears-foot" },
    el("a", { href: "answers" }, "See the answers"),
    el("button", {
      type: "button",
      click: () => {
        forgetHeard();
        log.replaceChildren();
        count.textContent = "0";
      },
    }, "Clear"));
}

const KINDS = { call: "→", outcome: "←", callback: "←", error: "!", page: "" };

function line(entry) {
  const time = new Date(entry.at).toTimeString().slice(0, 8);
  const what = entry.kind === "page" ? entry.name
    : entry.kind === "outcome" ? `${entry.name} gave ${entry.text}`
    : `${entry.name}(${entry.text})`;
  return el("li", { class: entry.kind },
    el("time", {}, time), el("span", { class: "arrow", "aria-hidden": "true" }, KINDS[entry.kind] ?? ""), el("code", {}, what));
}
