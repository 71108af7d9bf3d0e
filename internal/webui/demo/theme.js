// Before the first paint, so that a dark page never flashes white.
(function () {
  "use strict";
  let theme;
  try {
    theme = localStorage.getItem("planwise_theme");
  } catch {
    // storage is blocked: the system's choice stands
  }
  if (!theme) theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
})();
