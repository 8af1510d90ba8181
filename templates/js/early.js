/* What the first paint has to know already: the theme that was chosen, and whether it is a wall. */
((root) => {
  try {
    const theme = localStorage.getItem("tmdbdash.theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    /* Without storage the system's theme holds. */
  }
  if (new URLSearchParams(location.search).get("kiosk") === "1") root.dataset.kiosk = "1";
})(document.documentElement);
