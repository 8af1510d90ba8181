/* Light or dark: the system's, unless the reader chose one; remembered in this browser. */
(function (app) {
  "use strict";

  const KEPT = "tmdbdash.theme";
  const root = document.documentElement;
  const listeners = [];

  app.onTheme = (listener) => listeners.push(listener);

  function changed() {
    for (const listener of listeners) listener();
  }

  function choose(theme) {
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === "system") localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, theme);
    } catch {
      /* Without storage the choice holds until the page is closed. */
    }
    changed();
  }

  app.theme = function () {
    const chosen = root.dataset.theme || "system";
    for (const button of document.querySelectorAll('input[name="theme"]')) {
      button.checked = button.value === chosen;
      button.addEventListener("change", () => choose(button.value));
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  };
})((window.tmdbdash = window.tmdbdash || {}));
