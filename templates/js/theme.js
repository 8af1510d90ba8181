/* Light or dark: the system's, unless the reader chose one; remembered in this browser. */

const THEME_KEPT = "tmdbdash.theme";
const listeners = [];

export const onTheme = (listener) => listeners.push(listener);

function changed() {
  for (const listener of listeners) listener();
}

function choose(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(THEME_KEPT);
    else localStorage.setItem(THEME_KEPT, theme);
  } catch {
    /* Without storage the choice holds until the page is closed. */
  }
  changed();
}

export function startTheme() {
  const chosen = document.documentElement.dataset.theme || "system";
  for (const button of document.querySelectorAll('input[name="theme"]')) {
    button.checked = button.value === chosen;
    button.addEventListener("change", () => choose(button.value));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  matchMedia("(forced-colors: active)").addEventListener("change", changed);
}
