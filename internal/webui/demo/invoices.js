// Invoices: sending one is the moment a survey may ask how it went.

import { byId, el, toast } from "./dom.js";
import { tell } from "./earshot.js";
import { start } from "./shell.js";
import { load, save } from "./state.js";

const FIRST_INVOICES = [
  { number: 2043, client: "Northwind Traders", due: "30 September", amount: 4800, status: "draft" },
  { number: 2042, client: "Fabrikam", due: "21 September", amount: 1250, status: "draft" },
  { number: 2041, client: "Contoso", due: "14 September", amount: 9600, status: "sent" },
  { number: 2040, client: "Blue Yonder", due: "2 September", amount: 3200, status: "late" },
  { number: 2039, client: "Tailspin Toys", due: "28 August", amount: 2400, status: "paid" },
  { number: 2038, client: "Northwind Traders", due: "15 August", amount: 4800, status: "paid" },
];
const STATUS = { draft: "Draft", sent: "Sent", late: "Late", paid: "Paid" };
const CLIENTS = ["Contoso", "Fabrikam", "Blue Yonder", "Tailspin Toys"];

let invoices = load("invoices", FIRST_INVOICES);
const money = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });

function draw() {
  const sum = (...status) => money.format(
    invoices.filter((i) => status.includes(i.status)).reduce((total, i) => total + i.amount, 0));
  byId("figures").replaceChildren(
    ...[["Open", sum("sent", "late")], ["Late", sum("late")], ["Drafts", sum("draft")], ["Paid", sum("paid")]].map(
      ([name, value]) => el("div", { class: "card" }, el("dt", {}, name), el("dd", {}, value))));
  byId("invoices").replaceChildren(...invoices.map(row));
}

function row(invoice) {
  return el("tr", {},
    el("th", { scope: "row", class: "wide" }, String(invoice.number)),
    el("td", { class: "grow" }, invoice.client),
    el("td", { class: "wide muted" }, invoice.due),
    el("td", { class: "number" }, money.format(invoice.amount)),
    el("td", {}, el("span", { class: `status ${invoice.status}` }, STATUS[invoice.status])),
    el("td", { class: "action" }, action(invoice)));
}

function action(invoice) {
  if (invoice.status === "draft") {
    return el("button", { class: "button small", type: "button", click: () => send(invoice), "aria-label": `Send invoice ${invoice.number}` }, "Send");
  }
  if (invoice.status === "paid") return "";
  return el("button", { class: "button small", type: "button", click: () => settle(invoice), "aria-label": `Mark invoice ${invoice.number} as paid` }, "Mark paid");
}

function send(invoice) {
  invoice.status = "sent";
  keep();
  toast(`Invoice ${invoice.number} is on its way to ${invoice.client}`);
  void tell("trackEvent", "invoice_sent", { amount: invoice.amount, currency: "EUR" });
}

function settle(invoice) {
  invoice.status = "paid";
  keep();
  toast(`Invoice ${invoice.number} is paid`);
  void tell("trackEvent", "invoice_paid", { amount: invoice.amount });
}

function create() {
  const number = Math.max(...invoices.map((i) => i.number)) + 1;
  invoices.unshift({ number, client: CLIENTS[number % CLIENTS.length], due: "In 30 days", amount: 600 + (number % 7) * 450, status: "draft" });
  keep();
  void tell("trackEvent", "invoice_created");
}

function keep() {
  save("invoices", invoices);
  draw();
}

byId("new-invoice").addEventListener("click", create);
start();
draw();
