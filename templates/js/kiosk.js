/*
 * ?kiosk=1: one panel at a time. It moves on by itself unless the reader's system asks for little
 * motion; the arrow keys always do.
 */
(function (app) {
  "use strict";

  const STAY = 15000;

  app.kiosk = function () {
    if (!document.documentElement.dataset.kiosk) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const panels = [...document.querySelectorAll(".panel[data-wall]")];
    let shown = null;
    let since = Date.now();

    /* A panel without rows has nothing for a wall: it is passed over. */
    function step(by) {
      const ready = panels.filter((panel) => panel.querySelector('[data-part="body"]:not([hidden])'));
      const next = ready[(ready.indexOf(shown) + by + ready.length) % ready.length];
      since = Date.now();
      if (!next || next === shown) return;
      if (shown) delete shown.dataset.onWall;
      next.dataset.onWall = "1";
      shown = next;
    }

    document.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight") step(1);
      if (event.key === "ArrowLeft") step(-1);
    });
    setInterval(() => {
      if (document.querySelector("dialog[open]")) since = Date.now();
      if (!still.matches && !document.hidden && Date.now() - since >= STAY) step(1);
    }, 1000);
    step(1);
  };
})((window.tmdbdash = window.tmdbdash || {}));
