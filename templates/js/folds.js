/* What the reader unfolded stays so over a reload, which is how a page from disk gets its news. */
(function (app) {
  "use strict";

  const OPEN = "tmdbdash.open";

  function remembered() {
    try {
      return new Set((sessionStorage.getItem(OPEN) || "").split(" ").filter(Boolean));
    } catch {
      return new Set();
    }
  }

  app.folds = function () {
    const open = remembered();
    for (const fold of document.querySelectorAll("main details[id]")) {
      fold.open = open.has(fold.id);
      fold.addEventListener("toggle", () => {
        if (fold.open) open.add(fold.id);
        else open.delete(fold.id);
        try {
          sessionStorage.setItem(OPEN, [...open].join(" "));
        } catch {
          /* Without storage a reload folds them again. */
        }
      });
    }
  };
})((window.tmdbdash = window.tmdbdash || {}));
