// What has been stored, as the server tells it. Everything is a text node.

import { byId, el } from "./dom.js";
import { start } from "./shell.js";

async function refresh() {
  const area = byId("answers");
  area.setAttribute("aria-busy", "true");
  try {
    const response = await fetch("answers.json", { cache: "no-store" });
    if (!response.ok) throw new Error(`The server said ${response.status}.`);
    draw(await response.json());
  } catch (error) {
    area.replaceChildren(el("p", { class: "card nothing" }, `The answers cannot be read right now. ${error.message}`));
  }
  area.removeAttribute("aria-busy");
}

function draw(list) {
  if (!Array.isArray(list) || list.length === 0) {
    byId("answers").replaceChildren(el("div", { class: "card nothing" },
      el("h2", {}, "No answers yet"),
      el("p", { class: "muted" }, "Send an invoice, or open any survey with “What Earshot hears” and answer it. It will be here."),
      el("a", { class: "button", href: "invoices" }, "Go to invoices")));
    return;
  }
  byId("answers").replaceChildren(...list.map(answerCard));
}

function answerCard(one) {
  const hidden = Object.entries(one.hidden ?? {});
  return el("article", { class: "card answer" },
    el("header", {},
      el("h2", {}, one.survey || one.key),
      el("span", { class: `status ${one.completed ? "paid" : "draft"}` },
        one.completed ? "Completed" : one.dismissed ? "Dismissed" : "Partial")),
    el("p", { class: "muted" }, `${one.who || "Anonymous visitor"} · `, moment(one.when)),
    el("dl", { class: "facts" }, ...Object.entries(one.answers ?? {}).map(([name, value]) => fact(name, value))),
    hidden.length > 0 && el("div", { class: "hidden-fields" },
      el("h3", {}, "Sent along"),
      el("dl", { class: "facts" }, ...hidden.map(([name, value]) => fact(name, value)))));
}

const fact = (name, value) => el("div", {}, el("dt", {}, name), el("dd", {}, readable(value)));

function moment(when) {
  const date = new Date(when);
  if (Number.isNaN(date.getTime())) return String(when ?? "");
  return el("time", { datetime: date.toISOString() }, date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" }));
}

/** An answer as a person reads it: lists with commas, own words in quotes. */
function readable(value) {
  if (Array.isArray(value)) return value.map(readable).join(", ");
  if (value && typeof value === "object") return "other" in value ? `“${value.other}”` : JSON.stringify(value);
  return value === null || value === undefined ? "–" : String(value);
}

byId("refresh").addEventListener("click", refresh);
addEventListener("visibilitychange", () => {
  if (!document.hidden) void refresh();
});
start();
void refresh();
