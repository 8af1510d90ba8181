/* The focus is after a reload where it was before: from disk, that is how news come. */
(function (app) {
  "use strict";

  const PLACE = "tmdbdash.focus";

  /* The way to an element: what holds it, and a link's address or the steps down from there. */
  function wayTo(element) {
    if (element.id) return [element.id];
    const holder = element.closest("[id]");
    if (!holder) return null;
    const address = element.getAttribute("href");
    if (address) return [holder.id, address];
    const steps = [];
    for (let at = element; at !== holder; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
    return [holder.id, steps];
  }

  function follow([id, way]) {
    const holder = document.getElementById(id);
    if (!holder || way === undefined) return holder;
    if (typeof way !== "string") return way.reduce((at, step) => at && at.children[step], holder);
    return Array.from(holder.querySelectorAll("a")).find((link) => link.getAttribute("href") === way);
  }

  function remembered() {
    const [opened] = performance.getEntriesByType("navigation");
    if (!opened || opened.type !== "reload") return null;
    try {
      return JSON.parse(sessionStorage.getItem(PLACE));
    } catch {
      return null;
    }
  }

  let wanted = remembered();

  /* Puts the focus back as soon as what had it is there, unless the reader has moved on meanwhile. */
  app.refocus = function () {
    const element = wanted && follow(wanted);
    if (!element || !element.checkVisibility()) return;
    wanted = null;
    element.focus({ preventScroll: true });
  };

  for (const kind of ["keydown", "pointerdown"]) window.addEventListener(kind, () => (wanted = null), { once: true });
  window.addEventListener("pagehide", () => {
    const { activeElement } = document;
    const way = activeElement && activeElement !== document.body ? wayTo(activeElement) : null;
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(way));
    } catch {
      /* Without storage a reload begins at the top of the order. */
    }
  });
})((window.tmdbdash = window.tmdbdash || {}));
