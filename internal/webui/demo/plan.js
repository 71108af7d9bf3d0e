// The plan: one list of tasks, seen as a board or as a list. Changing the view
// changes the address without loading a page, as in any single-page product.

import { byId, el, icon, toast } from "./dom.js";
import { tell } from "./earshot.js";
import { here } from "./people.js";
import { avatar, start } from "./shell.js";
import { load, save } from "./state.js";

const COLUMNS = [
  { id: "todo", title: "To do" },
  { id: "doing", title: "In progress" },
  { id: "done", title: "Done" },
];

const FIRST_TASKS = [
  { id: 1, title: "Write the home page’s first screen", tag: "Copy", who: "Grace Hopper", due: "Thu", column: "doing" },
  { id: 2, title: "Pictures of real customers", tag: "Design", who: "Ada Lovelace", due: "Fri", column: "doing" },
  { id: 3, title: "Redirects from the old addresses", tag: "Build", who: "Linus Berg", due: "Mon", column: "todo" },
  { id: 4, title: "Check contrast and keyboard paths", tag: "Build", who: "Grace Hopper", due: "Tue", column: "todo" },
  { id: 5, title: "Ask five customers about the new pricing page", tag: "Research", who: "Ada Lovelace", due: "Wed", column: "todo" },
  { id: 6, title: "Choose two typefaces", tag: "Design", who: "Ada Lovelace", due: "", column: "done" },
  { id: 7, title: "List every page we have", tag: "Research", who: "Grace Hopper", due: "", column: "done" },
  { id: 8, title: "Agree on the launch date", tag: "Team", who: "Linus Berg", due: "", column: "done" },
];

let tasks = load("tasks", FIRST_TASKS);
let dragged = null;

function keep() {
  save("tasks", tasks);
  draw();
}

function move(task, column) {
  if (task.column === column) return;
  task.column = column;
  keep();
  if (column === "done") void tell("trackEvent", "task_completed", { tag: task.tag });
  else void tell("trackEvent", "task_moved", { to: column });
}

function add(title, column) {
  const id = Math.max(0, ...tasks.map((t) => t.id)) + 1;
  tasks.push({ id, title, tag: "New", who: here()?.name ?? "Guest", due: "", column });
  keep();
  void tell("trackEvent", "task_created");
}

// Views

function draw() {
  const done = tasks.filter((t) => t.column === "done").length;
  byId("progress").style.width = `${Math.round((done / tasks.length) * 100)}%`;
  byId("progress-text").textContent = `${done} of ${tasks.length} tasks done · goes live on 1 October`;
  const list = new URLSearchParams(location.search).get("view") === "list";
  for (const [id, on] of [["view-board", !list], ["view-list", list]]) {
    if (on) byId(id).setAttribute("aria-current", "page");
    else byId(id).removeAttribute("aria-current");
  }
  const focus = document.activeElement?.id;
  byId("plan").replaceChildren(list ? listView() : boardView());
  if (focus) byId(focus)?.focus();
}

function boardView() {
  return el("div", { class: "board" }, ...COLUMNS.map(columnView));
}

function columnView(column) {
  const inside = tasks.filter((t) => t.column === column.id);
  const section = el("section", {
    class: "column",
    "aria-labelledby": `column-${column.id}`,
    dragover: (event) => {
      event.preventDefault();
      section.classList.add("over");
    },
    dragleave: (event) => {
      if (!section.contains(event.relatedTarget)) section.classList.remove("over");
    },
    drop: (event) => {
      event.preventDefault();
      section.classList.remove("over");
      if (dragged) move(dragged, column.id);
    },
  },
  el("h2", { id: `column-${column.id}` }, column.title, el("span", { class: "count" }, String(inside.length))),
  el("ul", {}, ...inside.map(card)),
  inside.length === 0 && el("p", { class: "empty" }, "Drag a task here."),
  column.id === "todo" && newTask());
  return section;
}

function card(task) {
  const at = COLUMNS.findIndex((c) => c.id === task.column);
  const step = (to, name) => COLUMNS[to] && el("button", {
    class: "icon-button", type: "button", id: `${name}-${task.id}`,
    "aria-label": `Move “${task.title}” to ${COLUMNS[to].title}`,
    click: () => move(task, COLUMNS[to].id),
  }, icon(name));
  return el("li", {
    class: `card task${task.column === "done" ? " done" : ""}`,
    draggable: "true",
    dragstart: (event) => {
      dragged = task;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", task.title);
    },
    dragend: () => {
      dragged = null;
    },
  },
  el("div", { class: "task-line" }, tick(task), el("span", { class: "task-title" }, task.title)),
  el("div", { class: "task-meta" },
    el("span", { class: `tag ${task.tag.toLowerCase()}` }, task.tag),
    task.due && el("span", { class: "due" }, task.due),
    el("span", { class: "moves" }, step(at - 1, "left"), step(at + 1, "right")),
    avatar(task.who)));
}

function listView() {
  return el("div", { class: "card list" },
    ...COLUMNS.flatMap((column) => [
      el("h2", {}, column.title, el("span", { class: "count" }, String(tasks.filter((t) => t.column === column.id).length))),
      el("ul", {}, ...tasks.filter((t) => t.column === column.id).map((task) =>
        el("li", { class: `row${task.column === "done" ? " done" : ""}` },
          tick(task),
          el("span", { class: "task-title" }, task.title),
          el("span", { class: `tag ${task.tag.toLowerCase()}` }, task.tag),
          el("span", { class: "due" }, task.due),
          avatar(task.who)))),
    ]));
}

function tick(task) {
  const done = task.column === "done";
  return el("button", {
    class: "tick", type: "button", role: "checkbox", id: `tick-${task.id}`,
    "aria-checked": String(done), "aria-label": task.title,
    click: () => move(task, done ? "doing" : "done"),
  }, icon("check"));
}

function newTask() {
  const input = el("input", { id: "new-task", placeholder: "Add a task", "aria-label": "Add a task", maxlength: "120", autocomplete: "off" });
  return el("form", {
    class: "new-task",
    submit: (event) => {
      event.preventDefault();
      const title = input.value.trim();
      if (title) add(title, "todo");
    },
  }, icon("plus"), input);
}

// Navigation inside the page

function navigation() {
  for (const id of ["view-board", "view-list"]) {
    byId(id).addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, "", byId(id).href);
      draw();
    });
  }
  addEventListener("popstate", draw);
}

function welcome() {
  const box = byId("welcome");
  const show = () => {
    box.hidden = load("welcomed", false) || here() !== null;
  };
  byId("welcome-close").addEventListener("click", () => {
    save("welcomed", true);
    show();
    toast("Have a look around");
  });
  show();
  return show;
}

const showWelcome = welcome();
start(showWelcome);
navigation();
draw();
