// Three plans. Choosing one changes a trait of the account, and a page rule can
// ask those who read about prices for a while what they are missing.

import { byId, el, icon, toast } from "./dom.js";
import { tell } from "./earshot.js";
import { choosePlan, here } from "./people.js";
import { introduce, start } from "./shell.js";
import { load, save } from "./state.js";

const PLANS = [
  { id: "starter", name: "Starter", price: 0, about: "For small things and trying out.",
    has: ["3 members", "Boards and lists", "20 invoices a year"] },
  { id: "pro", name: "Pro", price: 9, about: "For teams that plan together.", best: true,
    has: ["Up to 50 members", "Timelines and workload", "Unlimited invoices", "Answers within a day"] },
  { id: "business", name: "Business", price: 19, about: "For companies with rules.",
    has: ["Unlimited members", "Single sign-on", "Approval steps and audit log", "A person who knows you"] },
];

let yearly = load("billing", "monthly") === "yearly";

function draw() {
  byId("monthly").setAttribute("aria-pressed", String(!yearly));
  byId("yearly").setAttribute("aria-pressed", String(yearly));
  const current = here()?.account.plan;
  byId("plans").replaceChildren(...PLANS.map((plan) => planCard(plan, current)));
}

function planCard(plan, current) {
  const price = yearly ? (plan.price * 10) / 12 : plan.price;
  const text = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR", maximumFractionDigits: Number.isInteger(price) ? 0 : 2 });
  const mine = plan.id === current;
  return el("section", { class: `card plan${plan.best ? " best" : ""}` },
    el("h2", {}, plan.name, plan.best && el("span", { class: "pill" }, "Most chosen")),
    el("p", { class: "muted" }, plan.about),
    el("p", { class: "price" }, el("b", {}, text.format(price)), el("span", { class: "muted" }, plan.price ? " a member, a month" : " for ever")),
    el("button", {
      class: `button${plan.best && !mine ? " primary" : ""}`, type: "button", disabled: mine,
      click: () => choose(plan),
    }, mine ? "Your plan" : `Choose ${plan.name}`),
    el("ul", {}, ...plan.has.map((feature) => el("li", {}, icon("check"), feature))));
}

function choose(plan) {
  const person = here();
  void tell("trackEvent", "plan_chosen", { plan: plan.id, yearly });
  if (!person) {
    toast("Log in first, so that we know whose plan it is");
    return;
  }
  choosePlan(person.account.id, plan.id);
  introduce();
  toast(`${person.account.name} is on ${plan.name} now`);
  draw();
}

function billing(choice) {
  yearly = choice;
  save("billing", yearly ? "yearly" : "monthly");
  draw();
}

byId("monthly").addEventListener("click", () => billing(false));
byId("yearly").addEventListener("click", () => billing(true));
start(draw);
draw();
