// Who is here, in which language, and a way back to the beginning.

import { byId, el, toast } from "./dom.js";
import { tell } from "./earshot.js";
import { here } from "./people.js";
import { start } from "./shell.js";
import { load, save, startOver } from "./state.js";

function draw() {
  const person = here();
  const facts = person
    ? [["Name", person.name], ["E-mail", person.email], ["Role", person.role], ["Company", person.account.name],
      ["Plan", person.account.plan], ["Member since", person.signed_up_at.slice(0, 10)]]
    : [["Name", "Nobody is logged in"]];
  byId("profile").replaceChildren(...facts.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  byId("switch").textContent = person ? "Switch person" : "Log in";
}

function language() {
  const select = byId("language");
  select.value = load("language", "en");
  select.addEventListener("change", () => {
    save("language", select.value);
    void tell("setLocale", select.value);
    toast("Surveys come in this language from now on");
  });
  if (select.value !== "en") void tell("setLocale", select.value);
}

byId("restore").addEventListener("click", () => {
  startOver();
  draw();
  toast("Planwise is as it was");
});
start(draw);
language();
draw();
