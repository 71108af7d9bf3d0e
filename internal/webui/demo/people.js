// The three people who use Planwise, and which of them is here.

import { load, save } from "./state.js";

const daysAgo = (days) => {
  const day = new Date(Date.now() - days * 86_400_000);
  return `${day.toISOString().slice(0, 10)}T09:00:00Z`;
};

const people = [
  {
    id: "ada", email: "ada@acme.example", name: "Ada Lovelace", role: "admin",
    signed_up_at: "2025-03-04T09:00:00Z",
    account: { id: "acme", name: "Acme", plan: "pro", seats: 24 },
  },
  {
    id: "grace", email: "grace@acme.example", name: "Grace Hopper", role: "member",
    signed_up_at: "2025-08-21T09:00:00Z",
    account: { id: "acme", name: "Acme", plan: "pro", seats: 24 },
  },
  {
    id: "linus", email: "linus@penguin.example", name: "Linus Berg", role: "owner",
    signed_up_at: daysAgo(5),
    account: { id: "penguin", name: "Penguin Inc", plan: "trial", seats: 3 },
  },
];

export const everybody = () => people.map(withPlan);

/** Who is logged in, or null. */
export function here() {
  const person = people.find((p) => p.id === load("person", ""));
  return person ? withPlan(person) : null;
}

export const enter = (id) => save("person", id);
export const leave = () => save("person", "");

/** The plan somebody chose on the pricing page counts for the whole account. */
export function choosePlan(accountId, plan) {
  save("plans", { ...load("plans", {}), [accountId]: plan });
}

function withPlan(person) {
  const plan = load("plans", {})[person.account.id] ?? person.account.plan;
  return { ...person, account: { ...person.account, plan } };
}

export const initials = (name) => name.split(" ").map((word) => word[0]).join("").slice(0, 2);
