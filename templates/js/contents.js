/* The list of contents: unfolded where it has room, and it tells which panel is being read. */
(function (app) {
  "use strict";

  const WIDE = "(width >= 72rem)";

  function follow(links) {
    let current = null;
    const seen = new IntersectionObserver(
      (entries) => {
        const entry = entries.findLast((one) => one.isIntersecting);
        const link = entry && links.get(entry.target);
        if (!link || link === current) return;
        if (current) current.removeAttribute("aria-current");
        link.setAttribute("aria-current", "true");
        current = link;
        const box = link.closest(".contents");
        const above = link.getBoundingClientRect().top - box.getBoundingClientRect().top;
        if (above < 40 || above > box.clientHeight - 40) box.scrollTop += above - box.clientHeight / 2;
      },
      { rootMargin: "-20% 0px -70% 0px" },
    );
    for (const panel of links.keys()) seen.observe(panel);
  }

  app.contents = function () {
    const fold = document.querySelector(".contents details");
    if (!fold) return;
    const wide = matchMedia(WIDE);
    const fit = () => {
      fold.open = wide.matches;
    };
    wide.addEventListener("change", fit);
    fit();
    fold.addEventListener("click", (event) => {
      if (event.target.closest("a") && !wide.matches) fold.open = false;
    });
    const links = [...fold.querySelectorAll('a[href^="#"]')];
    follow(new Map(links.map((link) => [document.getElementById(link.hash.slice(1)), link])));
  };
})((window.tmdbdash = window.tmdbdash || {}));
