// What every page of Planwise has: who is here, the theme, feedback, and the
// panel for developers. Each page's own script starts it.

import { byId, el, icon, toast } from "./dom.js";
import { listen, note, tell } from "./earshot.js";
import { enter, everybody, here, initials, leave } from "./people.js";
import { panel } from "./panel.js";

/** Starts the page. changed is called when somebody logs in or out. */
export function start(changed = () => {}) {
  note("page", location.pathname);
  listen();
  introduce();
  theme();
  login(changed);
  byId("feedback").addEventListener("click", feedback);
  panel();
}

/** Tells Earshot who is here. Repeating it unchanged costs nothing. */
export function introduce() {
  const person = here();
  if (person) void tell("identifyUser", person);
}

async function feedback() {
  const outcome = await tell("showForm", "feedback");
  if (outcome && outcome.shown === false) toast("Feedback cannot be given right now. Please try again later.");
}

function theme() {
  const root = document.documentElement;
  const button = byId("theme");
  const show = () => {
    const dark = root.dataset.theme === "dark";
    button.querySelector("span").textContent = dark ? "Light mode" : "Dark mode";
    button.setAttribute("aria-label", dark ? "Light mode" : "Dark mode");
  };
  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("planwise_theme", root.dataset.theme);
    } catch {
      // it holds until the next page
    }
    show();
  });
  show();
}

function login(changed) {
  const dialog = byId("login");
  const open = () => {
    draw();
    dialog.returnValue = "";
    dialog.showModal();
  };
  const draw = () => {
    const person = here();
    byId("people").replaceChildren(...everybody().map((one) => row(one, person?.id === one.id)));
    byId("logout").hidden = !person;
    byId("person").replaceChildren(...badge(person));
  };
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
  dialog.addEventListener("close", () => {
    const choice = dialog.returnValue;
    if (choice === "logout") {
      leave();
      void tell("resetUser");
      toast("You are logged out");
    } else if (choice && choice !== here()?.id) {
      enter(choice);
      introduce();
      toast(`You are ${here().name} now`);
    }
    draw();
    changed();
  });
  byId("person").addEventListener("click", open);
  for (const id of ["welcome-login", "switch"]) {
    byId(id)?.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
  }
  draw();
}

export const avatar = (name) =>
  el("span", { class: `avatar hue-${name.charCodeAt(name.length - 1) % 5}`, "aria-hidden": "true" }, initials(name));

function badge(person) {
  if (!person) {
    return [el("span", { class: "avatar empty", "aria-hidden": "true" }, icon("person")),
      el("span", { class: "who" }, el("b", {}, "Log in"), el("small", {}, "Anonymous visitor"))];
  }
  return [avatar(person.name),
    el("span", { class: "who" }, el("b", {}, person.name), el("small", {}, `${person.account.name} · ${person.account.plan}`))];
}

function row(person, current) {
  return el("button", { class: "choice", value: person.id, "aria-current": current ? "true" : null },
    avatar(person.name),
    el("span", { class: "who" },
      el("b", {}, person.name),
      el("small", {}, `${person.role} at ${person.account.name}, ${person.account.plan} plan`)),
    current && el("span", { class: "pill" }, "You"));
}
